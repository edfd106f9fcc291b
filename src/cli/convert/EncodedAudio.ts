import type { AudioDecoderConfig, EncodedAudioChunk } from 'mediant/webcodecs';
import { opusPacketFrames } from '../../container/codecs/opus';
import type { MuxerSample } from '../../container/Muxer';
import type { Track } from '../../container/tracks';
import type { OutputTrack } from './Interleaver';

interface Coded extends MuxerSample {
  readonly duration: number;
}

/** Opus counts at this rate, whatever was encoded. */
const opusRate = 48000;
/** Frames of samples that wait for the end, when it is known how much of them is padding. */
const heldFrames = 16384;

/** Puts an audio encoder's chunks into a track, with what the encoder put before and behind the sound trimmed off. */
export class EncodedAudio {
  readonly #output: OutputTrack;
  readonly #track: Track;
  readonly #delayOf: (description: Uint8Array | null) => number;
  #codec = '';
  /** Frames a second; the track's timescale. */
  #rate = 0;
  /** Frames that decode before the first one to be heard, of which these are not trimmed yet. */
  #delay = 0;
  #untrimmed = 0;
  #begin = 0;
  /** Frames of all chunks. */
  #frames = 0;
  #firstDuration = 0;
  #held: Coded[] = [];

  /** @param delayOf frames, told or measured; the description is that of the encoder's output */
  constructor(output: OutputTrack, track: Track, delayOf: (description: Uint8Array | null) => number) {
    this.#output = output;
    this.#track = track;
    this.#delayOf = delayOf;
  }

  /** @param startSeconds where the sound begins */
  add(chunk: EncodedAudioChunk, config: AudioDecoderConfig | undefined, startSeconds: number): void {
    if (!this.#output.isDescribed) this.#describe(config!, startSeconds);
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    const duration = this.#durationOf(chunk, data);
    const trimmed = Math.min(duration, this.#untrimmed);
    this.#untrimmed -= trimmed;
    const timestamp = this.#begin + this.#frames;
    this.#frames += duration;
    this.#held.push({ timestamp, decodeTimestamp: timestamp, duration, isKey: chunk.type === 'key', data, trim: trimmed > 0 ? { start: trimmed, end: 0 } : null });
    while (this.#held.length > 1 && this.#held[0].timestamp < timestamp - heldFrames) this.#output.put(this.#held.shift()!);
  }

  /** @param seconds of sound that was encoded */
  finish(seconds: number): void {
    let padding = Math.round(this.#frames - this.#delay - seconds * this.#rate);
    for (let last = this.#held.at(-1); last !== undefined && padding >= last.duration; last = this.#held.at(-1)) {
      padding -= last.duration;
      this.#held.pop();
    }
    const last = this.#held.pop();
    for (const sample of this.#held) this.#output.put(sample);
    if (last) this.#output.put(padding > 0 ? { ...last, trim: { start: last.trim?.start ?? 0, end: Math.min(padding, last.duration - (last.trim?.start ?? 0)) } } : last);
    this.#output.end();
  }

  #describe({ codec, description, sampleRate, numberOfChannels }: AudioDecoderConfig, startSeconds: number): void {
    const bytes = description === undefined ? null : new Uint8Array(description as ArrayBuffer);
    this.#codec = codec;
    this.#rate = codec === 'opus' ? opusRate : sampleRate;
    this.#delay = this.#untrimmed = this.#delayOf(bytes);
    this.#begin = Math.round(startSeconds * this.#rate) - this.#delay;
    const { language, label, isDefault } = this.#track;
    this.#output.describe({
      type: 'audio', timescale: this.#rate, language, label, isDefault,
      description: { codec, description: bytes, audio: { sampleRate: this.#rate, numberOfChannels } },
    });
  }

  /** Frames that decode of a chunk. The last one's duration tells how many of them were encoded. */
  #durationOf({ duration }: EncodedAudioChunk, data: Uint8Array): number {
    const told = Math.round(((duration ?? 0) * this.#rate) / 1e6);
    if (this.#codec === 'opus') return opusPacketFrames(data) ?? told;
    this.#firstDuration ||= told;
    return /^mp(4a|3)/.test(this.#codec) ? this.#firstDuration : told;
  }
}
