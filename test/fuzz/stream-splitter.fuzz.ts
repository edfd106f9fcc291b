import { tcpFraming, writeTcpFrameHeader } from '../../src/webrtc/ice/tcp-framing';
import { StreamSplitter } from '../../src/webrtc/stun/StreamSplitter';
import { channelDataBytes, turnFraming, writeChannelHeader } from '../../src/webrtc/turn/channel-data';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged, type FuzzTarget } from './fuzz';

function someFrame(random: SeededRandom, isTurn: boolean): Uint8Array {
  const length = random.chance(0.002) ? random.below(65_536) : random.below(60);
  const frame = new Uint8Array(isTurn ? channelDataBytes(length, true) : 2 + length);
  random.fill(frame.subarray(0, 80));
  if (isTurn) writeChannelHeader(frame, 0, 0x4000 + random.below(0x1000), length);
  else writeTcpFrameHeader(frame, 0, length);
  return frame;
}

function concatenated(frames: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(frames.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const frame of frames) {
    whole.set(frame, offset);
    offset += frame.length;
  }
  return whole;
}

/** Streams of frames, sound and damaged, cut anywhere. */
export const target: FuzzTarget = {
  name: 'stream-splitter',
  inputsPerSubject: 50,
  begin(random) {
    const isTurn = random.chance(0.5);
    const isSound = random.chance(0.5);
    const splitter = new StreamSplitter(isTurn ? turnFraming : tcpFraming);
    const expected: number[] = [];
    return () => {
      const frames = Array.from({ length: random.below(4) }, () => someFrame(random, isTurn));
      expected.push(...frames.map(({ length }) => length));
      const whole = concatenated(frames);
      const stream = isSound ? whole : damaged(random, whole);
      for (let offset = 0; offset < stream.length;) {
        const end = offset + 1 + random.below(200);
        const isWellFormed = splitter.read(stream.subarray(offset, end), ({ length }) => {
          if (isSound && expected.shift() !== length) throw new Error('another frame than was sent');
        });
        if (!isWellFormed) {
          if (isSound) throw new Error('a sound stream was given up');
          return false;
        }
        offset = end;
      }
      if (isSound && expected.length > 0) throw new Error(`${expected.length} frames are missing`);
      return true;
    };
  },
};
