import { isHostError } from '../../host/Host';

let responses: Float32Array | null | undefined;

/** The words of the head-related responses that the host has, one for all contexts; null where it has none. */
export function headRelatedResponses(): Float32Array | null {
  if (responses === undefined) responses = readWords();
  return responses;
}

/** The file is little-endian 16-bit integers; what they mean the engine knows (`native/audio/dsp/HrtfSet.h`). */
function readWords(): Float32Array | null {
  const bytes = host.audio.hrtf?.();
  if (bytes === undefined || isHostError(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Float32Array(bytes.byteLength >> 1);
  for (let index = 0; index < words.length; ++index) words[index] = view.getInt16(2 * index, true);
  return words;
}
