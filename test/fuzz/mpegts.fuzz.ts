import { MpegTsDemuxer } from '../../src/container/mpegts/MpegTsDemuxer';
import { adtsFrame, mp3Frame, repeated } from '../support/containers/frames';
import { delimiter, keySlice, sequenceParameterSet, slice, TransportWriter } from '../support/containers/mpegts-files';
import { demuxDamaged } from './containers';
import type { FuzzTarget } from './fuzz';

function file(stuffing: number, behind: number): Uint8Array {
  const writer = new TransportWriter();
  const parts = [writer.programAssociation({ 1: 0x20 }), writer.programMap(0x20, [[0x100, 0x1b], [0x101, 0x0f, 'fra'], [0x102, 0x03], [0x103, 0x24]])];
  for (let time = 0; time < 5; time++) {
    const stamp = 2 ** 33 - 7200 + time * 3600;
    parts.push(writer.pes(0x100, [...delimiter, ...(time % 2 ? slice(300) : [...sequenceParameterSet, ...keySlice(10)])], stamp + 3600, stamp, { clock: stamp }));
    parts.push(writer.pes(0x101, repeated(2, adtsFrame), stamp, undefined, { isLengthTold: true }), writer.pes(0x102, mp3Frame(), stamp));
    parts.push(writer.pes(0x103, [0, 0, 0, 1, 0x42, 1, 1, 1, 0x60, 0, 0, 3, 0, 0, 3, 0, 0, 3, 0, 0, 3, 0, 30, 0xa0, 0x61, 0x04, 0x12, 0, 0, 1, 0x26, 1, 0x80, 5, 5], stamp));
  }
  if (stuffing === 0 && behind === 0) return Uint8Array.from(parts.flat());
  const bytes = parts.flat();
  const packets = Array.from({ length: bytes.length / 188 }, (_, index) => [...Array.from({ length: stuffing }, () => 0), ...bytes.slice(index * 188, index * 188 + 188), ...Array.from({ length: behind }, () => 0)]);
  return Uint8Array.from(packets.flat());
}

const files = [file(0, 0), file(4, 0), file(0, 16)];

/** Sound and damaged transport streams. */
export const target: FuzzTarget = {
  name: 'mpegts',
  inputsPerSubject: 1,
  begin: (random) => () => {
    demuxDamaged(random, random.pick(files), (canSeek, length) => new MpegTsDemuxer({ canSeek, size: length }));
    return true;
  },
};
