import type { FrameFormat } from '../stun/StreamSplitter';

/**
 * Datagrams over TCP, each behind its length in two bytes, as ICE-TCP carries STUN, DTLS and RTP.
 * https://www.rfc-editor.org/rfc/rfc4571#section-2, https://www.rfc-editor.org/rfc/rfc6544#section-3
 */
export const tcpFraming: FrameFormat = {
  headerBytes: 2,
  frameBytes: (bytes, offset) => 2 + ((bytes[offset] << 8) | bytes[offset + 1]),
};

/** The header that goes before a datagram of `length` bytes. */
export function writeTcpFrameHeader(target: Uint8Array, offset: number, length: number): void {
  target[offset] = length >> 8;
  target[offset + 1] = length & 0xff;
}
