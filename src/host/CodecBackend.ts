/**
 * The border between WebCodecs and what codes: seven calls. A backend answers for itself which configurations it has, and one that
 * is registered earlier is asked earlier. The rules of `Host` hold: nothing throws, callbacks come from a task of their own.
 */
import type { HostError } from './Host';

export interface CodecBackend {
  /** For messages and for `mediant devices --codecs`. */
  readonly name: string;
  /** Whether `open` would succeed, found out by opening where only that tells. */
  probe(request: CodecRequest, done: (supported: boolean) => void): void;
  /** `done` gets the codec, or why there is none: code `not-supported`, `no-backend`. */
  open(request: CodecRequest, events: CodecEvents, done: (result: Codec | HostError) => void): void;
}

/** Called from tasks, and no more after `close()`. */
export interface CodecEvents {
  /** There may be output to receive, or room to send; told at least once after `send` returned false. */
  progress(): void;
  /** Everything that was sent before `flush()` has come out and can be received. */
  flushed(): void;
  /** The codec is broken: code `encoding`, or `lost` where hardware went away. `close()` it. */
  failed(error: HostError): void;
}

/**
 * One coder or decoder. Inputs and outputs are those of its kind in `CodecTypes`. Used by one thread.
 */
export interface Codec<Input = any, Output = any> {
  /** Name of what codes: `libx264`, `h264 (vaapi)`. */
  readonly name: string;
  readonly isHardware: boolean;
  /** Takes an input, or returns false where it has no room now. An input is the codec's from then on. */
  send(input: Input): boolean;
  /** The next output, in the order of presentation for decoders, of coding for encoders. Null while there is none. */
  receive(): Output | null;
  /** Asks for all outputs of what was sent, answered by `flushed`. Nothing is sent in between; the codec can be used on afterwards. */
  flush(): void;
  /** Forgets inputs and outputs. The next input is one that stands alone. A pending flush is not answered. */
  reset(): void;
  /** Frees everything. Last call. */
  close(): void;
}

export type AudioDecoderCodec = Codec<EncodedData, AudioPlanes>;
export type AudioEncoderCodec = Codec<AudioPlanes, EncodedOutput>;
export type VideoDecoderCodec = Codec<EncodedData, NativeVideoFrame>;
export type VideoEncoderCodec = Codec<VideoEncoderInput, EncodedOutput>;

export type CodecRequest = AudioDecoderRequest | AudioEncoderRequest | VideoDecoderRequest | VideoEncoderRequest;

/** A codec string that has been understood. */
export interface CodecParameters {
  /**
   * `h264`, `hevc`, `vp8`, `vp9`, `av1`, `aac`, `opus`, `vorbis`, `flac`, `mp3`, `alaw`, `ulaw`, `pcm`, `g722`, …; of images `png`, `apng`, `jpeg`,
   * `gif`, `webp`, `webp-animation`, `bmp`; empty for a string that only some backend may know.
   */
  readonly name: string;
  /** As script gave it, without spaces around it. */
  readonly string: string;
  /** The number in the bitstream: `profile_idc`, `general_profile_idc`, `seq_profile`, AAC's audio object type. */
  readonly profile?: number;
  /** The number in the bitstream: `level_idc`, `general_level_idc`, VP9's level × 10, `seq_level_idx`. */
  readonly level?: number;
  /** H.264: the byte of constraint_set flags. */
  readonly constraints?: number;
  /** HEVC, AV1 */
  readonly tier?: number;
  /** VP9, AV1; HEVC and H.264 have it in the profile. */
  readonly bitDepth?: number;
  /** VP9, AV1: horizontal and vertical subsampling of chroma, `420` … `444`. */
  readonly chroma?: '400' | '420' | '422' | '444';
  /** PCM: how samples are stored, little-endian but for those of `be`. */
  readonly pcm?: 'u8' | 's16' | 's24' | 's32' | 'f32' | 's16be' | 's24be' | 's32be' | 'f32be';
}

export interface AudioDecoderRequest {
  readonly kind: 'audio-decoder';
  readonly codec: CodecParameters;
  /** Hertz */
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  readonly description?: Uint8Array;
}

export interface AudioEncoderRequest {
  readonly kind: 'audio-encoder';
  readonly codec: CodecParameters;
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  /** Bits a second; absent where the encoder chooses. */
  readonly bitrate?: number;
  readonly bitrateMode: 'constant' | 'variable';
  /** As the codec's registration has it. */
  readonly options: Readonly<Record<string, unknown>>;
}

export type HardwarePreference = 'no-preference' | 'prefer-hardware' | 'prefer-software';

export interface VideoDecoderRequest {
  readonly kind: 'video-decoder';
  readonly codec: CodecParameters;
  readonly description?: Uint8Array;
  /** Pixels; what the stream says goes before it. */
  readonly codedWidth?: number;
  readonly codedHeight?: number;
  readonly hardwareAcceleration: HardwarePreference;
  readonly optimizeForLatency: boolean;
}

