import type { DemuxerOutput } from '../../../../src/container/outputs';
import { samplesOf } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';
import type { Container } from '../../../../src/container/sniff';
import type { Oracle } from './Oracle';

type Outputs = readonly DemuxerOutput[];

/** How ffprobe says what we say in another way. */
const asItSays: Partial<Record<Container, (outputs: Outputs) => Outputs>> = { ogg: withDurationsCut, mpegts: withZeroBytesBehind };

/** It takes as many bytes of PCM at once as we do. */
const options: Partial<Record<Container, readonly string[]>> = { wav: ['-max_size', '4096'] };

export const askFfprobe: Oracle = ({ container, file, outputs, excuse }) => {
  const probed = ffprobe(file.path, ...(options[container] ?? []));
  sameAsFfprobe(asItSays[container]?.(outputs) ?? outputs, probed, {
    ...excuse,
    streamOf: container === 'mpegts' ? (track, { streams }) => streams.find(({ id }) => id === track.id) : undefined,
  });
};

/** Durations in Ogg, without what is cut off at the end. */
function withDurationsCut(outputs: Outputs): Outputs {
  return outputs.map((output) => (output.type === 'sample' && output.trim ? { ...output, duration: output.duration! - output.trim.end } : output));
}

/** FFmpeg's parser of H.265 leaves the zero_byte of an access unit's first start code (annex B.2.2) with the access unit before. */
function withZeroBytesBehind(outputs: Outputs): Outputs {
  const beginsWithDelimiter = (data: Uint8Array) => data[0] === 0 && data[1] === 0 && data[2] === 0 && data[3] === 1 && data[4] === 0x46;
  const last = samplesOf(outputs).filter(({ data }) => beginsWithDelimiter(data)).at(-1);
  return outputs.map((output) => {
    if (output.type !== 'sample' || !beginsWithDelimiter(output.data)) return output;
    const isFirst = output === samplesOf(outputs, output.trackId)[0];
    return { ...output, data: Uint8Array.from([...(isFirst ? [0] : []), ...output.data.subarray(1), ...(output === last ? [] : [0])]) };
  });
}
