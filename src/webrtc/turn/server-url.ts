import { canonicalIpAddress } from '../stun/TransportAddress';
import { utf8Encode } from '../../text/utf8';
import type { RelayProtocol } from '../ice/candidate';

/** A server that RTCConfiguration's `iceServers` names. */
export interface IceServerUrl {
  /** As it was given. */
  readonly url: string;
  readonly kind: 'stun' | 'turn';
  /** A host name, or an IP address in canonical form. */
  readonly host: string;
  readonly port: number;
  readonly protocol: RelayProtocol;
}

/** Why RTCConfiguration refuses a server: the name of the DOMException to throw, and the end of its message. */
export interface IceServerFault {
  readonly fault: 'SyntaxError' | 'NotSupportedError' | 'InvalidAccessError';
  readonly reason: string;
}

export function isIceServerFault<T extends object>(value: T | IceServerFault): value is IceServerFault {
  return 'fault' in value;
}

const defaultPort = 3478;
const defaultTlsPort = 5349;

/** USERNAME has fewer than 509 bytes. https://www.rfc-editor.org/rfc/rfc8489#section-14.3 */
const mostUsernameBytes = 508;

const syntaxFault = (reason: string): IceServerFault => ({ fault: 'SyntaxError', reason });

/**
 * `stun:host[:port]`, `turn:host[:port][?transport=udp|tcp]`, and the same with TLS.
 * https://www.rfc-editor.org/rfc/rfc7064#section-3.1, https://www.rfc-editor.org/rfc/rfc7065#section-3.1
 */
export function parseIceServerUrl(url: string): IceServerUrl | IceServerFault {
  const match = /^(stuns?|turns?):([^?#]*)(?:\?([^#]*))?(#.*)?$/i.exec(url);
  if (!match) return syntaxFault(`'${url}' is not a valid stun: or turn: URL`);
  const [, schemeText, authority, query, fragment] = match;
  const scheme = schemeText.toLowerCase();
  const isTls = scheme.endsWith('s');
  const location = parseHostAndPort(authority);
  if (!location || fragment !== undefined) return syntaxFault(`'${url}' is not a valid ${scheme}: URL`);
  const kind = scheme.startsWith('stun') ? 'stun' : 'turn';
  if (kind === 'stun' && query !== undefined) return syntaxFault(`'${url}' has a query, which a ${scheme}: URL cannot`);
  const transport = query === undefined ? undefined : /^transport=(udp|tcp)$/.exec(query)?.[1];
  if (query !== undefined && !transport) return syntaxFault(`'${url}' has a query that is neither transport=udp nor transport=tcp`);
  if (isTls && transport === 'udp') return { fault: 'NotSupportedError', reason: `'${url}' asks for TURN over DTLS` };
  return {
    url, kind,
    host: location.host,
    port: location.port ?? (isTls ? defaultTlsPort : defaultPort),
    protocol: isTls ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp',
  };
}

function parseHostAndPort(text: string): { host: string; port: number | undefined } | undefined {
  // An IP literal in brackets, or a name (RFC 3986's reg-name, and what a resolver takes beyond it).
  const match = /^(?:\[([\da-fA-F:.]+)\]|([^\s:/?#[\]@\\]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const [, literal, name, portText] = match;
  const host = literal === undefined ? canonicalIpAddress(name) ?? name : canonicalIpAddress(literal);
  const port = portText === undefined ? undefined : Number(portText);
  if (host === undefined || (literal !== undefined && !literal.includes(':')) || port === 0 || (port ?? 0) > 65_535) return undefined;
  return { host, port };
}

/** An RTCIceServer dictionary with its `urls` as a sequence. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** The checks of *set the configuration* for one server. https://www.w3.org/TR/webrtc/#set-the-configuration */
export function parseIceServer({ urls, username, credential }: IceServer): IceServerUrl[] | IceServerFault {
  if (urls.length === 0) return syntaxFault('a server has no URL');
  const parsed: IceServerUrl[] = [];
  for (const url of urls) {
    const server = parseIceServerUrl(url);
    if (isIceServerFault(server)) return server;
    if (server.kind === 'turn') {
      if (username === undefined || credential === undefined) {
        return { fault: 'InvalidAccessError', reason: `'${url}' needs both username and credential` };
      }
      if (utf8Encode(username).length > mostUsernameBytes) {
        return { fault: 'InvalidAccessError', reason: `the username for '${url}' has more than ${mostUsernameBytes} bytes` };
      }
    }
    parsed.push(server);
  }
  return parsed;
}
