import type { FrameFormat } from '../stun/StreamSplitter';

export const frameHeaderBytes = 2;

/** How long the frame at `offset` is, header included. */
export function frameBytes(bytes: Uint8Array, offset: number): number {
  return frameHeaderBytes + ((bytes[offset] << 8) | bytes[offset + 1]);
}

/**
 * Datagrams over TCP, each behind its length in two bytes, as ICE-TCP carries STUN, DTLS and RTP.
 * https://www.rfc-editor.org/rfc/rfc4571#section-2, https://www.rfc-editor.org/rfc/rfc6544#section-3
 */
export const tcpFraming: FrameFormat = { headerBytes: frameHeaderBytes, frameBytes };

/** The header that goes before a datagram of `length` bytes. */
export function writeTcpFrameHeader(target: Uint8Array, offset: number, length: number): void {
  target[offset] = length >> 8;
  target[offset + 1] = length & 0xff;
}
