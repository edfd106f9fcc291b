/** What a datagram's first byte says it is. https://www.rfc-editor.org/rfc/rfc9443#section-3, https://www.rfc-editor.org/rfc/rfc7983#section-7 */
export const DatagramKind = { stun: 0, dtls: 1, rtp: 2, channelData: 3, other: 4 } as const;
export type DatagramKind = (typeof DatagramKind)[keyof typeof DatagramKind];

/** By first byte, in steps of 4. ZRTP (16 to 19), QUIC and what is reserved are `other`. */
const kinds = Uint8Array.from({ length: 64 }, (_, index) => {
  const byte = 4 * index;
  if (byte < 4) return DatagramKind.stun;
  if (byte >= 20 && byte < 64) return DatagramKind.dtls;
  if (byte >= 64 && byte < 80) return DatagramKind.channelData;
  return byte >= 128 && byte < 192 ? DatagramKind.rtp : DatagramKind.other;
});

/** RTP and RTCP are told apart by the packet type behind. */
export function datagramKind(bytes: Uint8Array): DatagramKind {
  return bytes.length === 0 ? DatagramKind.other : kinds[bytes[0] >> 2] as DatagramKind;
}
