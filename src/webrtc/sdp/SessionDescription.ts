/**
 * A session description as its lines: https://www.rfc-editor.org/rfc/rfc8866. What the lines of attributes mean is read by
 * `attributes.ts`; nothing that was received is lost, known or not.
 */

export interface Attribute {
  readonly name: string;
  /** What follows the colon; null for a flag. */
  readonly value: string | null;
  /** 1 for the first line of the text it was read from; 0 when it was made here. */
  readonly line: number;
}

/** `o=` https://www.rfc-editor.org/rfc/rfc8866#section-5.2 */
export interface Origin {
  readonly username: string;
  /** Decimal, up to 64 bits. */
  readonly sessionId: string;
  readonly sessionVersion: string;
  readonly networkType: string;
  readonly addressType: string;
  readonly address: string;
}

/** A line of a type that is kept as it is: `i`, `u`, `e`, `p`, `c`, `b`, `t`, `r`, `z`, `k`, and letters that nobody knows. */
export interface OtherLine {
  readonly type: string;
  readonly value: string;
}

export interface MediaDescription {
  /** `audio`, `video`, `application`, … */
  readonly kind: string;
  readonly port: number;
  /** `m=audio 5000/2 …`; null where there is one. */
  readonly portCount: number | null;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly otherLines: readonly OtherLine[];
  readonly attributes: readonly Attribute[];
  readonly line: number;
}

export interface SessionDescription {
  readonly origin: Origin;
  readonly name: string;
  readonly otherLines: readonly OtherLine[];
  readonly attributes: readonly Attribute[];
  readonly media: readonly MediaDescription[];
}

/** Why a text is no session description. */
export interface SdpFault {
  readonly fault: string;
  /** 1 for the first line. */
  readonly line: number;
}

export function isSdpFault<T extends object>(value: T | SdpFault): value is SdpFault {
  return 'fault' in value;
}

/** More would only serve to fill memory. */
const mostCharacters = 1 << 20;
const mostMediaDescriptions = 1024;

