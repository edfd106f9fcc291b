/**
 * FFmpeg's AVSampleFormat, by number: how to turn `target.length` samples of one channel into floats. `first` is the first
 * frame wanted, `stride` the samples from one frame to the next.
 */
type Convert = (view: DataView, first: number, channel: number, stride: number, target: Float32Array) => void;

export interface SampleFormat {
  /** Each channel has a buffer of its own. */
  readonly planar: boolean;
  readonly convert: Convert;
}

function reader(bytes: number, read: (view: DataView, offset: number) => number): Convert {
  return (view, first, channel, stride, target) => {
    let offset = (first * stride + channel) * bytes;
    const step = stride * bytes;
    for (let frame = 0; frame < target.length; frame++, offset += step) target[frame] = read(view, offset);
  };
}

// The samples are in the machine's byte order; every platform Node runs Mediant on is little-endian.
const unsigned8 = reader(1, (view, offset) => (view.getUint8(offset) - 128) / 128);
const signed16 = reader(2, (view, offset) => view.getInt16(offset, true) / 32768);
const signed32 = reader(4, (view, offset) => view.getInt32(offset, true) / 2147483648);
const double = reader(8, (view, offset) => view.getFloat64(offset, true));
const interleavedFloat = reader(4, (view, offset) => view.getFloat32(offset, true));

const planarFloat: Convert = (view, first, _channel, _stride, target) => {
  const offset = view.byteOffset + first * 4;
  if (offset % 4 === 0) target.set(new Float32Array(view.buffer, offset, target.length));
  else interleavedFloat(view, first, 0, 1, target);
};

export const sampleFormats: readonly (SampleFormat | undefined)[] = [
  { planar: false, convert: unsigned8 },
  { planar: false, convert: signed16 },
  { planar: false, convert: signed32 },
  { planar: false, convert: interleavedFloat },
  { planar: false, convert: double },
  { planar: true, convert: unsigned8 },
  { planar: true, convert: signed16 },
  { planar: true, convert: signed32 },
  { planar: true, convert: planarFloat },
  { planar: true, convert: double },
];
