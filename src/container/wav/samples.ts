import { expandALaw, expandMuLaw } from '../../webcodecs/g711';
import { viewOf } from '../bytes';
import type { WaveHeader } from './header';

type Layout = Pick<WaveHeader, 'encoding' | 'sampleBytes' | 'frameBytes'>;

/**
 * Converts `frames` frames that begin at `offset` of `bytes` into 32-bit floats of nominal range [-1, 1), one array a channel,
 * written from `outOffset` on. The caller has checked that bytes and arrays are long enough.
 */
export function readWaveSamples(
  layout: Layout, bytes: Uint8Array, offset: number, frames: number, out: readonly Float32Array[], outOffset = 0,
): void {
  const view = viewOf(bytes);
  const convert = converters[`${layout.encoding} ${layout.sampleBytes}`];
  out.forEach((samples, channel) => {
    convert(view, offset + channel * layout.sampleBytes, layout.frameBytes, samples.subarray(outOffset, outOffset + frames));
  });
}

type Converter = (view: DataView, offset: number, stride: number, out: Float32Array) => void;

const converters: Record<string, Converter> = {
  'integer 1': (view, offset, stride, out) => {
    for (let frame = 0; frame < out.length; frame++, offset += stride) out[frame] = (view.getUint8(offset) - 128) / 128;
  },
  'integer 2': (view, offset, stride, out) => {
    for (let frame = 0; frame < out.length; frame++, offset += stride) out[frame] = view.getInt16(offset, true) / 32768;
  },
  'integer 3': (view, offset, stride, out) => {
    for (let frame = 0; frame < out.length; frame++, offset += stride) {
      out[frame] = (view.getUint16(offset, true) + view.getInt8(offset + 2) * 65536) / 8388608;
    }
  },
  'integer 4': (view, offset, stride, out) => {
    for (let frame = 0; frame < out.length; frame++, offset += stride) out[frame] = view.getInt32(offset, true) / 2147483648;
  },
  'float 4': (view, offset, stride, out) => {
    for (let frame = 0; frame < out.length; frame++, offset += stride) out[frame] = view.getFloat32(offset, true);
  },
  'float 8': (view, offset, stride, out) => {
    for (let frame = 0; frame < out.length; frame++, offset += stride) out[frame] = view.getFloat64(offset, true);
  },
  'a-law 1': byTable(expandALaw),
  'mu-law 1': byTable(expandMuLaw),
};

function byTable(expand: (code: number) => number): Converter {
  const table = Float32Array.from({ length: 256 }, (_, code) => expand(code) / 32768);
  return (view, offset, stride, out) => {
    for (let frame = 0; frame < out.length; frame++, offset += stride) out[frame] = table[view.getUint8(offset)];
  };
}
