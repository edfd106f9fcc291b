/** https://w3c.github.io/webcodecs/#pixel-format */
import type { PixelFormat } from '../../host/CodecBackend';

export interface PlaneFormat {
  /** Bytes of a sample; of both chroma values together in NV12, of all four values in the RGB formats. */
  readonly sampleBytes: number;
  /** *Sub-sampling factors*: pixels that one sample is for. */
  readonly sampleWidth: number;
  readonly sampleHeight: number;
}

interface FormatInfo {
  readonly planes: readonly PlaneFormat[];
  readonly kind: 'planar' | 'semi-planar' | 'rgb';
  /** Bits of a value. */
  readonly depth: number;
  readonly hasAlpha: boolean;
  readonly opaque: PixelFormat;
}

function planar(depth: 8 | 10 | 12, sampleWidth: number, sampleHeight: number, hasAlpha: boolean, opaque: PixelFormat): FormatInfo {
  const sampleBytes = depth === 8 ? 1 : 2;
  const luma = { sampleBytes, sampleWidth: 1, sampleHeight: 1 };
  const chroma = { sampleBytes, sampleWidth, sampleHeight };
  return { planes: hasAlpha ? [luma, chroma, chroma, luma] : [luma, chroma, chroma], kind: 'planar', depth, hasAlpha, opaque };
}

function packed(hasAlpha: boolean, opaque: PixelFormat): FormatInfo {
  return { planes: [{ sampleBytes: 4, sampleWidth: 1, sampleHeight: 1 }], kind: 'rgb', depth: 8, hasAlpha, opaque };
}

export const formats: Readonly<Record<PixelFormat, FormatInfo>> = {
  I420: planar(8, 2, 2, false, 'I420'),
  I420P10: planar(10, 2, 2, false, 'I420P10'),
  I420P12: planar(12, 2, 2, false, 'I420P12'),
  I420A: planar(8, 2, 2, true, 'I420'),
  I420AP10: planar(10, 2, 2, true, 'I420P10'),
  I420AP12: planar(12, 2, 2, true, 'I420P12'),
  I422: planar(8, 2, 1, false, 'I422'),
  I422P10: planar(10, 2, 1, false, 'I422P10'),
  I422P12: planar(12, 2, 1, false, 'I422P12'),
  I422A: planar(8, 2, 1, true, 'I422'),
  I422AP10: planar(10, 2, 1, true, 'I422P10'),
  I422AP12: planar(12, 2, 1, true, 'I422P12'),
  I444: planar(8, 1, 1, false, 'I444'),
  I444P10: planar(10, 1, 1, false, 'I444P10'),
  I444P12: planar(12, 1, 1, false, 'I444P12'),
  I444A: planar(8, 1, 1, true, 'I444'),
  I444AP10: planar(10, 1, 1, true, 'I444P10'),
  I444AP12: planar(12, 1, 1, true, 'I444P12'),
  NV12: {
    planes: [{ sampleBytes: 1, sampleWidth: 1, sampleHeight: 1 }, { sampleBytes: 2, sampleWidth: 2, sampleHeight: 2 }],
    kind: 'semi-planar', depth: 8, hasAlpha: false, opaque: 'NV12',
  },
  RGBA: packed(true, 'RGBX'),
  RGBX: packed(false, 'RGBX'),
  BGRA: packed(true, 'BGRX'),
  BGRX: packed(false, 'BGRX'),
};

/** https://w3c.github.io/webcodecs/#rgb-format */
export function isRgb(format: PixelFormat): boolean {
  return formats[format].kind === 'rgb';
}
