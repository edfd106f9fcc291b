/** What the attributes of WebRTC mean: each reader gives `undefined` for a value that breaks the attribute's grammar. */
import type { Fingerprint } from '../thread/messages';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
export const directions: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

/** `a=setup` https://www.rfc-editor.org/rfc/rfc4145#section-4 */
export type Setup = 'active' | 'passive' | 'actpass' | 'holdconn';
const setups: readonly string[] = ['active', 'passive', 'actpass', 'holdconn'] satisfies Setup[];

/** `a=rtpmap` https://www.rfc-editor.org/rfc/rfc8866#section-6.6 */
export interface RtpMap {
  readonly payloadType: number;
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number | null;
}

/** `a=fmtp` https://www.rfc-editor.org/rfc/rfc8866#section-6.15 */
export interface FormatParameters {
  readonly payloadType: number;
  readonly parameters: string;
}

/** `a=rtcp-fb`; null for all payload types. https://www.rfc-editor.org/rfc/rfc4585#section-4.2 */
export interface RtcpFeedback {
  readonly payloadType: number | null;
  readonly value: string;
}

/** `a=extmap` https://www.rfc-editor.org/rfc/rfc8285#section-8 */
export interface ExtensionMap {
  readonly id: number;
  readonly direction: Direction | null;
  readonly uri: string;
  readonly attributes: string | null;
}

/** `a=msid`; '-' for no stream. https://www.rfc-editor.org/rfc/rfc8830#section-2 */
export interface Msid {
  readonly stream: string;
  readonly track: string | null;
}

/** `a=ssrc` https://www.rfc-editor.org/rfc/rfc5576#section-4.1 */
export interface SsrcAttribute {
  readonly ssrc: number;
  readonly name: string;
  readonly value: string | null;
}

/** `a=ssrc-group` and `a=group` */
export interface Group {
  readonly semantics: string;
  readonly members: readonly string[];
}

/** `a=rid` https://www.rfc-editor.org/rfc/rfc8851#section-4 */
export interface Rid {
  readonly id: string;
  readonly direction: 'send' | 'recv';
  readonly restrictions: string | null;
}

/** `a=simulcast`: alternatives of streams; a paused one begins with '~'. https://www.rfc-editor.org/rfc/rfc8853#section-5.1 */
export interface Simulcast {
  readonly send: readonly (readonly string[])[];
  readonly recv: readonly (readonly string[])[];
}

