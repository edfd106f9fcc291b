import type { SampleDescription } from '../tracks';
import type { MpegAudioHeader } from './frame-header';

/** Bytes that a layer III frame may borrow from those before it (ISO/IEC 11172-3, 2.4.2.7: main_data_begin has 9 bits). */
const mostBorrowed = 511;

/** Layer III is 'mp3', the others go by their object type indications (RFC 6381): 0x6b of MPEG-1, 0x69 of MPEG-2. */
export function describeMpegAudio(header: MpegAudioHeader, last: SampleDescription | null): SampleDescription {
  const codec = header.layer === 3 ? 'mp3' : header.version === 1 ? 'mp4a.6B' : 'mp4a.69';
  const { sampleRate, channels: numberOfChannels } = header;
  if (last?.codec === codec && last.audio?.sampleRate === sampleRate && last.audio.numberOfChannels === numberOfChannels) return last;
  return {
    codec,
    description: null,
    format: `MPEG-${header.version} layer ${header.layer}`,
    video: null,
    audio: { sampleRate, numberOfChannels },
    encryption: null,
    prerollFrames: header.frameSamples * (header.layer === 3 ? 1 + Math.ceil(mostBorrowed / header.frameBytes) : 1),
  };
}
