import type { AudioSinkType } from '../generated/webaudio-types';
import { PlatformObject } from '../webidl/platform-object';

/** https://webaudio.github.io/web-audio-api/#AudioSinkInfo */
export class AudioSinkInfo extends PlatformObject {
  readonly type: AudioSinkType;

  constructor(type: AudioSinkType) {
    super();
    this.type = type;
  }
}
