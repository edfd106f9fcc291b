/**
 * Which test URLs one file of a web-platform-tests checkout stands for, from its name and its text alone: no manifest is
 * needed. The rules are those of https://web-platform-tests.org/writing-tests/file-names.html and …/testharness.html.
 */

export interface TestURL {
  /** Path and query, as `/webaudio/…/gain.html?variant`. */
  readonly url: string;
  readonly timeout: 'normal' | 'long';
  /** Served from the https origin. */
  readonly secure: boolean;
}

const DOCUMENT_EXTENSION = /\.(?:html|htm|xhtml|xht|xml|svg)$/;
const SUPPORT_DIRECTORY = /(?:^|\/)(?:resources|support|tools)\//;
const SUPPORT_ROOT = /^(?:common|fonts|images|interfaces|media|resources)\//;
/** Name flags that make a document something a person or a screenshot judges. */
const NOT_AUTOMATIC = /-(?:manual|visual|ref|notref|print|crash)(?=\.)/;

/** Global scopes that `// META: global=` may name, with the part of the URL each stands for. */
const scopeSuffixes: Readonly<Record<string, string>> = {
  window: '.any.html',
  dedicatedworker: '.any.worker.html',
  'dedicatedworker-module': '.any.worker-module.html',
};

/** Names for several scopes at once. Shared and service workers, and ShadowRealms, are scopes that no host here has. */
const scopeGroups: Readonly<Record<string, readonly string[]>> = {
  '': ['window', 'dedicatedworker'],
  worker: ['dedicatedworker'],
};

/** Whether a file may be a test at all, judged by its path (relative to the root, with `/`). */
export function isCandidate(path: string): boolean {
  return !SUPPORT_ROOT.test(path) && !SUPPORT_DIRECTORY.test(path) && !NOT_AUTOMATIC.test(path) &&
    (DOCUMENT_EXTENSION.test(path) || /\.(?:any|window|worker)\.js$/.test(path));
}

/** The test URLs of a candidate. */
export function testURLsOf(path: string, text: string): TestURL[] {
  const secure = /\.(?:https|h2|serviceworker)\./.test(path);
  const script = /\.(any|window|worker)\.js$/.exec(path);
  if (script === null) {
    return documentTests(`/${path}`, text, secure);
  }
  const metadata = scriptMetadata(text);
  const timeout = metadata.some(([key, value]) => key === 'timeout' && value === 'long') ? 'long' : 'normal';
  const stem = `/${path.slice(0, -script[0].length)}`;
  const variants = nonEmpty(metadata.filter(([key]) => key === 'variant').map(([, value]) => value));
  return scriptSuffixes(script[1] as string, metadata)
    .flatMap((suffix) => variants.map((variant) => ({ url: stem + suffix + variant, timeout, secure })));
}

function documentTests(url: string, text: string, secure: boolean): TestURL[] {
  if (!/<(?:\w+:)?script[^>]+["'=/]testharness\.js["'\s>]/.test(text)) {
    return [];
  }
  const metas = [...text.matchAll(/<(?:\w+:)?meta\s[^>]*>/g)].map(([tag]) => tag);
  const timeout = metas.some((tag) => attribute(tag, 'name') === 'timeout' && attribute(tag, 'content') === 'long') ? 'long' : 'normal';
  const variants = metas.filter((tag) => attribute(tag, 'name') === 'variant').map((tag) => attribute(tag, 'content') ?? '');
  return nonEmpty(variants).map((variant) => ({ url: url + variant, timeout, secure }));
}

function scriptSuffixes(kind: string, metadata: Metadata): string[] {
  if (kind !== 'any') {
    return [`.${kind}.html`];
  }
  const named = metadata.filter(([key]) => key === 'global').flatMap(([, value]) => value.split(',').map((name) => name.trim()));
  const scopes = nonEmpty(named).flatMap((name) => scopeGroups[name] ?? [name]);
  return [...new Set(scopes)].flatMap((scope) => scopeSuffixes[scope] ?? []);
}

export type Metadata = readonly (readonly [key: string, value: string])[];

/** The `// META: key=value` lines at the head of a script. */
export function scriptMetadata(text: string): Metadata {
  const lines: [string, string][] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^\/\/\s*META:\s*(\w*)=(.*)$/.exec(line);
    if (match === null) {
      break;
    }
    lines.push([match[1] as string, (match[2] as string).trim()]);
  }
  return lines;
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>/]+))`).exec(tag);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value?.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
}

function nonEmpty(values: readonly string[]): readonly string[] {
  return values.length > 0 ? values : [''];
}
