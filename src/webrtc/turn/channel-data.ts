import { headerBytes } from '../stun/constants';
import type { FrameFormat } from '../stun/StreamSplitter';

/** https://www.rfc-editor.org/rfc/rfc8656#section-12 */
export const leastChannel = 0x4000;
export const mostChannel = 0x4fff;

/** https://www.rfc-editor.org/rfc/rfc8656#section-12.4 */
export const channelHeaderBytes = 4;

/** Bytes that a ChannelData message takes; over TCP and TLS it is padded to a multiple of four. https://www.rfc-editor.org/rfc/rfc8656#section-12.5 */
export function channelDataBytes(dataBytes: number, isStream: boolean): number {
  return channelHeaderBytes + (isStream ? (dataBytes + 3) & ~3 : dataBytes);
}

export function writeChannelHeader(target: Uint8Array, offset: number, channel: number, dataBytes: number): void {
  target[offset] = channel >> 8;
  target[offset + 1] = channel & 0xff;
  target[offset + 2] = dataBytes >> 8;
  target[offset + 3] = dataBytes & 0xff;
}

/** STUN and ChannelData messages, one after another over TCP or TLS. https://www.rfc-editor.org/rfc/rfc8656#section-12.5 */
export const turnFraming: FrameFormat = {
  headerBytes: channelHeaderBytes,
  frameBytes(bytes, offset) {
    const length = (bytes[offset + 2] << 8) | bytes[offset + 3];
    if (bytes[offset] < 0x40) return length % 4 === 0 ? headerBytes + length : -1;
    return bytes[offset] < 0x50 ? channelDataBytes(length, true) : -1;
  },
};
