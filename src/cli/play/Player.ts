import type { AnalyserNode, AudioBuffer, AudioBufferSourceNode, AudioContext, GainNode } from 'mediant/webaudio';
import * as webaudio from '../../entry/webaudio';

const fadeSeconds = 0.04;
/** Long enough to hear no step, short enough to feel direct. */
const volumeTimeConstantSeconds = 0.015;
/** Frames an analyser looks at: at least a display frame's worth at any rate up to 48 kHz. */
const meterFrames = 2048;
const mostMeters = 6;

/**
 * Plays one AudioBuffer: buffer source → gain (volume) → gain (fade) → analyser → destination, and an analyser for each channel
 * beside it. It is an ordinary user of the Web Audio API.
 */
export class Player {
  readonly context: AudioContext;
  readonly buffer: AudioBuffer;
  readonly meters: readonly AnalyserNode[];
  /** Settles when the last sample has been heard, or the player was stopped. */
  readonly ended: Promise<'finished' | 'stopped'>;
  readonly #source: AudioBufferSourceNode;
  readonly #volume: GainNode;
  readonly #fade: GainNode;
  readonly #sourceEnded: Promise<void>;
  readonly #stopRequested: Promise<void>;
  #requestStop!: () => void;
  #startTime = 0;

  constructor(context: AudioContext, buffer: AudioBuffer, { volume, loop }: { volume: number; loop: boolean }) {
    this.context = context;
    this.buffer = buffer;
    this.#source = new webaudio.AudioBufferSourceNode(context, { buffer, loop });
    this.#volume = new webaudio.GainNode(context, { gain: volume });
    this.#fade = new webaudio.GainNode(context);
    const analyser = new webaudio.AnalyserNode(context, { fftSize: meterFrames });
    this.#source.connect(this.#volume).connect(this.#fade).connect(analyser).connect(context.destination);

    const channels = Math.min(buffer.numberOfChannels, mostMeters);
    const splitter = new webaudio.ChannelSplitterNode(context, { numberOfOutputs: channels });
    this.#fade.connect(splitter);
    this.meters = Array.from({ length: channels }, (_, channel) => {
      const meter = new webaudio.AnalyserNode(context, { fftSize: meterFrames });
      splitter.connect(meter, channel);
      return meter;
    });

    this.#sourceEnded = new Promise((resolve) => { this.#source.onended = () => resolve(); });
    this.#stopRequested = new Promise((resolve) => { this.#requestStop = resolve; });
    this.ended = Promise.race([this.#finish(), this.#stop()]);
  }

  async start(): Promise<void> {
    await this.context.resume();
    this.#startTime = this.context.currentTime;
    this.#source.start(this.#startTime);
  }

  get volume(): number {
    return this.#volume.gain.value;
  }

  setVolume(volume: number): void {
    this.#volume.gain.setTargetAtTime(volume, this.context.currentTime, volumeTimeConstantSeconds);
  }

  /** What has been heard of the file, seconds since the start of the first round. */
  get heardSeconds(): number {
    return Math.max(0, this.context.currentTime - this.#startTime - this.context.outputLatency);
  }

  get paused(): boolean {
    return this.context.state === 'suspended';
  }

  async togglePause(): Promise<void> {
    await (this.paused ? this.context.resume() : this.context.suspend());
  }

  /** Fades out and ends. */
  stop(): void {
    this.#requestStop();
  }

  async #finish(): Promise<'finished'> {
    await this.#sourceEnded;
    await this.#heard();
    return 'finished';
  }

  async #stop(): Promise<'stopped'> {
    await this.#stopRequested;
    if (this.context.state === 'running') {
      const now = this.context.currentTime;
      this.#fade.gain.setValueAtTime(1, now).linearRampToValueAtTime(0, now + fadeSeconds);
      await milliseconds(fadeSeconds * 1000);
      await this.#heard();
    }
    return 'stopped';
  }

  /** Waits until what has been rendered has left the loudspeaker. */
  #heard(): Promise<void> {
    return milliseconds((this.context.outputLatency + this.context.baseLatency) * 1000);
  }
}

function milliseconds(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}
