/** FFmpeg's video encoders, and how WebCodecs' settings are told to each. */
import type { AVCodecFlag } from 'node-av/constants';
import type { CodecContext } from 'node-av/lib';
import type { CodecParameters, ColorSpace, VideoEncoderRequest } from '../../../CodecBackend';

export interface EncoderSettings {
  readonly request: VideoEncoderRequest;
  readonly colorSpace: ColorSpace;
  /** With bitrateMode 'quantizer'. */
  readonly quantizer: number | undefined;
}

/** Options by FFmpeg's names, and fields of the context. */
type Configure = (settings: EncoderSettings, context: CodecContext) => Record<string, string>;

export interface VideoEncoderKind {
  readonly encoder: string;
  /** FFmpeg's name of the pixel format for a codec string; null where this encoder has none. */
  pixelFormat(codec: CodecParameters): string | null;
  readonly configure: Configure;
  readonly mostTemporalLayers: number;
  /** Its pictures refer to any others where it has no bit rate to keep. */
  readonly layersNeedRate?: boolean;
  /** Highest quantizer, as the codec's registration counts it; the lowest is 0. */
  readonly highestQuantizer: number;
  /** Chroma of 4:2:0 needs even sizes in its bitstream. */
  readonly needsEvenSize: boolean;
  /** Highest width and height. */
  readonly mostPixels: number;
  readonly isByteStream: 'h264' | 'hevc' | null;
  /** The bitstream can't say that transfer characteristics and primaries differ from what goes with the matrix. */
  readonly hasMatrixOnly?: boolean;
  /** It has no variable rate that goes with its other settings. */
  readonly isAlwaysConstant?: boolean;
}

const isRealtime = ({ request }: EncoderSettings): boolean => request.latencyMode === 'realtime';
const isScreen = ({ request: { contentHint } }: EncoderSettings): boolean => contentHint === 'detail' || contentHint === 'text';

/** FFmpeg's profile names of x264, by profile_idc. */
const x264Profiles: Readonly<Record<number, readonly [name: string, pixelFormat: string]>> = {
  66: ['baseline', 'yuv420p'], 77: ['main', 'yuv420p'], 100: ['high', 'yuv420p'], 110: ['high10', 'yuv420p10le'], 122: ['high422', 'yuv422p10le'], 244: ['high444', 'yuv444p'],
};

const x264: VideoEncoderKind = {
  encoder: 'libx264',
  pixelFormat: ({ profile }) => x264Profiles[profile!]?.[1] ?? null,
  needsEvenSize: true,
  mostTemporalLayers: 1,
  highestQuantizer: 51,
  mostPixels: 16384,
  isByteStream: 'h264',
  configure(settings) {
    const { request: { codec }, quantizer } = settings;
    return {
      preset: isRealtime(settings) ? 'superfast' : 'fast',
      ...(isRealtime(settings) && { tune: 'zerolatency' }),
      profile: x264Profiles[codec.profile!][0],
      level: codec.level === 9 ? '1b' : (codec.level! / 10).toFixed(1),
      bf: '0',
      'forced-idr': '1',
      ...(quantizer !== undefined && { qp: String(quantizer) }),
    };
  },
};

const x265Profiles: Readonly<Record<number, readonly [name: string, pixelFormat: string]>> = { 1: ['main', 'yuv420p'], 2: ['main10', 'yuv420p10le'], 4: ['main444-8', 'yuv444p'] };

const x265: VideoEncoderKind = {
  encoder: 'libx265',
  pixelFormat: ({ profile }) => x265Profiles[profile!]?.[1] ?? null,
  needsEvenSize: true,
  mostTemporalLayers: 1,
  highestQuantizer: 51,
  mostPixels: 16384,
  isByteStream: 'hevc',
  configure(settings) {
    const { request: { codec, annexB }, quantizer } = settings;
    const parameters = ['log-level=none', 'bframes=0', `repeat-headers=${Number(annexB)}`];
    return {
      preset: isRealtime(settings) ? 'ultrafast' : 'veryfast',
      ...(isRealtime(settings) && { tune: 'zerolatency' }),
      profile: x265Profiles[codec.profile!][0],
      'forced-idr': '1',
      ...(quantizer !== undefined && { qp: String(quantizer) }),
      'x265-params': parameters.join(':'),
    };
  },
};

/** Frames that the layers repeat after, and the layer of each: two and three temporal layers of WebRTC SVC's L1T2 and L1T3. */
export const layerPatterns: Readonly<Record<number, readonly number[]>> = { 1: [0], 2: [0, 1], 3: [0, 2, 1, 2] };

/** Share of the bit rate that the layers up to each have together. */
const layerShares: Readonly<Record<number, readonly number[]>> = { 2: [0.6, 1], 3: [0.4, 0.6, 1] };

function vpxLayers({ request: { temporalLayers, bitrate } }: EncoderSettings): Record<string, string> {
  if (temporalLayers === 1) return {};
  const pattern = layerPatterns[temporalLayers];
  const kilobits = layerShares[temporalLayers].map((share) => Math.max(1, Math.round(((bitrate ?? 1_000_000) * share) / 1000)));
  const parameters = {
    ts_number_layers: temporalLayers,
    ts_target_bitrate: kilobits.join(','),
    ts_rate_decimator: temporalLayers === 2 ? '2,1' : '4,2,1',
    ts_periodicity: pattern.length,
    ts_layer_id: pattern.join(','),
    ts_layering_mode: temporalLayers,
  };
  return { 'ts-parameters': Object.entries(parameters).map(([name, value]) => `${name}=${value}`).join(':'), 'error-resilient': '1' };
}

