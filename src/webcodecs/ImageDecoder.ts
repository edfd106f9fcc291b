import type { ImageDecodeOptions, ImageDecoderInit, ImageDecodeResult } from '../generated/webcodecs-types';
import { isMalformed } from '../container/malformed';
import type { ParsedImage } from '../container/image/image';
import { imageCodecs, imageParsers } from '../container/image/parse';
import { isHostError } from '../host/Host';
import { isArrayBuffer, isSharedArrayBuffer, isView } from '../webidl/buffers';
import { constructing, executing } from '../webidl/exceptions';
import { PlatformObject, wrapperOf } from '../webidl/platform-object';
import { newPromise, type PromiseCapability } from '../webidl/promise';
import { checkSupport } from './backends';
import { bytesOf, checkTransferList, isDetached, takeBytes, type BufferSource } from './buffer-sources';
import { ByteQueue } from './ByteQueue';
import { ControlMessageQueue } from './ControlMessageQueue';
import { withAlpha } from './image-alpha';
import { imageColorSpace, imageRequest, TrackDecoder, type FrameResult } from './image-frames';
import { ImageTrack } from './ImageTrack';
import { ImageTrackList } from './ImageTrackList';
import { createVideoFrame, type VideoFrame } from './VideoFrame';

interface DecodeRequest {
  readonly promise: PromiseCapability<ImageDecodeResult>;
  readonly frameIndex: number;
}

/** The parts of a ReadableStreamDefaultReader that are used. */
interface Reader {
  read(): Promise<{ done: boolean; value?: unknown }>;
  cancel(reason?: unknown): Promise<void>;
}

/** https://w3c.github.io/webcodecs/#imagedecoder-interface. Progressive images are given when they are complete. */
export class ImageDecoder extends PlatformObject {
  /** [[type]] */
  #type: string;
  /** [[ImageTrackList]] */
  readonly tracks = new ImageTrackList();
  /** [[complete]] */
  #complete = false;
  /** [[completed promise]] */
  readonly #completed = newPromise<undefined>();
  /** [[encoded data]] */
  readonly #encodedData = new ByteQueue();
  /** [[control message queue]] and [[message queue blocked]] */
  readonly #messages = new ControlMessageQueue();
  /** [[prefer animation]] */
  readonly #preferAnimation: boolean | null;
  /** [[pending decode promises]] with what they are for; the first is being worked on. */
  #pendingDecodes: DecodeRequest[] = [];
  /** [[tracks established]] */
  #image: ParsedImage | null = null;
  /** [[internal selected track index]] */
  #internalSelectedTrackIndex = -1;
  /** [[closed]] */
  _closed = false;
  /** [[codec implementation]], of the selected track. */
  #decoder: TrackDecoder | null = null;
  #isDecoding = false;
  #reader: Reader | null = null;

  /** https://w3c.github.io/webcodecs/#dom-imagedecoder-imagedecoder */
  constructor(init: ImageDecoderInit) {
    super();
    const message = (detail: string) => constructing('ImageDecoder', detail);
    // Step 1
    const problem = invalidInit(init);
    if (problem !== null) throw new TypeError(message(`${problem}.`));
    const { data, transfer, type, preferAnimation = null } = init;
    // Steps 2 and 3
    checkTransferList(transfer, message);
    // Steps 4 to 16
    this.#completed.promise.catch(() => {}); // Nobody need wait for it.
    this.#type = type;
    this.#preferAnimation = preferAnimation;
    // Steps 17.3, 17.4, 18.6: *configure the image decoder*
    this.#messages.enqueue(() => this.#runConfigure());
    if (isBuffer(data)) {
      // Step 18
      this.#encodedData.append(takeBytes(data, transfer));
      this.#complete = true;
      this.#completed.resolve(undefined);
      this.#messages.enqueue(() => this.#update());
    } else {
      // Step 17
      this.#reader = (data as ReadableStream).getReader();
    }
    this.#messages.process();
  }

  /** https://w3c.github.io/webcodecs/#dom-imagedecoder-type; nothing once it is closed, as web-platform-tests have it. */
  get type(): string {
    return this.#type;
  }

