import { domain, host, ports } from './hosts';
import type { WireRequest } from './message';

/**
 * The `sub` pipe: replaces `{{expression}}` in files named `.sub.` (https://web-platform-tests.org/writing-tests/server-pipes.html#sub).
 * An expression is a name followed by any number of `[index]`; one that is not understood is left as it stands.
 */
export function substitute(text: string, request: WireRequest): string {
  return text.replace(/\{\{\s*(\$\w+:)?(\w+)((?:\[[^\]{}]*\])*)(?:\(([^)]*)\))?\s*\}\}/g, (whole, _variable, name: string, path: string) => {
    const indices = [...path.matchAll(/\[([^\]]*)\]/g)].map(([, index]) => index as string);
    return values[name]?.(request, indices) ?? whole;
  });
}

const values: Readonly<Record<string, (request: WireRequest, indices: readonly string[]) => string | undefined>> = {
  host: () => host,
  domains: (_request, [subdomain]) => domain(subdomain ?? ''),
  hosts: (_request, [site, subdomain]) => domain(subdomain ?? '', site),
  ports: (_request, [scheme, index]) => String(ports[scheme ?? 'http']?.[Number(index ?? 0)] ?? ''),
  GET: ({ url }, [name]) => escapeMarkup(url.searchParams.get(name ?? '') ?? ''),
  headers: ({ headers }, [name]) => headers.get((name ?? '').toLowerCase()) ?? '',
  location: ({ url }, [part]) => locationPart(url, part ?? ''),
  uuid: () => crypto.randomUUID(),
};

function locationPart(url: URL, part: string): string | undefined {
  const parts: Readonly<Record<string, string>> = {
    scheme: url.protocol.slice(0, -1),
    server: url.origin,
    host: url.host,
    hostname: url.hostname,
    port: url.port,
    path: url.pathname,
    pathname: url.pathname,
    query: url.search,
  };
  return parts[part];
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
