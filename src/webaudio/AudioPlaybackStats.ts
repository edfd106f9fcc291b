import { StateWord } from '../generated/commands';
import { PlatformObject } from '../webidl/platform-object';
import type { AudioContext } from './AudioContext';

/** The statistics change once per second. */
const updateIntervalMilliseconds = 1000;

/** https://webaudio.github.io/web-audio-api/#AudioPlaybackStats */
export class AudioPlaybackStats extends PlatformObject {
  /** [[audio context]] */
  readonly #context: AudioContext;
  /** [[underrun duration]], seconds */
  #underrunDuration = 0;
  /** [[underrun events]] */
  #underrunEvents = 0;
  /** [[total duration]], seconds */
  #totalDuration = 0;
  /** [[average latency]], seconds */
  #averageLatency = 0;
  /** [[minimum latency]], seconds */
  #minimumLatency = 0;
  /** [[maximum latency]], seconds */
  #maximumLatency = 0;
  #updatedAt: number;

  constructor(context: AudioContext) {
    super();
    this.#context = context;
    this.#updatedAt = host.now();
  }

  get underrunDuration(): number {
    this.#update();
    return this.#underrunDuration;
  }

  get underrunEvents(): number {
    this.#update();
    return this.#underrunEvents;
  }

  get totalDuration(): number {
    this.#update();
    return this.#totalDuration;
  }

  get averageLatency(): number {
    this.#update();
    return this.#averageLatency;
  }

  get minimumLatency(): number {
    this.#update();
    return this.#minimumLatency;
  }

  get maximumLatency(): number {
    this.#update();
    return this.#maximumLatency;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioplaybackstats-resetlatency */
  resetLatency(): void {
    // Step 1: the currently tracked interval begins now.
    this.#context._engine.state[StateWord.LatencyReset]! += 1;
    // Step 2: 0 if nothing has been played yet.
    const currentLatency = this.#context._currentFrame === 0 ? 0 : this.#context.outputLatency;
    // Steps 3 to 5
    this.#averageLatency = currentLatency;
    this.#minimumLatency = currentLatency;
    this.#maximumLatency = currentLatency;
  }

  /**
   * *Update audio stats*, which runs once per second: here when somebody looks after a second has passed, so that an idle
   * context needs no timer.
   *
   * https://webaudio.github.io/web-audio-api/#update-audio-stats
   */
  #update(): void {
    const now = host.now();
    if (now - this.#updatedAt < updateIntervalMilliseconds) return;
    // Step 1
    if (this.#context.state !== 'running') return;
    // Steps 2 to 5: not applicable, no Document
    this.#updatedAt = now;
    const { state } = this.#context._engine;
    // Steps 6 to 8
    this.#underrunDuration = state[StateWord.UnderrunFrames]! / this.#context.sampleRate;
    this.#underrunEvents = state[StateWord.UnderrunEvents]!;
    this.#totalDuration = this.#underrunDuration + this.#context.currentTime;
    // Steps 9 to 11, once the device has told its latency in the currently tracked interval
    const periods = state[StateWord.LatencyPeriods]!;
    if (periods === 0 || state[StateWord.LatencyInterval] !== state[StateWord.LatencyReset]) return;
    this.#averageLatency = state[StateWord.LatencySum]! / periods;
    this.#minimumLatency = state[StateWord.LatencyLeast]!;
    this.#maximumLatency = state[StateWord.LatencyMost]!;
  }
}