const tokenPattern = /^[!#$%&'*+\-.^_`{|}~A-Za-z\d]+$/;
const originPattern = /^(\S+) (\d{1,20}) (\d{1,20}) ([!-~]+) ([!-~]+) (\S+)$/;
const mediaPattern = /^([!-~]+) (\d{1,5})(?:\/(\d{1,5}))? ([!-~]+)((?: [!-~]+)+)$/;

/** A text of the peer's in a fault. */
export function quoted(text: string): string {
  return text.length > mostQuoted ? `'${text.slice(0, mostQuoted)}…'` : `'${text}'`;
}
const mostQuoted = 100;

class Fault {
  constructor(readonly fault: string, readonly line: number) {}
}

/** Reads a description; a line that breaks the grammar is a fault with its number. */
export function parseSessionDescription(text: string): SessionDescription | SdpFault {
  if (text.length > mostCharacters) return { fault: 'the description is too long', line: 1 };
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  try {
    return new Parser(lines).session();
  } catch (fault) {
    if (fault instanceof Fault) return { fault: fault.fault, line: fault.line };
    throw fault;
  }
}

class Parser {
  #index = 0;

  constructor(readonly lines: readonly string[]) {}

  get #line(): number {
    return this.#index + 1;
  }

  #fail(fault: string): never {
    throw new Fault(fault, Math.min(this.#line, Math.max(this.lines.length, 1)));
  }

  /** The type of the line at hand; undefined at the end. */
  get #type(): string | undefined {
    const line = this.lines[this.#index];
    if (line === undefined) return undefined;
    if (!/^[a-z]=/.test(line)) this.#fail("a line has to begin with a letter and '='");
    return line[0];
  }

  #take(): string {
    return this.lines[this.#index++]!.slice(2);
  }

  #expect(type: string): string {
    if (this.#type !== type) this.#fail(`'${type}=' is expected`);
    return this.lines[this.#index]!.slice(2);
  }

  session(): SessionDescription {
    if (this.#expect('v') !== '0') this.#fail('the version has to be 0');
    this.#index++;
    const origin = this.#origin(this.#expect('o'));
    this.#index++;
    const name = this.#expect('s');
    this.#index++;
    const { otherLines, attributes } = this.#section();
    if (!otherLines.some(({ type }) => type === 't')) this.#fail("'t=' is expected");
    const media: MediaDescription[] = [];
    while (this.#type !== undefined) {
      if (media.length === mostMediaDescriptions) this.#fail('there are too many media descriptions');
      media.push(this.#media());
    }
    return { origin, name, otherLines, attributes, media };
  }

  #origin(value: string): Origin {
    const match = originPattern.exec(value);
    if (!match) this.#fail("'o=' has to have a user name, two numbers, a network type, an address type and an address");
    const [, username, sessionId, sessionVersion, networkType, addressType, address] = match as unknown as string[];
    return { username: username!, sessionId: sessionId!, sessionVersion: sessionVersion!, networkType: networkType!, addressType: addressType!, address: address! };
  }

  #media(): MediaDescription {
    const line = this.#line;
    const match = mediaPattern.exec(this.#expect('m'));
    if (!match) this.#fail("'m=' has to have a media type, a port, a protocol and formats");
    const [, kind, portText, countText, protocol, formats] = match as unknown as string[];
    if (!tokenPattern.test(kind!)) this.#fail(`${quoted(kind!)} is not a media type`);
    const port = Number(portText);
    if (port > 65535) this.#fail(`'${portText}' is not a port`);
    this.#index++;
    const { otherLines, attributes } = this.#section();
    return {
      kind: kind!, port, portCount: countText === undefined ? null : Number(countText), protocol: protocol!, formats: formats!.trim().split(' '),
      otherLines, attributes, line,
    };
  }

  /** Lines up to the next `m=`, in whatever order they come. */
  #section(): { otherLines: OtherLine[]; attributes: Attribute[] } {
    const otherLines: OtherLine[] = [];
    const attributes: Attribute[] = [];
    for (let type = this.#type; type !== undefined && type !== 'm'; type = this.#type) {
      if ('vos'.includes(type)) this.#fail(`'${type}=' does not belong here`);
      if (type === 'a') attributes.push(this.#attribute());
      else otherLines.push({ type, value: this.#take() });
    }
    return { otherLines, attributes };
  }

  #attribute(): Attribute {
    const line = this.#line;
    const text = this.lines[this.#index]!.slice(2);
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    if (!tokenPattern.test(name)) this.#fail(`${quoted(name)} is not the name of an attribute`);
    this.#index++;
    return { name, value: colon < 0 ? null : text.slice(colon + 1), line };
  }
}

/** The text of a description, each line with its CRLF. */
export function serialiseSessionDescription(description: SessionDescription): string {
  const { origin } = description;
  const lines = [
    'v=0',
    `o=${origin.username} ${origin.sessionId} ${origin.sessionVersion} ${origin.networkType} ${origin.addressType} ${origin.address}`,
    `s=${description.name}`,
    ...writeOtherLines(description.otherLines),
    ...writeAttributes(description.attributes),
  ];
  for (const media of description.media) {
    const port = media.portCount === null ? String(media.port) : `${media.port}/${media.portCount}`;
    lines.push(`m=${media.kind} ${port} ${media.protocol} ${media.formats.join(' ')}`);
    for (const line of writeOtherLines(media.otherLines)) lines.push(line);
    for (const line of writeAttributes(media.attributes)) lines.push(line);
  }
  return lines.map((line) => `${line}\r\n`).join('');
}

function writeOtherLines(lines: readonly OtherLine[]): string[] {
  return lines.map(({ type, value }) => `${type}=${value}`);
}

function writeAttributes(attributes: readonly Attribute[]): string[] {
  return attributes.map(({ name, value }) => (value === null ? `a=${name}` : `a=${name}:${value}`));
}
