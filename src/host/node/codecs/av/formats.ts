/** FFmpeg's names and numbers for what WebCodecs has words for. */
import type { AVPixelFormat } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { ColorSpace, PixelFormat } from '../../../CodecBackend';
import { matrices, numberOf, primaries, transfers, unspecified } from '../../../../webcodecs/pixels/code-points';
import type { NodeAv } from '../node-av';

/** Formats that are laid out as WebCodecs has them, plane by plane; 16-bit samples little-endian. */
const sameLayout: Readonly<Record<string, PixelFormat>> = {
  yuv420p: 'I420', yuvj420p: 'I420', yuv420p10le: 'I420P10', yuv420p12le: 'I420P12',
  yuva420p: 'I420A', yuva420p10le: 'I420AP10',
  yuv422p: 'I422', yuvj422p: 'I422', yuv422p10le: 'I422P10', yuv422p12le: 'I422P12',
  yuva422p: 'I422A', yuva422p10le: 'I422AP10', yuva422p12le: 'I422AP12',
  yuv444p: 'I444', yuvj444p: 'I444', yuv444p10le: 'I444P10', yuv444p12le: 'I444P12',
  yuva444p: 'I444A', yuva444p10le: 'I444AP10', yuva444p12le: 'I444AP12',
  nv12: 'NV12', rgba: 'RGBA', rgb0: 'RGBX', bgra: 'BGRA', bgr0: 'BGRX',
  // Planes G, B, R: Y, U, V with the identity matrix (H.273 equations 41 to 43).
  gbrp: 'I444', gbrp10le: 'I444P10', gbrp12le: 'I444P12', gbrap: 'I444A',
};

/** What other formats are converted to, the least that loses nothing. */
const converted: Readonly<Record<string, string>> = {
  gray: 'yuv420p', gray10le: 'yuv420p10le', gray12le: 'yuv420p12le', p010le: 'yuv420p10le', p012le: 'yuv420p12le', nv21: 'yuv420p', nv16: 'yuv422p',
  nv24: 'yuv444p', yuv440p: 'yuv444p', yuvj440p: 'yuv444p', yuv410p: 'yuv420p', yuv411p: 'yuv422p', pal8: 'rgba', rgb24: 'rgb0', bgr24: 'bgr0', gray16be: 'rgb0',
  ya8: 'rgba', rgba64be: 'rgba', rgb48be: 'rgb0', rgba64le: 'rgba', rgb48le: 'rgb0', argb: 'rgba', abgr: 'rgba', monob: 'rgb0', monow: 'rgb0', ya16be: 'rgba',
};

const preferredNames: Readonly<Partial<Record<PixelFormat, string>>> = Object.fromEntries(
  Object.entries(sameLayout).filter(([name]) => !name.startsWith('yuvj') && !name.startsWith('gbr')).map(([name, format]) => [format, name]),
);

export interface PixelFormatInfo {
  readonly format: PixelFormat;
  /** FFmpeg's name of the format that the pixels are read in; another than the frame's own where that has no name in WebCodecs. */
  readonly readAs: string;
  readonly isFullRange: boolean;
  readonly isGbr: boolean;
}

const infos = new Map<number, PixelFormatInfo | null>();

export function pixelFormatInfo(av: NodeAv, number: AVPixelFormat): PixelFormatInfo | null {
  let info = infos.get(number);
  if (info === undefined) infos.set(number, info = infoOf(av.avGetPixFmtName(number) ?? ''));
  return info;
}

function infoOf(name: string): PixelFormatInfo | null {
  const readAs = Object.hasOwn(sameLayout, name) ? name : converted[name];
  if (readAs === undefined) return null;
  return { format: sameLayout[readAs], readAs, isFullRange: name.startsWith('yuvj'), isGbr: name.startsWith('gbr') };
}

/** FFmpeg's number of a format's layout; undefined where FFmpeg has none (I420AP12). */
export function avPixelFormat(av: NodeAv, format: PixelFormat): AVPixelFormat | undefined {
  const name = preferredNames[format];
  return name === undefined ? undefined : av.avGetPixFmtFromName(name);
}

/** What a matrix coefficient's standard says of the rest; the bitstream of VP9 has one number for all (section 7.2.2). */
export function impliedByMatrix(matrix: ColorSpace['matrix']): Partial<ColorSpace> {
  if (matrix === 'bt709') return { primaries: 'bt709', transfer: 'bt709' };
  if (matrix === 'smpte170m' || matrix === 'bt470bg') return { primaries: 'smpte170m', transfer: 'smpte170m' };
  return matrix === 'bt2020-ncl' ? { primaries: 'bt2020', transfer: 'bt709' } : {};
}

/** AVColorRange */
const limitedRange = 1;
const fullRange = 2;

type Colored = Pick<Frame, 'colorPrimaries' | 'colorTrc' | 'colorSpace' | 'colorRange'>;

/** What the stream says; undefined where it says nothing. `hasMatrixOnly`: the rest goes with the matrix. */
export function colorSpaceOf(av: NodeAv, frame: Frame, hasMatrixOnly: boolean): ColorSpace | undefined {
  const info = pixelFormatInfo(av, frame.format as AVPixelFormat);
  const isRgb = info !== null && /^(RGB|BGR)/.test(info.format);
  const range: number = frame.colorRange;
  const space: ColorSpace = {
    primaries: primaries[frame.colorPrimaries] ?? null,
    transfer: transfers[frame.colorTrc] ?? null,
    matrix: isRgb || info?.isGbr ? 'rgb' : ((frame.colorSpace as number) === unspecified ? null : (matrices[frame.colorSpace] ?? null)),
    fullRange: isRgb || info?.isFullRange || range === fullRange ? true : range === limitedRange ? false : null,
  };
  const isKnown = space.primaries !== null || space.transfer !== null || (space.matrix !== null && !isRgb) || (space.fullRange === true && !isRgb);
  if (!isKnown) return undefined;
  return hasMatrixOnly && space.primaries === null && space.transfer === null ? { ...space, ...impliedByMatrix(space.matrix) } : space;
}

export function setColorSpace(target: Colored, { primaries: given, transfer, matrix, fullRange: isFull }: ColorSpace): void {
  target.colorPrimaries = numberOf(primaries, given) as Frame['colorPrimaries'];
  target.colorTrc = numberOf(transfers, transfer) as Frame['colorTrc'];
  target.colorSpace = numberOf(matrices, matrix) as Frame['colorSpace'];
  target.colorRange = (isFull === null ? 0 : isFull ? fullRange : limitedRange) as Frame['colorRange'];
}
