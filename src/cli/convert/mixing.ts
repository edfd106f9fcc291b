import { Failure } from '../Command';

/** For each channel of the output, what it takes of each channel of the input. */
type Matrix = readonly (readonly number[])[];

const half = Math.SQRT1_2;

/** https://webaudio.github.io/web-audio-api/#channel-up-mixing-and-down-mixing, by the numbers of channels of input and output. */
const matrices: Readonly<Record<string, Matrix>> = {
  '1 2': [[1], [1]],
  '1 4': [[1], [1], [0], [0]],
  '1 6': [[0], [0], [1], [0], [0], [0]],
  '2 4': [[1, 0], [0, 1], [0, 0], [0, 0]],
  '2 6': [[1, 0], [0, 1], [0, 0], [0, 0], [0, 0], [0, 0]],
  '4 6': [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
  '2 1': [[0.5, 0.5]],
  '4 1': [[0.25, 0.25, 0.25, 0.25]],
  '6 1': [[half, half, 1, 0, 0.5, 0.5]],
  '4 2': [[0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5]],
  '6 2': [[1, 0, half, 0, half, 0], [0, 1, half, 0, 0, half]],
  '6 4': [[1, 0, half, 0, 0, 0], [0, 1, half, 0, 0, 0], [0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1]],
};

/**
 * Layouts that Web Audio has no mixes for, as 5.1: left and right, the centre, the low frequencies, what is behind or beside left and right. Channels stand in the order of
 * WAVE_FORMAT_EXTENSIBLE; one that falls on two is shared with equal power, two that fall on one are summed so.
 */
const asSurround: Readonly<Record<number, Matrix>> = {
  3: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]],
  5: [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]],
  7: [[1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, half, 1, 0], [0, 0, 0, 0, half, 0, 1]],
  8: [[1, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, half, 0, half, 0], [0, 0, 0, 0, 0, half, 0, half]],
};

/** To fewer or more channels; null where no mix is defined. */
function matrixOf(from: number, to: number): Matrix | null {
  const surround = asSurround[from];
  if (!surround) return matrices[`${from} ${to}`] ?? null;
  if (to === 6) return surround;
  return matrices[`6 ${to}`]?.map((shares) => Array.from({ length: from }, (_, channel) => shares.reduce((sum, share, middle) => sum + share * surround[middle][channel], 0))) ?? null;
}

/** Whether there is a mix from so many channels to so many. */
export function canMix(from: number, to: number): boolean {
  return from === to || matrixOf(from, to) !== null;
}

/** Planes of that many channels. @throws Failure where no mix is defined */
export function mix(planes: readonly Float32Array[], channels: number): readonly Float32Array[] {
  if (planes.length === channels) return planes;
  const matrix = matrixOf(planes.length, channels);
  if (!matrix) throw new Failure(`there is no mix of ${planes.length} channels to ${channels}`);
  return matrix.map((shares) => {
    const mixed = new Float32Array(planes[0].length);
    shares.forEach((share, channel) => {
      const plane = planes[channel];
      if (share !== 0) for (let frame = 0; frame < mixed.length; frame++) mixed[frame] += share * plane[frame];
    });
    return mixed;
  });
}
