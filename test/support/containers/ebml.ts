/** WebM made by hand. */
type Content = Uint8Array | readonly number[] | string;

function bytesOf(content: Content): readonly number[] {
  if (typeof content === 'string') return [...new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [...content] : content;
}

/** `unknown` leaves the size open. */
export function element(id: number, ...contents: readonly (Content | 'unknown')[]): number[] {
  const isUnknown = contents[0] === 'unknown';
  const body = ([] as number[]).concat(...(isUnknown ? contents.slice(1) : contents).map(bytesOf)); // flatMap() takes seconds for films.
  const idBytes = id.toString(16).match(/../g)!.map((pair) => parseInt(pair, 16));
  return [...idBytes, ...(isUnknown ? [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff] : vint(body.length)), ...body];
}

export function vint(value: number): number[] {
  for (let length = 1; length <= 8; length++) {
    if (value >= 2 ** (7 * length) - 1) continue;
    return Array.from({ length }, (_, index) => (Math.floor(value / 256 ** (length - 1 - index)) & 0xff) | (index === 0 ? 0x100 >> length : 0));
  }
  throw new Error(`${value} is too large.`);
}

export function unsigned(id: number, value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; left > 0 || bytes.length === 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return element(id, bytes);
}

export function float(id: number, value: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return element(id, bytes);
}
