import type { Demuxer } from '../../src/container/Demuxer';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged } from './fuzz';

/**
 * Gives a damaged file to a demuxer, as a stream in pieces or by ranges, with seeks and resets in between, and checks what holds for every input: it comes to
 * an end, and gives no more data than a few times what it got.
 */
export function demuxDamaged(random: SeededRandom, whole: Uint8Array, create: (canSeek: boolean, size: number) => Demuxer): void {
  let bytes = whole;
  for (let count = random.below(4); count > 0; count--) bytes = damaged(random, bytes);
  const canSeek = random.chance(0.5);
  const demuxer = create(canSeek, bytes.length);
  const pieceBytes = random.pick([1 + random.below(64), 1 + random.below(4096), bytes.length + 1]);
  let seeks = random.below(4);
  let [at, served, outputs, data] = [0, 0, 0, 0];
  for (;;) {
    for (let output = demuxer.read(); output; output = demuxer.read()) {
      if (++outputs > 100_000) throw new Error('outputs without end');
      if (output.type === 'sample') data += output.data.length;
      if (output.type === 'sample' && !(Number.isFinite(output.timestamp) && Number.isFinite(output.decodeTimestamp))) throw new Error('a time that is no number');
      if (output.type === 'error' && !/ \(at byte \d+\)$/.test(output.message)) throw new Error(output.message);
      if (output.type === 'error' || output.type === 'end') {
        if (seeks-- > 0 && demuxer.seek(random.below(5))) continue;
        if (data > 1_000_000 + 4 * served) throw new Error(`${data} bytes of samples from ${served}`);
        return;
      }
      if (random.chance(0.001) && seeks-- > 0) demuxer.seek(random.below(5));
    }
    const begin = canSeek ? demuxer.wanted.begin : at;
    if (!Number.isSafeInteger(begin) || begin < 0) throw new Error(`bytes at ${begin} are wanted`);
    const piece = bytes.subarray(Math.min(begin, bytes.length), Math.min(begin + pieceBytes, bytes.length));
    at += piece.length;
    served += piece.length;
    if (served > 50 * bytes.length + 100_000) throw new Error('bytes are wanted without end');
    if (piece.length > 0) demuxer.push(piece);
    else demuxer.end();
    if (!canSeek && random.chance(0.002)) demuxer.reset();
  }
}
