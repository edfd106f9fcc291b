import { MediaDevices } from './MediaDevices';

/** What https://w3c.github.io/mediacapture-main/#navigator-interface-extensions adds to the realm's Navigator. */
export class Navigator {
  /** The *associated MediaDevices*. */
  readonly mediaDevices = new MediaDevices();
}
