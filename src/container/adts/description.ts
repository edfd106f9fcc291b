import { BitReader } from '../codecs/BitReader';
import { aacCodecString, readProgramConfig } from '../codecs/aac';
import type { SampleDescription } from '../tracks';
import type { AdtsHeader } from './frame-header';

/** ID_PCE: ISO/IEC 14496-3, table 4.85. */
const programConfigElement = 5;
/** RFC 6381 names AAC of MPEG-2 by the object type indications 0x66 (Main), 0x67 (LC) and 0x68 (SSR). */
const mpeg2 = 0x65;

/**
 * The description of ADTS frames. How many channels there are, a frame may tell by a program config element that only the first one has.
 * @param frame with its header
 */
export function describeAdts(header: AdtsHeader, frame: Uint8Array, last: SampleDescription | null): SampleDescription {
  const codec = header.isMpeg2 && header.objectType < 4 ? `mp4a.${(mpeg2 + header.objectType).toString(16)}` : aacCodecString(header.objectType);
  const numberOfChannels = header.channels || programChannels(frame.subarray(header.headerBytes)) || last?.audio?.numberOfChannels || 0;
  if (last?.codec === codec && last.audio?.sampleRate === header.sampleRate && last.audio.numberOfChannels === numberOfChannels) return last;
  return {
    codec,
    description: null,
    format: 'ADTS',
    video: null,
    audio: { sampleRate: header.sampleRate, numberOfChannels },
    encryption: null,
    prerollFrames: 1024,
  };
}

function programChannels(rawDataBlock: Uint8Array): number {
  const reader = new BitReader(rawDataBlock);
  return reader.bits(3) === programConfigElement ? readProgramConfig(reader) : 0;
}
