import type { AudioInput, AudioInputDevice, HostError } from '../../Host';

/** Hertz */
const sampleRate = 48000;
/** Seconds */
const latency = 0.01;

/** A microphone that hears a quiet tone and a beep every second. */
export class FakeMicrophone {
  readonly device: AudioInputDevice;

  constructor(number: number) {
    this.device = {
      kind: 'audioinput',
      deviceId: `fake-microphone-${number}`,
      group: `fake-${number}`,
      label: `Fake microphone ${number}`,
      sampleRate,
      channelCount: 1,
      latency,
      hasEffects: true,
    };
  }

  open(): AudioInput | HostError {
    return { code: 'no-input', message: 'Reading a microphone is not implemented yet.' };
  }
}