const token = /^[!#$%&'*+\-.^_`{|}~A-Za-z\d]+$/;

function integer(text: string | undefined, most: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
}

export const mostPayloadType = 127;

// Patterns of untrusted text: what follows a repetition can't be part of it, also where a value holds characters that `.` leaves out,
// so that no text is looked at from each of its places.

export function readRtpMap(value: string): RtpMap | undefined {
  const match = /^(\d+) +([^ /]+)\/(\d+)(?:\/(\d+))?$/.exec(value);
  const payloadType = integer(match?.[1], mostPayloadType);
  const clockRate = integer(match?.[3], 0xffffffff);
  const channels = match?.[4] === undefined ? null : integer(match[4], 255);
  if (!match || payloadType === undefined || clockRate === undefined || channels === undefined) return undefined;
  return { payloadType, name: match[2]!, clockRate, channels };
}

export function writeRtpMap({ payloadType, name, clockRate, channels }: RtpMap): string {
  return `${payloadType} ${name}/${clockRate}${channels === null ? '' : `/${channels}`}`;
}

export function readFormatParameters(value: string): FormatParameters | undefined {
  const match = /^(\d+) +([^ ].*)$/s.exec(value);
  const payloadType = integer(match?.[1], mostPayloadType);
  return payloadType === undefined ? undefined : { payloadType, parameters: match![2]!.trim() };
}

export function readRtcpFeedback(value: string): RtcpFeedback | undefined {
  const match = /^(\d+|\*) +([^ ].*)$/s.exec(value);
  if (!match) return undefined;
  const payloadType = match[1] === '*' ? null : integer(match[1], mostPayloadType);
  return payloadType === undefined ? undefined : { payloadType, value: match[2]!.trim() };
}

export function readExtensionMap(value: string): ExtensionMap | undefined {
  const match = /^(\d+)(?:\/(\w+))? +(\S+)(?: +([^ ].*))? *$/s.exec(value);
  const id = integer(match?.[1], 4351);
  const direction = match?.[2];
  if (!match || id === undefined || id === 0 || (direction !== undefined && !directions.includes(direction as Direction))) return undefined;
  return { id, direction: (direction as Direction | undefined) ?? null, uri: match[3]!, attributes: match[4] ?? null };
}

export function writeExtensionMap({ id, direction, uri, attributes }: ExtensionMap): string {
  return `${id}${direction === null ? '' : `/${direction}`} ${uri}${attributes === null ? '' : ` ${attributes}`}`;
}

export function readMsid(value: string): Msid | undefined {
  const [stream, track, ...rest] = value.split(' ');
  if (!stream || !token.test(stream) || rest.length > 0 || (track !== undefined && !token.test(track))) return undefined;
  return { stream, track: track ?? null };
}

export function writeMsid({ stream, track }: Msid): string {
  return track === null ? stream : `${stream} ${track}`;
}

/** Of a hash function that is not known too, within what one could have. */
const fingerprintPattern = /^([!-~]{1,64}) +([\da-fA-F]{2}(?::[\da-fA-F]{2}){0,255})$/;

export function readFingerprint(value: string): Fingerprint | undefined {
  const match = fingerprintPattern.exec(value);
  return match ? { algorithm: match[1]!.toLowerCase(), value: match[2]!.toUpperCase() } : undefined;
}

export function readSetup(value: string): Setup | undefined {
  return setups.includes(value) ? (value as Setup) : undefined;
}

export function readGroup(value: string): Group | undefined {
  const [semantics, ...members] = value.trim().split(/ +/);
  if (!semantics || !token.test(semantics) || members.some((member) => !token.test(member))) return undefined;
  return { semantics, members };
}

export function readSsrc(value: string): SsrcAttribute | undefined {
  const match = /^(\d+) +([^:\s]+)(?::(.*))?$/.exec(value);
  const ssrc = integer(match?.[1], 0xffffffff);
  return ssrc === undefined ? undefined : { ssrc, name: match![2]!, value: match![3] ?? null };
}

export function readRid(value: string): Rid | undefined {
  const match = /^([A-Za-z\d_-]+) (send|recv)(?: (.+))?$/.exec(value);
  return match ? { id: match[1]!, direction: match[2] as Rid['direction'], restrictions: match[3] ?? null } : undefined;
}

export function readSimulcast(value: string): Simulcast | undefined {
  const words = value.trim().split(/ +/);
  const result: { send: string[][]; recv: string[][] } = { send: [], recv: [] };
  if (words.length !== 2 && words.length !== 4) return undefined;
  for (let index = 0; index < words.length; index += 2) {
    const direction = words[index];
    if ((direction !== 'send' && direction !== 'recv') || result[direction].length > 0) return undefined;
    const streams = words[index + 1]!.split(';').map((alternatives) => alternatives.split(','));
    if (streams.some((alternatives) => alternatives.some((id) => !/^~?[A-Za-z\d_-]+$/.test(id)))) return undefined;
    result[direction] = streams;
  }
  return result;
}

export function writeSimulcast({ send, recv }: Simulcast): string {
  const write = (name: string, streams: Simulcast['send']) => (streams.length === 0 ? [] : [name, streams.map((ids) => ids.join(',')).join(';')]);
  return [...write('send', send), ...write('recv', recv)].join(' ');
}

/** `a=sctp-port`, `a=max-message-size`, `a=ptime`, …: a number alone. */
export function readNumber(value: string, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (!/^\d{1,16}$/.test(value)) return undefined;
  const number = Number(value);
  return number <= most ? number : undefined;
}

export function isToken(text: string): boolean {
  return token.test(text);
}
