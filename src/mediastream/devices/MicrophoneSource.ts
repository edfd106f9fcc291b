import type { MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings } from '../../generated/mediastream-types';
import { isHostError } from '../../host/Host';
import type { AudioInput, AudioInputDevice } from '../../host/Host';
import { AudioSource } from '../AudioSource';
import { withAlternatives } from '../constraints/videoSettings';
import type { MediaStreamTrack } from '../MediaStreamTrack';
import { MediaStreamTrackAudioStats } from '../MediaStreamTrackAudioStats';
import { PcmRing } from '../PcmRing';
import { effects, switches } from './effects';

/** Bits of a sample as devices usually have them. */
const sampleSize = 16;

/** A microphone. */
export class MicrophoneSource extends AudioSource {
  override readonly label: string;
  readonly #device: AudioInputDevice;
  readonly #groupId: string;
  readonly #stopped: (source: MicrophoneSource) => void;
  #input: AudioInput | null = null;

  constructor(device: AudioInputDevice, groupId: string, stopped: (source: MicrophoneSource) => void) {
    super();
    this.label = device.label;
    this.#device = device;
    this.#groupId = groupId;
    this.#stopped = stopped;
  }

  get deviceId(): string {
    return this.#device.deviceId;
  }

  get isDisplay(): boolean {
    return false;
  }

  override get capabilities(): MediaTrackCapabilities {
    return microphoneCapabilities(this.#device, this.#groupId);
  }

  override possibleSettings(constraints: MediaTrackConstraints): MediaTrackSettings[] {
    const { deviceId, sampleRate, channelCount, latency, hasEffects } = this.#device;
    const settings = { deviceId, groupId: this.#groupId, sampleRate, sampleSize, channelCount, latency };
    return withAlternatives([settings], switches(effects.audio, hasEffects), constraints);
  }

  override createStats(track: MediaStreamTrack): MediaStreamTrackAudioStats {
    return new MediaStreamTrackAudioStats(track, this.#device.sampleRate, this.#device.latency * 1000);
  }

  protected override _start(): PcmRing | null {
    const input = host.devices!.openMicrophone(this.deviceId, { ended: () => this.end() });
    if (isHostError(input)) {
      this.end();
      return null;
    }
    this.#input = input;
    return new PcmRing(input.ring, { blockSeconds: input.blockSeconds });
  }

  protected override _stop(): void {
    this.#input?.close();
    this.#input = null;
  }

  protected override _stopped(): void {
    this.#stopped(this);
  }
}

export function microphoneCapabilities(device: AudioInputDevice, groupId: string): MediaTrackCapabilities {
  const { deviceId, sampleRate, channelCount, latency, hasEffects } = device;
  return {
    deviceId,
    groupId,
    sampleRate: { min: sampleRate, max: sampleRate },
    sampleSize: { min: sampleSize, max: sampleSize },
    channelCount: { min: channelCount, max: channelCount },
    latency: { min: latency, max: latency },
    ...switches(effects.audio, hasEffects),
  };
}
