import type { EncodedVideoChunk, VideoDecoder, VideoDecoderConfig, VideoEncoder, VideoEncoderConfig, VideoFrame } from 'mediant/webcodecs';
import type { MuxerTrack } from '../../container/Muxer';
import type { Sample } from '../../container/outputs';
import type { SampleDescription, Track } from '../../container/tracks';
import * as webcodecs from '../../entry/webcodecs';
import { codePointsOf } from '../../webcodecs/pixels/code-points';
import { CodecStage } from './CodecStage';
import type { OutputTrack } from './Interleaver';
import { videoCodecStrings } from './levels';
import type { Chroma, CodecStringChoice } from './levels';
import type { ConverterInit, TrackConverter } from './TrackConverter';
import { upright } from './upright';

export interface VideoSettings {
  /** A codec string, or what it begins with, to be completed: `vp09`. */
  readonly codec: string;
  readonly bitrate?: number;
  readonly size?: { readonly width: number; readonly height: number };
  /** The format has no place for an orientation: pixels are put where they are shown. */
  readonly isUpright?: boolean;
}

interface Encoded {
  readonly chunk: EncodedVideoChunk;
  readonly config: VideoDecoderConfig | undefined;
}

/** Seconds between key frames at most. */
const keyFrameSeconds = 2;
const defaultFramerate = 30;
const mostFramerate = 240;
/** Microseconds can't tell the ticks of finer ones apart. */
const mostTimescale = 500_000;
/** Chroma of 4:2:0 in these has no odd sizes. */
const evenSizes = /^(avc|hvc|hev)/;

/** Decodes and encodes pictures. Those outside of the range, and those that edits hide, are decoded only. */
export class VideoTranscoder implements TrackConverter {
  readonly #track: Track;
  readonly #output: OutputTrack;
  readonly #settings: VideoSettings;
  readonly #note: ConverterInit['note'];
  /** Microseconds */
  readonly #begin: number;
  readonly #end: number;
  readonly #timescale: number;
  readonly #decoder: CodecStage<VideoDecoder, VideoFrame>;
  #encoder: CodecStage<VideoEncoder, Encoded> | null = null;
  #description: SampleDescription | null = null;
  #needsKey = true;
  #lastKey = -Infinity;
  /** Microseconds between two pictures, the least that was seen. */
  #step = Infinity;
  #previous = NaN;
  /** Timestamps of pictures that are not shown. */
  readonly #hidden = new Set<number>();

  constructor({ track, range, note }: ConverterInit, output: OutputTrack, settings: VideoSettings) {
    this.#track = track;
    this.#output = output;
    this.#settings = settings;
    this.#note = note;
    this.#begin = Math.round(range.begin * 1e6);
    this.#end = range.end * 1e6;
    this.#timescale = track.timescale <= mostTimescale ? track.timescale : 1e6;
    this.#decoder = new CodecStage((init) => new webcodecs.VideoDecoder(init), (frame: VideoFrame) => frame);
  }