export interface VideoEncoderRequest {
  readonly kind: 'video-encoder';
  readonly codec: CodecParameters;
  readonly width: number;
  readonly height: number;
  readonly displayWidth: number;
  readonly displayHeight: number;
  /** Bits a second */
  readonly bitrate?: number;
  /** Frames a second */
  readonly framerate?: number;
  readonly bitrateMode: 'constant' | 'variable' | 'quantizer';
  readonly latencyMode: 'quality' | 'realtime';
  readonly hardwareAcceleration: HardwarePreference;
  readonly keepAlpha: boolean;
  /** 1 without scalability. */
  readonly temporalLayers: number;
  /** `''`, `motion`, `detail` or `text`. */
  readonly contentHint: string;
  /** Parameter sets in the stream instead of in the description; H.264 and HEVC. */
  readonly annexB: boolean;
}

/** To a decoder. */
export interface EncodedData {
  readonly data: Uint8Array;
  readonly isKey: boolean;
  /** Microseconds */
  readonly timestamp: number;
  readonly duration: number | null;
}

/** From an encoder. */
export interface EncodedOutput extends EncodedData {
  /** What a decoder is to be configured with from here on; absent where nothing changed since the last output. */
  readonly decoderConfig?: EncodedOutputConfig;
  readonly temporalLayer?: number;
}

export interface EncodedOutputConfig {
  readonly description?: Uint8Array;
  readonly colorSpace?: ColorSpace;
}

export type SampleFormat = 'u8' | 's16' | 's32' | 'f32' | 'u8-planar' | 's16-planar' | 's32-planar' | 'f32-planar';

/** Samples of one AudioData: one plane, or one a channel. */
export interface AudioPlanes {
  readonly format: SampleFormat;
  readonly sampleRate: number;
  readonly numberOfFrames: number;
  readonly numberOfChannels: number;
  /** Microseconds */
  readonly timestamp: number;
  readonly planes: readonly Uint8Array[];
  /** Takes the planes' memory back, which nobody reads any more. Called at most once; not called, it goes the way of all garbage. */
  readonly release?: (samples: AudioPlanes) => void;
}

/** https://w3c.github.io/webcodecs/#enumdef-videopixelformat */
export type PixelFormat =
  | 'I420' | 'I420P10' | 'I420P12' | 'I420A' | 'I420AP10' | 'I420AP12'
  | 'I422' | 'I422P10' | 'I422P12' | 'I422A' | 'I422AP10' | 'I422AP12'
  | 'I444' | 'I444P10' | 'I444P12' | 'I444A' | 'I444AP10' | 'I444AP12'
  | 'NV12' | 'RGBA' | 'RGBX' | 'BGRA' | 'BGRX';

/** https://w3c.github.io/webcodecs/#dictdef-videocolorspaceinit */
export interface ColorSpace {
  readonly primaries: 'bt709' | 'bt470bg' | 'smpte170m' | 'bt2020' | 'smpte432' | null;
  readonly transfer: 'bt709' | 'smpte170m' | 'iec61966-2-1' | 'linear' | 'pq' | 'hlg' | null;
  readonly matrix: 'rgb' | 'bt709' | 'bt470bg' | 'smpte170m' | 'bt2020-ncl' | null;
  readonly fullRange: boolean | null;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Plane {
  /** From the plane's first byte on. */
  readonly data: Uint8Array;
  /** Bytes from a row to the next. */
  readonly stride: number;
}

/** Pixels in memory. */
export interface Pixels {
  readonly format: PixelFormat;
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** As many as the format has. Gone with the frame they are of: to be read at once, not kept. */
  readonly planes: readonly Plane[];
}

/** A frame that a backend holds: in its own memory or on a device. */
export interface NativeVideoFrame {
  /** Null where no `PixelFormat` describes it; `pixels()` then converts to one that does. */
  readonly format: PixelFormat | null;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly visibleRect: Rectangle;
  /** Pixels, aspect of the samples applied. */
  readonly displayWidth: number;
  readonly displayHeight: number;
  /** Microseconds */
  readonly timestamp: number;
  readonly duration: number | null;
  /** As the stream says; absent where it says nothing. */
  readonly colorSpace?: ColorSpace;
  /** Bytes that it occupies. */
  readonly byteLength: number;
  pixels(): Pixels | HostError;
  close(): void;
}

export interface VideoEncoderInput {
  /** A frame of this or another backend, or null for one in memory. It stays its owner's, and is there until `release`. */
  readonly native: NativeVideoFrame | null;
  /** The pixels, in whichever of the two they are. */
  pixels(): Pixels | HostError;
  readonly visibleRect: Rectangle;
  readonly colorSpace: ColorSpace;
  /** Microseconds */
  readonly timestamp: number;
  readonly duration: number | null;
  readonly keyFrame: boolean;
  /** With bitrateMode 'quantizer'. */
  readonly quantizer?: number;
  /** The frame is not needed any more. */
  release(): void;
}
