import type { DemuxerOutput, Sample } from '../../container/outputs';
import type { SampleDescription, Track } from '../../container/tracks';

/** What is known of a track once all of its samples have been seen. Times are seconds, sizes bytes. */
export interface TrackSummary {
  readonly id: number;
  readonly type: Track['type'];
  /** As WebCodecs registers it; '' for a codec without such a name. */
  readonly codec: string;
  /** The container's own name of the codec. */
  readonly format: string;
  readonly language: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly rotation: number | null;
  readonly sampleRate: number | null;
  readonly channels: number | null;
  /** From the first sample's beginning to the last one's end, in order of presentation. */
  readonly start: number | null;
  readonly duration: number | null;
  readonly samples: number;
  readonly bytes: number;
  readonly bitsPerSecond: number | null;
  readonly keySamples: number;
  /** Seconds between key samples; null where there are fewer than two. */
  readonly keyDistance: { readonly least: number; readonly mean: number; readonly most: number } | null;
  /** 'cenc', 'cbcs', …; null: in clear. */
  readonly encryption: string | null;
  /** Samples that are encrypted. */
  readonly encryptedSamples: number;
}

export interface Summary {
  readonly container: string;
  readonly bytes: number | null;
  /** As the container tells; null where it does not. */
  readonly duration: number | null;
  readonly hasIndex: boolean;
  readonly segments: number;
  readonly eventMessages: number;
  /** How many initialization data boxes there are, by their type. */
  readonly initData: Readonly<Record<string, number>>;
  readonly isTruncated: boolean;
  /** Why it could not be read to its end; null: it could. */
  readonly error: string | null;
  readonly tracks: readonly TrackSummary[];
}

/** Of one track, while samples come. */
class TrackTally {
  #samples = 0;
  #bytes = 0;
  #start = Infinity;
  #end = -Infinity;
  #encrypted = 0;
  readonly #keys: number[] = [];

  constructor(readonly track: Track) {}

  add({ timestamp, duration, isKey, data, encryption, trim }: Sample): void {
    const seconds = timestamp / this.track.timescale;
    const length = ((duration ?? 0) - (trim?.end ?? 0)) / this.track.timescale;
    this.#samples++;
    this.#bytes += data.length;
    this.#start = Math.min(this.#start, seconds + (trim?.start ?? 0) / this.track.timescale);
    this.#end = Math.max(this.#end, seconds + length);
    if (encryption !== null) this.#encrypted++;
    if (isKey) this.#keys.push(seconds);
  }

  summary(): TrackSummary {
    const { id, type, language, descriptions } = this.track;
    const { codec, format, video, audio, encryption } = descriptions[0] as SampleDescription;
    const isEmpty = this.#samples === 0;
    const duration = isEmpty ? null : this.#end - this.#start;
    return {
      id, type, codec, format, language,
      width: video && video.codedWidth, height: video && video.codedHeight, rotation: video && video.rotation,
      sampleRate: audio && audio.sampleRate, channels: audio && audio.numberOfChannels,
      start: isEmpty ? null : this.#start,
      duration,
      samples: this.#samples,
      bytes: this.#bytes,
      bitsPerSecond: duration ? (8 * this.#bytes) / duration : null,
      keySamples: this.#keys.length,
      keyDistance: distances(this.#keys),
      encryption: encryption && encryption.scheme,
      encryptedSamples: this.#encrypted,
    };
  }
}

function distances(times: readonly number[]): TrackSummary['keyDistance'] {
  if (times.length < 2) return null;
  const sorted = [...times].sort((a, b) => a - b);
  let [least, most] = [Infinity, 0];
  for (let index = 1; index < sorted.length; index++) {
    const distance = (sorted[index] as number) - (sorted[index - 1] as number);
    least = Math.min(least, distance);
    most = Math.max(most, distance);
  }
  return { least, mean: ((sorted.at(-1) as number) - (sorted[0] as number)) / (sorted.length - 1), most };
}

/** Takes a demuxer's outputs. */
export class Tally {
  readonly #tracks = new Map<number, TrackTally>();
  readonly #initData: Record<string, number> = {};
  #duration: number | null = null;
  #hasIndex = false;
  #segments = 0;
  #eventMessages = 0;
  #isTruncated = false;
  #error: string | null = null;

  constructor(readonly container: string, readonly bytes: number | null) {}

  add(output: DemuxerOutput): void {
    switch (output.type) {
      case 'init-segment':
        this.#duration = output.duration;
        this.#hasIndex = output.hasIndex;
        for (const track of output.tracks) if (!this.#tracks.has(track.id)) this.#tracks.set(track.id, new TrackTally(track));
        break;
      case 'sample':
        this.#tracks.get(output.trackId)?.add(output);
        break;
      case 'media-segment-start':
        this.#segments++;
        break;
      case 'init-data':
        this.#initData[output.initDataType] = (this.#initData[output.initDataType] ?? 0) + 1;
        break;
      case 'event-message':
        this.#eventMessages++;
        break;
      case 'error':
        this.#error = output.message;
        break;
      case 'end':
        this.#isTruncated = output.isTruncated;
    }
  }

  summary(): Summary {
    return {
      container: this.container, bytes: this.bytes, duration: this.#duration, hasIndex: this.#hasIndex, segments: this.#segments,
      eventMessages: this.#eventMessages, initData: this.#initData, isTruncated: this.#isTruncated, error: this.#error,
      tracks: [...this.#tracks.values()].map((tally) => tally.summary()),
    };
  }
}