  get complete(): boolean {
    return this.#complete;
  }

  get completed(): Promise<undefined> {
    return this.#completed.promise;
  }

  /** https://w3c.github.io/webcodecs/#dom-imagedecoder-decode */
  decode({ frameIndex }: ImageDecodeOptions): Promise<ImageDecodeResult> {
    const promise = newPromise<ImageDecodeResult>();
    const fail = (detail: string) => {
      promise.reject(new DOMException(executing('decode', 'ImageDecoder', detail), 'InvalidStateError'));
      return promise.promise;
    };
    // Step 1
    if (this._closed) return fail('the decoder is closed.');
    // Step 2. Deviation: until there are tracks the request waits for them, as in browsers and web-platform-tests.
    if (this.#image !== null && this.tracks.length > 0 && this.tracks.selectedIndex === -1) return fail('no track is selected.');
    // Steps 3 to 8
    this.#pendingDecodes.push({ promise, frameIndex });
    this.#messages.enqueue(() => this.#update());
    this.#messages.process();
    return promise.promise;
  }

  /** https://w3c.github.io/webcodecs/#dom-imagedecoder-reset */
  reset(): void {
    this.#reset(new DOMException('The ImageDecoder was reset.', 'AbortError'));
  }

  /** https://w3c.github.io/webcodecs/#dom-imagedecoder-close */
  close(): void {
    this.#close(new DOMException('The ImageDecoder was closed.', 'AbortError'));
  }

  /** https://w3c.github.io/webcodecs/#dom-imagedecoder-istypesupported */
  static isTypeSupported(type: string): Promise<boolean> {
    const p = newPromise<boolean>();
    // Step 1
    if (!isImageType(type)) p.reject(new TypeError(executing('isTypeSupported', 'ImageDecoder', `'${type}' is no MIME type of an image.`)));
    // Steps 2 to 4
    else checkTypeSupport(type, p.resolve);
    return p.promise;
  }

  /** Steps 5 to 12 of the setter of https://w3c.github.io/webcodecs/#dom-imagetrack-selected */
  _select(track: ImageTrack, selected: boolean): void {
    const { tracks } = this;
    // Steps 6 and 7
    const old = tracks.selectedTrack;
    if (old !== null && old !== track) old._selected = false;
    // Steps 8 and 9
    tracks.selectedIndex = selected ? tracks._tracks.indexOf(track) : -1;
    // Step 10
    this.#reset(new DOMException('Another track of the ImageDecoder was selected.', 'AbortError'));
    // Steps 11 and 12
    this.#internalSelectedTrackIndex = tracks.selectedIndex;
    this.#closeDecoder();
  }

  /** https://w3c.github.io/webcodecs/#configure-the-image-decoder */
  #runConfigure(): boolean {
    this.#messages.block();
    checkTypeSupport(this.#type, (supported) => {
      if (this._closed) return;
      // Step 2
      if (!supported) {
        this.#close(new DOMException(`Images of the type ${this.#type} can't be decoded here.`, 'NotSupportedError'));
        return;
      }
      // Step 5
      this.#messages.unblock();
      this.#messages.process();
      void this.#fetchStreamData();
    });
    return true;
  }

  /** https://w3c.github.io/webcodecs/#imagedecoder-fetch-stream-data-loop */
  async #fetchStreamData(): Promise<void> {
    const reader = this.#reader;
    if (reader === null) return;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (this._closed) return;
        if (done) break;
        // Chunk steps
        if (!isView(value)) {
          this.#close(new DOMException('The stream gave something else than bytes.', 'DataError'));
          return;
        }
        this.#encodedData.append(bytesOf(value));
        this.#update();
      }
      // Close steps
      this.#complete = true;
      this.#completed.resolve(undefined);
      this.#update();
    } catch {
      // Error steps
      if (!this._closed) this.#close(new DOMException('The stream failed.', 'NotReadableError'));
    }
  }

  /** *Establish Tracks*, *Update Tracks* and the waiting of *Decode Complete Frame*: looks at what has come. */
  #update(): true {
    if (this._closed) return true;
    const parsed = imageParsers[mimeType(this.#type)](this.#encodedData.bytes, this.#complete);
    if (isMalformed(parsed)) {
      this.#rejectBadData(`${parsed.malformed} (at byte ${parsed.offset})`);
    } else if ('needed' in parsed) {
      // https://w3c.github.io/webcodecs/#imagedecoder-establish-tracks, step 2
      if (this.#complete) host.queueTask(() => !this._closed && this.#close(new DOMException('The data ends before an image.', 'InvalidStateError')));
    } else {
      const isFirst = this.#image === null;
      this.#image = parsed;
      if (isFirst) this.#establishTracks(parsed);
      else this.#updateTracks(parsed);
      this.#decodeNext();
    }
    return true;
  }

  /** https://w3c.github.io/webcodecs/#imagedecoder-establish-tracks, from step 4 on */
  #establishTracks(image: ParsedImage): void {
    const newTracks = image.tracks.map(({ animated, frames, repetitionCount }) => new ImageTrack(this, animated, frames.length, repetitionCount));
    const selectedIndex = defaultTrackIndex(image, this.#preferAnimation);
    newTracks[selectedIndex]._selected = true;
    this.#internalSelectedTrackIndex = selectedIndex;
    // Step 10
    host.queueTask(() => {
      if (this._closed) return;
      this.tracks._tracks = newTracks;
      this.tracks.selectedIndex = selectedIndex;
      this.#updateTracks(this.#image!);
      this.tracks._ready.resolve(undefined);
    });
  }

  /** https://w3c.github.io/webcodecs/#imagedecoder-update-tracks */
  #updateTracks({ tracks }: ParsedImage): void {
    this.tracks._tracks.forEach((track, index) => {
      track.frameCount = Math.max(track.frameCount, tracks[index]?.frames.length ?? 0);
    });
  }

  /** https://w3c.github.io/webcodecs/#imagedecoder-decode-complete-frame, for the first of the requests */
  #decodeNext(): void {
    if (this.#isDecoding || this.#image === null || this.#pendingDecodes.length === 0) return;
    const track = this.#image.tracks[this.#internalSelectedTrackIndex];
    if (track === undefined) return;
    // Step 3
    const [request] = this.#pendingDecodes;
    const frame = track.frames[request.frameIndex];
    // Steps 4 and 6
    if (frame === undefined || frame.data === null) {
      if (this.#complete) this.#rejectInfeasible();
      return;
    }
    // Step 7
    this.#isDecoding = true;
    const decoder = (this.#decoder ??= new TrackDecoder(track, this.#type));
    decoder.decode(request.frameIndex, track.frames, (result) => {
      if (isHostError(result)) this.#finishDecode(request, decoder, result);
      else withAlpha(result, frame, this.#type, (merged) => this.#finishDecode(request, decoder, merged));
    });
  }

  #finishDecode(request: DecodeRequest, decoder: TrackDecoder, result: FrameResult): void {
    // A reset has forgotten the request; the frame is nobody's.
    if (decoder !== this.#decoder || this.#pendingDecodes[0] !== request) {
      if (!isHostError(result)) result.close();
      return;
    }
    this.#isDecoding = false;
    // Step 8
    if (isHostError(result)) {
      this.#rejectBadData(result.message);
      return;
    }
    // Steps 10 to 12
    const { rotation, flip, tracks } = this.#image!;
    const track = tracks[this.#internalSelectedTrackIndex];
    const frame = track.frames[request.frameIndex];
    const colorSpace = imageColorSpace(frame, result.colorSpace, result.format, track.codec);
    const image = createVideoFrame(result, frame.timestamp, frame.duration, { rotation, flip, colorSpace });
    this.#pendingDecodes.shift();
    // A dictionary in a promise passes as it is.
    request.promise.resolve({ image: wrapperOf(image) as VideoFrame, complete: true });
    this.#decodeNext();
  }

  /** https://w3c.github.io/webcodecs/#imagedecoder-reject-infeasible-decode, for all requests at the front of the queue that are so. */
  #rejectInfeasible(): void {
    host.queueTask(() => {
      if (this._closed || this.#isDecoding) return;
      const { frames } = this.#image!.tracks[this.#internalSelectedTrackIndex] ?? { frames: [] };
      while (this.#pendingDecodes.length > 0 && (frames[this.#pendingDecodes[0].frameIndex]?.data ?? null) === null) {
        const { promise, frameIndex } = this.#pendingDecodes.shift()!;
        promise.reject(new RangeError(executing('decode', 'ImageDecoder', `there is no complete frame ${frameIndex}.`)));
      }
      this.#decodeNext();
    });
  }

  /** https://w3c.github.io/webcodecs/#imagedecoder-fatally-reject-bad-data */
  #rejectBadData(reason: string): void {
    host.queueTask(() => {
      if (!this._closed) this.#close(new DOMException(`The image can't be decoded: ${reason}.`, 'EncodingError'));
    });
  }

  /** https://w3c.github.io/webcodecs/#imagedecoder-reset-imagedecoder */
  #reset(exception: DOMException): void {
    // Step 1
    if (this.#isDecoding) this.#closeDecoder();
    // Step 2
    const pending = this.#pendingDecodes;
    this.#pendingDecodes = [];
    for (const { promise } of pending) promise.reject(exception);
  }

  /** https://w3c.github.io/webcodecs/#imagedecoder-close-imagedecoder */
  #close(exception: DOMException): void {
    if (this._closed) return;
    // Steps 1 to 3
    this.#reset(exception);
    this._closed = true;
    this.#type = '';
    this.#closeDecoder();
    this.#messages.clear();
    this.#reader?.cancel(exception).catch(() => {});
    // Step 4
    if (this.tracks.length === 0) this.tracks._ready.reject(exception);
    this.tracks._tracks = [];
    this.tracks.selectedIndex = -1;
    // Step 5
    if (!this.#complete) this.#completed.reject(exception);
  }

  #closeDecoder(): void {
    this.#decoder?.close();
    this.#decoder = null;
    this.#isDecoding = false;
  }
}

function isBuffer(data: ImageDecoderInit['data']): data is BufferSource & ImageDecoderInit['data'] {
  return isView(data) || isArrayBuffer(data) || isSharedArrayBuffer(data);
}

/** https://w3c.github.io/webcodecs/#valid-imagedecoderinit; a string says what is wrong. */
function invalidInit({ type, data, desiredWidth, desiredHeight }: ImageDecoderInit): string | null {
  // Step 1
  if (!isImageType(type) && !isMimeType(type)) return `'${type}' is no MIME type`;
  if (isBuffer(data)) {
    // Step 3
    if (isDetached(data)) return 'data is detached';
    if (bytesOf(data).length === 0) return 'data is empty';
  } else if ((data as ReadableStream).locked) {
    // Step 2
    return 'the stream is locked';
  }
  // Steps 4 and 5
  return (desiredWidth === undefined) === (desiredHeight === undefined) ? null : 'desiredWidth and desiredHeight belong together';
}

/** https://mimesniff.spec.whatwg.org/#valid-mime-type, its essence */
function isMimeType(type: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+\s*(;.*)?$/i.test(type);
}

/** https://w3c.github.io/webcodecs/#valid-image-mime-type */
function isImageType(type: string): boolean {
  return isMimeType(type) && /^image\//i.test(type);
}

function mimeType(type: string): string {
  return type.split(';', 1)[0].trim().toLowerCase();
}

/** https://w3c.github.io/webcodecs/#imagedecoder-check-type-support */
function checkTypeSupport(type: string, done: (supported: boolean) => void): void {
  const essence = mimeType(type);
  const codec = Object.hasOwn(imageParsers, essence) ? imageCodecs[essence] : undefined;
  checkSupport(codec === undefined ? null : imageRequest(codec, essence), done);
}

/** https://w3c.github.io/webcodecs/#imagedecoder-get-default-selected-track-index */
function defaultTrackIndex({ tracks, primaryTrack }: ParsedImage, preferAnimation: boolean | null): number {
  // Step 1
  if (preferAnimation === null || tracks[primaryTrack].animated === preferAnimation) return primaryTrack;
  // Steps 2 and 3
  return Math.max(0, tracks.findIndex(({ animated }) => animated === preferAnimation));
}
