/**
 * An IP address with a port. `address` is in the canonical text form (dotted decimal, or RFC 5952 without a zone), so that two
 * addresses are equal exactly when their members are.
 */
export interface TransportAddress {
  readonly address: string;
  readonly port: number;
}

export type AddressFamily = 4 | 6;

export function sameAddress(a: TransportAddress, b: TransportAddress): boolean {
  return a.port === b.port && a.address === b.address;
}

/** Of a canonical address. */
export function addressFamily(address: string): AddressFamily {
  return address.includes(':') ? 6 : 4;
}

/** `192.0.2.1:3478`, `[2001:db8::1]:3478`. */
export function formatTransportAddress({ address, port }: TransportAddress): string {
  return addressFamily(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The 4 or 16 bytes of an address, or undefined where the text is none. A zone (`%eth0`) is dropped. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const zone = text.indexOf('%');
  return parseIpv6(zone < 0 ? text : text.slice(0, zone));
}

/** The canonical form of an IP address; undefined for host names and anything else. */
export function canonicalIpAddress(text: string): string | undefined {
  const bytes = parseIpAddress(text);
  return bytes && formatIpAddress(bytes, 0, bytes.length);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (let index = 0; index < 4; index++) {
    // Leading zeros are refused: some readers take them for octal.
    if (!/^(0|[1-9]\d{0,2})$/.test(parts[index]) || Number(parts[index]) > 255) return undefined;
    bytes[index] = Number(parts[index]);
  }
  return bytes;
}

/** https://www.rfc-editor.org/rfc/rfc4291#section-2.2 */
function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0], halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1], true) : [];
  if (!head || !tail) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** The bytes of colon-separated groups; only the end of an address may be dotted decimal. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (isEnd && index === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group);
      if (!ipv4) return undefined;
      bytes.push(...ipv4);
    } else if (/^[\da-fA-F]{1,4}$/.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return undefined;
    }
  }
  return bytes.length <= 16 ? bytes : undefined;
}

/** Canonical text of the 4 or 16 bytes at `offset`. https://www.rfc-editor.org/rfc/rfc5952#section-4 */
export function formatIpAddress(bytes: Uint8Array, offset: number, length: number): string {
  if (length === 4) return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
  const groups: number[] = [];
  for (let index = 0; index < 8; index++) groups.push((bytes[offset + 2 * index] << 8) | bytes[offset + 2 * index + 1]);
  const [start, count] = longestZeroRun(groups);
  const text = groups.map((group) => group.toString(16));
  if (count < 2) return text.join(':');
  return `${text.slice(0, start).join(':')}::${text.slice(start + count).join(':')}`;
}

/** The first of the longest runs of zeros. */
function longestZeroRun(groups: readonly number[]): [start: number, count: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let count = 0;
    while (start + count < groups.length && groups[start + count] === 0) count++;
    if (count > best[1]) best = [start, count];
  }
  return best;
}

/** fe80::/10 and 169.254.0.0/16. */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][\da-f]:/.test(address) || address.startsWith('169.254.');
}