/** libvpx counts quantizers from 0 to 63, as WebCodecs' registration of VP9 does. */
function vpxQuantizer({ quantizer }: EncoderSettings, context: CodecContext): Record<string, string> {
  if (quantizer === undefined) return {};
  context.qMin = quantizer;
  context.qMax = quantizer;
  return { crf: String(quantizer) };
}

const vp8: VideoEncoderKind = {
  encoder: 'libvpx',
  hasMatrixOnly: true,
  pixelFormat: () => 'yuv420p',
  needsEvenSize: false,
  mostTemporalLayers: 3,
  highestQuantizer: 63,
  mostPixels: 16383,
  isByteStream: null,
  configure(settings, context) {
    return {
      ...vpxQuantizer(settings, context),
      deadline: isRealtime(settings) ? 'realtime' : 'good',
      'cpu-used': isRealtime(settings) ? '8' : '4',
      'lag-in-frames': '0', 'auto-alt-ref': '0',
      ...(isScreen(settings) && { 'screen-content-mode': '1' }),
      ...vpxLayers(settings),
    };
  },
};

/** By profile and chroma. */
const vp9PixelFormats: Readonly<Record<string, string>> = {
  '0 420 8': 'yuv420p', '1 422 8': 'yuv422p', '1 444 8': 'yuv444p', '2 420 10': 'yuv420p10le', '2 420 12': 'yuv420p12le',
  '3 422 10': 'yuv422p10le', '3 422 12': 'yuv422p12le', '3 444 10': 'yuv444p10le', '3 444 12': 'yuv444p12le',
};

const vp9: VideoEncoderKind = {
  encoder: 'libvpx-vp9',
  hasMatrixOnly: true,
  pixelFormat: ({ profile, chroma, bitDepth }) => vp9PixelFormats[`${profile} ${chroma} ${bitDepth}`] ?? null,
  needsEvenSize: false,
  mostTemporalLayers: 3,
  highestQuantizer: 63,
  mostPixels: 65536,
  isByteStream: null,
  configure(settings, context) {
    return {
      ...vpxQuantizer(settings, context),
      deadline: isRealtime(settings) ? 'realtime' : 'good',
      'cpu-used': isRealtime(settings) ? '8' : '5',
      'lag-in-frames': '0', 'auto-alt-ref': '0', 'row-mt': '1',
      ...(isScreen(settings) && { 'tune-content': 'screen' }),
      ...vpxLayers(settings),
    };
  },
};

const av1: VideoEncoderKind = {
  encoder: 'libsvtav1',
  isAlwaysConstant: true,
  layersNeedRate: true,
  pixelFormat: ({ profile, bitDepth }) => (profile !== 0 ? null : bitDepth === 8 ? 'yuv420p' : bitDepth === 10 ? 'yuv420p10le' : null),
  needsEvenSize: true,
  mostTemporalLayers: 3,
  highestQuantizer: 63,
  mostPixels: 16384,
  isByteStream: null,
  configure(settings) {
    const { quantizer } = settings;
    // Low delay: pictures come out in the order of presentation. A hierarchy of two levels refers to none above a picture's own: L1T3, and without the uppermost level L1T2.
    const parameters = ['pred-struct=1', 'hierarchical-levels=2', 'scd=0', ...(isScreen(settings) ? ['scm=1'] : [])];
    return {
      preset: isRealtime(settings) ? '11' : '9',
      ...(quantizer !== undefined && { qp: String(Math.max(1, quantizer)) }),
      'svtav1-params': parameters.join(':'),
    };
  },
};

/** The encoders of each codec, the best first. */
export const videoEncoders: Readonly<Record<string, readonly VideoEncoderKind[]>> = { h264: [x264], hevc: [x265], vp8: [vp8], vp9: [vp9], av1: [av1] };

/** AV_CODEC_FLAG_GLOBAL_HEADER */
export const globalHeader = (1 << 22) as AVCodecFlag;

/** Macroblocks in a picture and in a second that a level allows: H.264 table A-1. */
const h264Limits: Readonly<Record<number, readonly [frame: number, second: number]>> = {
  9: [99, 1485], 10: [99, 1485], 11: [396, 3000], 12: [396, 6000], 13: [396, 11880], 20: [396, 11880], 21: [792, 19800], 22: [1620, 20250], 30: [1620, 40500],
  31: [3600, 108000], 32: [5120, 216000], 40: [8192, 245760], 41: [8192, 245760], 42: [8704, 522240], 50: [22080, 589824], 51: [36864, 983040], 52: [36864, 2073600],
  60: [139264, 4177920], 61: [139264, 8355840], 62: [139264, 16711680],
};

/**
 * Whether a picture of that size fits the level of the codec string. It is asked of H.264 only: its decoders are chosen by it, while
 * the levels in strings of VP9 and AV1 are hardly ever meant, and not looked at by browsers.
 */
export function fitsLevel({ codec, width, height, framerate }: VideoEncoderRequest): boolean {
  if (codec.name !== 'h264') return true;
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const [frame, second] = h264Limits[codec.level!];
  return macroblocks <= frame && macroblocks * (framerate ?? 1) <= second;
}
