import { mostChannels, sampleRateLimits } from '../../../container/wav/header';
import { CodecFailure } from './failure';

export function checkLimits(sampleRate: number, channels: number): void {
  if (channels < 1 || channels > mostChannels) throw new CodecFailure('encoding', `The file has ${channels} channels.`);
  if (sampleRate < sampleRateLimits.lowest || sampleRate > sampleRateLimits.highest) {
    throw new CodecFailure('encoding', `The file has a sample rate of ${sampleRate} Hz.`);
  }
}
