import { viewOf } from '../bytes';

/** Enough to tell any tag that tells its length at its beginning. */
export const mostTagHeaderBytes = 32;

const signature = [...'APETAGEX'].map((character) => character.charCodeAt(0));
const isHeaderFlag = 0x20000000;

/** Bytes of an APEv2 tag that `bytes` begin with; 0 where there is none. One without a header can be known from its end only. */
export function apeTagBytes(bytes: Uint8Array): number {
  if (bytes.length < mostTagHeaderBytes || signature.some((byte, index) => bytes[index] !== byte)) return 0;
  const view = viewOf(bytes);
  const size = view.getUint32(12, true); // Of all but the header.
  return view.getUint32(20, true) & isHeaderFlag ? mostTagHeaderBytes + size : mostTagHeaderBytes;
}
