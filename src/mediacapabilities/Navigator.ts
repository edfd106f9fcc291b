import { MediaCapabilities } from './MediaCapabilities';

/** What https://w3c.github.io/media-capabilities/#navigators-extensions adds to the realm's Navigator. */
export class Navigator {
  readonly mediaCapabilities = new MediaCapabilities();
}
