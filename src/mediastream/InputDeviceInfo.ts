import type { MediaTrackCapabilities } from '../generated/mediastream-types';
import { MediaDeviceInfo } from './MediaDeviceInfo';
import type { ExposedDevice } from './MediaDeviceInfo';

/** https://w3c.github.io/mediacapture-main/#input-specific-device-info */
export class InputDeviceInfo extends MediaDeviceInfo {
  readonly #capabilities: MediaTrackCapabilities;

  /** `capabilities` is empty while script may not know the device. */
  constructor(device: ExposedDevice, capabilities: MediaTrackCapabilities) {
    super(device);
    this.#capabilities = capabilities;
  }

  getCapabilities(): MediaTrackCapabilities {
    return this.#capabilities;
  }
}