  async write({ timestamp: ticks, decodeTimestamp, duration: durationTicks, isKey, descriptionIndex, data, trim }: Sample): Promise<void> {
    const description = this.#track.descriptions[descriptionIndex];
    if (this.#description === null || (this.#description !== description && this.#track.descriptions.includes(this.#description))) await this.change(description);
    if (this.#needsKey && !isKey) return;
    this.#needsKey = false;
    const timestamp = this.#microseconds(ticks);
    if (this.#microseconds(decodeTimestamp) >= this.#end) return;
    const duration = durationTicks === null ? undefined : this.#microseconds(durationTicks);
    this.#learnStep(timestamp, duration);
    if (trim) this.#hidden.add(timestamp);
    const chunk = new webcodecs.EncodedVideoChunk({ type: isKey ? 'key' : 'delta', timestamp, duration, data });
    await this.#decoder.put((decoder) => decoder.decode(chunk));
    await this.#encodeDecoded();
  }

  async change(description: SampleDescription): Promise<void> {
    this.#description = description;
    this.#needsKey = true;
    await this.#decoder.put((decoder) => decoder.configure(decoderConfigOf(description)));
  }

  async finish(): Promise<void> {
    if (this.#description !== null) await this.#decoder.flush();
    await this.#encodeDecoded();
    await this.#encoder?.flush();
    this.#write();
    this.#output.end();
  }

  close(): void {
    for (const frame of this.#decoder.close()) frame.close();
    this.#encoder?.close();
  }

  #microseconds(ticks: number): number {
    return Math.round((ticks * 1e6) / this.#track.timescale);
  }

  #learnStep(timestamp: number, duration = Infinity): void {
    const step = Math.abs(timestamp - this.#previous);
    this.#previous = timestamp;
    this.#step = Math.min(this.#step, duration || Infinity, step || Infinity);
  }

  async #encodeDecoded(): Promise<void> {
    const frames = this.#decoder.take();
    try {
      for (let frame = frames[0]; frame !== undefined; frame = frames[0]) {
        await this.#encode(frame);
        frames.shift()!.close();
      }
    } finally {
      for (const frame of frames) frame.close();
    }
    this.#write();
  }

  async #encode(frame: VideoFrame): Promise<void> {
    const { timestamp } = frame;
    const end = timestamp + (frame.duration ?? 0);
    if (this.#hidden.delete(timestamp) || timestamp >= this.#end || (timestamp < this.#begin && end <= this.#begin)) return;
    const shown = this.#settings.isUpright ? await upright(frame) : frame;
    try {
      this.#encoder ??= await this.#openEncoder(shown, chromaOf(frame));
      await this.#encodeShown(shown, this.#encoder, timestamp, end);
    } finally {
      if (shown !== frame) shown.close();
    }
  }

  async #encodeShown(frame: VideoFrame, stage: CodecStage<VideoEncoder, Encoded>, timestamp: number, end: number): Promise<void> {
    // A picture that is shown already where the range begins is shown from there on.
    const begin = Math.max(timestamp, this.#begin) - this.#begin;
    const keyFrame = begin - this.#lastKey >= keyFrameSeconds * 1e6;
    if (keyFrame) this.#lastKey = begin;
    const moved = new webcodecs.VideoFrame(frame, { timestamp: begin, duration: frame.duration === null ? undefined : Math.min(end, this.#end) - this.#begin - begin });
    try {
      await stage.put((encoder) => encoder.encode(moved, { keyFrame }));
    } finally {
      moved.close();
    }
  }

  async #openEncoder(frame: VideoFrame, chroma: Chroma): Promise<CodecStage<VideoEncoder, Encoded>> {
    const { codec, bitrate, size } = this.#settings;
    const visible = size ?? frame.visibleRect!;
    const [width, height] = evenSizes.test(codec) ? [visible.width & ~1, visible.height & ~1] : [visible.width, visible.height];
    const framerate = Math.min(mostFramerate, this.#step < Infinity ? Math.round(1e9 / this.#step) / 1e3 : defaultFramerate);
    const [displayWidth, displayHeight] = frame.rotation % 180 === 0 ? [frame.displayWidth, frame.displayHeight] : [frame.displayHeight, frame.displayWidth];
    // A size that is asked for is that of the picture as shown.
    const isSquare = size !== undefined || displayWidth * visible.height === displayHeight * visible.width;
    const config = { width, height, bitrate, framerate, ...(isSquare ? {} : { displayWidth, displayHeight }) };
    const string = await this.#codecString(videoCodecStrings(codec, width, height, framerate, bitDepthOf(frame), chroma), config, bitDepthOf(frame), chroma);
    const encoder = new CodecStage<VideoEncoder, Encoded>(
      (init) => new webcodecs.VideoEncoder(init), (chunk: EncodedVideoChunk, metadata?: { decoderConfig?: VideoDecoderConfig }) => ({ chunk, config: metadata?.decoderConfig }),
    );
    await encoder.put((stage) => stage.configure({ ...config, codec: string }));
    return encoder;
  }

  /** The first that can be encoded; where none can, the encoder says what is wrong with the last. */
  async #codecString(choices: readonly CodecStringChoice[], config: Omit<VideoEncoderConfig, 'codec'>, bitDepth: number, chroma: Chroma): Promise<string> {
    let choice = choices[0];
    for (choice of choices) if ((await webcodecs.VideoEncoder.isConfigSupported({ ...config, codec: choice.string })).supported) break;
    if (choice.bitDepth !== null && choice.bitDepth < bitDepth) this.#note(`of ${bitDepth} bits ${choice.bitDepth} are kept in ${choice.string}`);
    if (choice.chroma !== null && choice.chroma !== chroma) this.#note(`its chroma of ${[...chroma].join(':')} becomes ${[...choice.chroma].join(':')} in ${choice.string}`);
    return choice.string;
  }

  #write(): void {
    for (const { chunk, config } of this.#encoder?.take() ?? []) {
      if (!this.#output.isDescribed) this.#output.describe(this.#outputTrack(config!));
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const ticks = (microseconds: number) => Math.round((microseconds * this.#timescale) / 1e6);
      const timestamp = ticks(chunk.timestamp);
      const duration = chunk.duration === null ? null : ticks(chunk.timestamp + chunk.duration) - timestamp;
      this.#output.put({ timestamp, decodeTimestamp: timestamp, duration, isKey: chunk.type === 'key', data });
    }
  }

  #outputTrack({ codec, description, codedWidth = 0, codedHeight = 0, displayAspectWidth, displayAspectHeight, colorSpace, rotation = 0, flip = false }: VideoDecoderConfig & { rotation?: number; flip?: boolean }): MuxerTrack {
    const { language, label, isDefault } = this.#track;
    return {
      type: 'video', timescale: this.#timescale, language, label, isDefault,
      description: {
        codec,
        description: description === undefined ? null : new Uint8Array(description as ArrayBuffer),
        video: {
          codedWidth, codedHeight, displayWidth: displayAspectWidth ?? codedWidth, displayHeight: displayAspectHeight ?? codedHeight, rotation: rotation as 0, isFlipped: flip,
          color: colorSpace ? codePointsOf(colorSpace) : null,
        },
      },
    };
  }
}

/** Of a sample. */
const bitDepthOf = ({ format }: VideoFrame): number => Number(/P(1[02])$/.exec(format ?? '')?.[1] ?? 8);

/** Pictures of RGB have as many samples of each. */
function chromaOf({ format }: VideoFrame): Chroma {
  if (format?.startsWith('I422')) return '422';
  return format?.startsWith('I444') || format?.startsWith('RGB') || format?.startsWith('BGR') ? '444' : '420';
}

function decoderConfigOf({ codec, description, video }: SampleDescription): VideoDecoderConfig {
  const { codedWidth, codedHeight, displayWidth, displayHeight, rotation, isFlipped } = video!;
  return {
    codec,
    ...(description && { description }),
    ...(codedWidth > 0 && codedHeight > 0 && { codedWidth, codedHeight }),
    ...(displayWidth > 0 && displayHeight > 0 && { displayAspectWidth: displayWidth, displayAspectHeight: displayHeight }),
    rotation, flip: isFlipped,
  } as VideoDecoderConfig;
}
