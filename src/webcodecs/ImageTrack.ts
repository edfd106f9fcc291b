import { PlatformObject } from '../webidl/platform-object';
import type { ImageDecoder } from './ImageDecoder';

/** https://w3c.github.io/webcodecs/#imagetrack-interface */
export class ImageTrack extends PlatformObject {
  /** [[animated]] */
  readonly animated: boolean;
  /** [[repetition count]] */
  readonly repetitionCount: number;
  /** [[frame count]] */
  frameCount: number;
  /** [[selected]] */
  _selected = false;
  /** [[ImageDecoder]] */
  readonly #decoder: ImageDecoder;

  constructor(decoder: ImageDecoder, animated: boolean, frameCount: number, repetitionCount: number) {
    super();
    this.#decoder = decoder;
    this.animated = animated;
    this.frameCount = frameCount;
    this.repetitionCount = repetitionCount;
  }

  get selected(): boolean {
    return this._selected;
  }

  /** https://w3c.github.io/webcodecs/#dom-imagetrack-selected */
  set selected(newValue: boolean) {
    // Step 1
    if (this.#decoder._closed) return;
    // Steps 2 to 4
    if (newValue === this._selected) return;
    this._selected = newValue;
    // Steps 5 to 12
    this.#decoder._select(this, newValue);
  }
}
