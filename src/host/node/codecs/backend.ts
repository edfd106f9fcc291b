import type { Container } from '../../../container/sniff';
import { Decoder } from './decoder';
import { Demuxer } from './demuxer';
import { CodecFailure } from './failure';
import { checkLimits } from './limits';
import type { AudioDescription } from './messages';
import type { NodeAv } from './node-av';
import type { Pcm } from './pcm';
import { trimmingOf } from './trimming';

const everything = { start: 0, end: Infinity };

/** Decodes a file of any container but WAV's own kinds, trimmed of what its encoder added. */
export function decodeByBackend(av: NodeAv, bytes: Uint8Array, container: Container, progress: () => void): Pcm {
  const trimming = trimmingOf(bytes, container);
  const demuxer = new Demuxer(av, bytes, container);
  let decoder: Decoder | undefined;
  try {
    demuxer.open(trimming.demuxerOptions);
    const range = trimming.rangeOf(demuxer);
    const opened = decoder = new Decoder(demuxer, range === undefined);
    let mediaEnd = 0;
    let firstPacketFrames: number | undefined;
    demuxer.read((packet) => {
      mediaEnd = Math.max(mediaEnd, Number(packet.pts + packet.duration));
      opened.decode(packet);
      firstPacketFrames ??= opened.collector?.frames ?? 0;
      progress();
    });
    opened.decode(null);
    const pcm = opened.collector;
    if (!pcm) throw new CodecFailure('encoding', `The ${demuxer.name} file holds no audio that can be decoded.`);
    checkLimits(pcm.sampleRate, pcm.channels);
    const { start, end } = range?.({ mediaEnd, firstPacketFrames: firstPacketFrames ?? 0, sampleRate: pcm.sampleRate }) ?? everything;
    const last = Math.min(end, pcm.frames);
    if (start >= last) throw new CodecFailure('encoding', `The ${demuxer.name} file presents none of its audio.`);
    return pcm.finish(start, last);
  } finally {
    decoder?.free();
    demuxer.close();
  }
}

/** What a file is, from its headers. */
export function probeByBackend(av: NodeAv, bytes: Uint8Array, container: Container): AudioDescription {
  const demuxer = new Demuxer(av, bytes, container);
  try {
    demuxer.open({});
    const { sampleRate, channels } = demuxer.stream.codecpar;
    checkLimits(sampleRate, channels);
    return { container: demuxer.name, codec: demuxer.codec, sampleRate, channels, durationSeconds: demuxer.durationSeconds };
  } finally {
    demuxer.close();
  }
}
