import type { MediaDeviceKind } from '../generated/mediastream-types';
import { PlatformObject } from '../webidl/platform-object';

/** What script may know of a device: empty strings while it may not. */
export interface ExposedDevice {
  readonly kind: MediaDeviceKind;
  readonly deviceId: string;
  readonly groupId: string;
  readonly label: string;
}

/** https://w3c.github.io/mediacapture-main/#device-info */
export class MediaDeviceInfo extends PlatformObject {
  readonly deviceId: string;
  readonly kind: MediaDeviceKind;
  readonly label: string;
  readonly groupId: string;

  constructor({ deviceId, kind, label, groupId }: ExposedDevice) {
    super();
    this.deviceId = deviceId;
    this.kind = kind;
    this.label = label;
    this.groupId = groupId;
  }
}
