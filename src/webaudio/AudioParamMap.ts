import { BackingMap } from '../webidl/iteration';
import { PlatformObject } from '../webidl/platform-object';
import type { AudioParam } from './AudioParam';

/** https://webaudio.github.io/web-audio-api/#audioparammap */
export class AudioParamMap extends PlatformObject {
  readonly backingMap = new BackingMap<string, AudioParam>();
}
