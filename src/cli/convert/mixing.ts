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

/** Whether there is a mix from so many channels to so many. */
export function canMix(from: number, to: number): boolean {
  return from === to || Object.hasOwn(matrices, `${from} ${to}`);
}

/** Planes of that many channels. @throws Failure where no mix is defined */
export function mix(planes: readonly Float32Array[], channels: number): readonly Float32Array[] {
  if (planes.length === channels) return planes;
  if (!canMix(planes.length, channels)) throw new Failure(`there is no mix of ${planes.length} channels to ${channels}`);
  return matrices[`${planes.length} ${channels}`].map((shares) => {
    const mixed = new Float32Array(planes[0].length);
    shares.forEach((share, channel) => {
      const plane = planes[channel];
      if (share !== 0) for (let frame = 0; frame < mixed.length; frame++) mixed[frame] += share * plane[frame];
    });
    return mixed;
  });
}
