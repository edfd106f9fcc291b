import { PlatformObject } from '../webidl/platform-object';
import { newPromise } from '../webidl/promise';
import type { ImageTrack } from './ImageTrack';

/** https://w3c.github.io/webcodecs/#imagetracklist-interface */
export class ImageTrackList extends PlatformObject {
  /** [[ready promise]] */
  readonly _ready = newPromise<undefined>();
  /** [[track list]] */
  _tracks: ImageTrack[] = [];
  /** [[selected index]] */
  selectedIndex = -1;

  constructor() {
    super();
    this._ready.promise.catch(() => {}); // Nobody need wait for it.
  }

  get ready(): Promise<undefined> {
    return this._ready.promise;
  }

  get length(): number {
    return this._tracks.length;
  }

  get selectedTrack(): ImageTrack | null {
    return this._tracks[this.selectedIndex] ?? null;
  }

  /** Of an index below `length`. */
  item(index: number): ImageTrack {
    return this._tracks[index];
  }
}
