import { utf8Decode, utf8Encode } from '../../text/utf8';

/** Payload protocol identifiers. https://www.rfc-editor.org/rfc/rfc8831#section-8 */
export const Ppid = Object.freeze({ dcep: 50, string: 51, binary: 53, emptyString: 56, emptyBinary: 57 } as const);

/** https://www.rfc-editor.org/rfc/rfc8832#section-8.2.1 */
const MessageType = Object.freeze({ ack: 2, open: 3 } as const);

/** https://www.rfc-editor.org/rfc/rfc8832#section-5.1 */
const ChannelType = Object.freeze({ reliable: 0, maxRetransmits: 1, maxPacketLifeTime: 2 } as const);
const unorderedBit = 0x80;
const openHeaderBytes = 12;

/** What DATA_CHANNEL_OPEN tells of a channel. */
export interface ChannelDescription {
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  readonly maxRetransmits: number | null;
  /** Milliseconds. */
  readonly maxPacketLifeTime: number | null;
  readonly priority: number;
}

export const acknowledgement = Uint8Array.of(MessageType.ack);

export function encodeOpen(channel: ChannelDescription): Uint8Array {
  const label = utf8Encode(channel.label);
  const protocol = utf8Encode(channel.protocol);
  const bytes = new Uint8Array(openHeaderBytes + label.length + protocol.length);
  const view = new DataView(bytes.buffer);
  const { maxRetransmits, maxPacketLifeTime } = channel;
  const kind = maxRetransmits !== null ? ChannelType.maxRetransmits : maxPacketLifeTime !== null ? ChannelType.maxPacketLifeTime : ChannelType.reliable;
  view.setUint8(0, MessageType.open);
  view.setUint8(1, kind | (channel.ordered ? 0 : unorderedBit));
  view.setUint16(2, channel.priority);
  view.setUint32(4, maxRetransmits ?? maxPacketLifeTime ?? 0);
  view.setUint16(8, label.length);
  view.setUint16(10, protocol.length);
  bytes.set(label, openHeaderBytes);
  bytes.set(protocol, openHeaderBytes + label.length);
  return bytes;
}

export type DcepMessage = { readonly type: 'ack' } | { readonly type: 'open'; readonly channel: ChannelDescription };

/** Whether it means to be a DATA_CHANNEL_OPEN, well-formed or not. */
export function isOpen(bytes: Uint8Array): boolean {
  return bytes[0] === MessageType.open;
}

/** Undefined for what is no message of the protocol. */
export function decodeDcep(bytes: Uint8Array): DcepMessage | undefined {
  if (bytes[0] === MessageType.ack) return { type: 'ack' };
  if (bytes[0] !== MessageType.open || bytes.length < openHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = bytes[1]! & ~unorderedBit;
  const parameter = view.getUint32(4);
  const labelEnd = openHeaderBytes + view.getUint16(8);
  const protocolEnd = labelEnd + view.getUint16(10);
  if (kind > ChannelType.maxPacketLifeTime || protocolEnd > bytes.length) return undefined;
  return {
    type: 'open',
    channel: {
      label: utf8Decode(bytes.subarray(openHeaderBytes, labelEnd)),
      protocol: utf8Decode(bytes.subarray(labelEnd, protocolEnd)),
      ordered: (bytes[1]! & unorderedBit) === 0,
      maxRetransmits: kind === ChannelType.maxRetransmits ? parameter : null,
      maxPacketLifeTime: kind === ChannelType.maxPacketLifeTime ? parameter : null,
      priority: view.getUint16(2),
    },
  };
}
