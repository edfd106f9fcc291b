import type {
  AudioOutputOptions,
  DisplayMediaStreamOptions,
  GetUserMediaSemantics,
  MediaStreamConstraints,
  MediaTrackSupportedConstraints,
} from '../generated/mediastream-types';
import { executing, notFullyActive } from '../webidl/exceptions';
import { EventTargetObject } from '../webidl/platform-object';
import { newPromise } from '../webidl/promise';
import { supportedNames } from './constraints/properties';
import { DeviceList } from './devices/DeviceList';
import { getDisplayMedia } from './devices/getDisplayMedia';
import { getUserMedia } from './devices/getUserMedia';
import type { MediaDeviceInfo } from './MediaDeviceInfo';
import type { MediaStream } from './MediaStream';

/** https://w3c.github.io/mediacapture-main/#mediadevices */
export class MediaDevices extends EventTargetObject {
  /** [[storedDeviceList]], [[mediaStreamTrackSources]], and what may be exposed of them */
  readonly _devices = new DeviceList((devices) => this.fire('devicechange', { devices }, 'DeviceChangeEvent'));
  /** https://w3c.github.io/mediacapture-extensions/#dom-mediadevices-defaultsemantics */
  readonly defaultSemantics: GetUserMediaSemantics = 'browser-chooses';

  /** https://w3c.github.io/mediacapture-main/#dom-mediadevices-enumeratedevices */
  enumerateDevices(): Promise<MediaDeviceInfo[]> {
    // Step 1
    const p = newPromise<MediaDeviceInfo[]>();
    // Steps 2 to 4.1: in a document that is not fully active it never goes on. Deviation: whether somebody looks at it does not matter.
    host.queueTask(() => {
      if (host.isFullyActive?.() === false) return;
      // Steps 4.2 and 4.3
      p.resolve(this._devices.createDeviceInfos());
    });
    // Step 5
    return p.promise;
  }

  /** https://w3c.github.io/mediacapture-main/#dom-mediadevices-getsupportedconstraints */
  getSupportedConstraints(): MediaTrackSupportedConstraints {
    return Object.fromEntries(supportedNames.map((name) => [name, true])) as unknown as MediaTrackSupportedConstraints;
  }

  /** https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia */
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    return getUserMedia(this._devices, constraints);
  }

  /** https://w3c.github.io/mediacapture-screen-share/#dom-mediadevices-getdisplaymedia */
  getDisplayMedia(options: DisplayMediaStreamOptions): Promise<MediaStream> {
    return getDisplayMedia(this._devices, options);
  }

  /** https://w3c.github.io/mediacapture-output/#dom-mediadevices-selectaudiooutput */
  selectAudioOutput({ deviceId }: AudioOutputOptions): Promise<MediaDeviceInfo> {
    const p = newPromise<MediaDeviceInfo>();
    const inactive = notFullyActive((detail) => executing('selectAudioOutput', 'MediaDevices', detail));
    if (inactive !== null) {
      p.reject(inactive);
      return p.promise;
    }
    host.queueTask(() => {
      const failure = (name: string, detail: string): void => p.reject(new DOMException(executing('selectAudioOutput', 'MediaDevices', detail), name));
      if (host.devices?.permissionState('speaker-selection') === 'denied') {
        failure('NotAllowedError', 'permission denied.');
        return;
      }
      // The host's choice stands for the user's: the device that was asked for, or the default one.
      const output = this._devices.chooseOutput(deviceId);
      if (output === null) failure('NotFoundError', 'there is no audio output device.');
      else p.resolve(output);
    });
    return p.promise;
  }
}
