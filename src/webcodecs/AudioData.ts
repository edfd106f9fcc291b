import type { AudioDataCopyToOptions, AudioDataInit, AudioSampleFormat } from '../generated/webcodecs-types';
import type { AudioPlanes } from '../host/CodecBackend';
import { constructing, executing } from '../webidl/exceptions';
import { PlatformObject } from '../webidl/platform-object';
import { bytesOf, checkTransferList, takeBytes, type BufferSource } from './buffer-sources';
import { bytesPerSample, copySamples, isPlanar, splitPlanes } from './samples';

/** https://w3c.github.io/webcodecs/#audiodata-interface */
export class AudioData extends PlatformObject {
  /** [[timestamp]], microseconds */
  readonly timestamp: number;
  /** [[resource reference]] with the slots that describe it; null once [[Detached]]. Never changed, so that clones share it. */
  #samples: AudioPlanes | null;
  /** Others have the samples too. */
  #isShared = false;

  constructor(init: AudioDataInit | AudioPlanes) {
    super();
    this.timestamp = init.timestamp;
    this.#samples = 'planes' in init ? init : samplesFrom(init);
  }

  /** [[format]] */
  get format(): AudioSampleFormat | null {
    return this.#samples?.format ?? null;
  }

  /** [[sample rate]], hertz */
  get sampleRate(): number {
    return this.#samples?.sampleRate ?? 0;
  }

  /** [[number of frames]] */
  get numberOfFrames(): number {
    return this.#samples?.numberOfFrames ?? 0;
  }

  /** [[number of channels]] */
  get numberOfChannels(): number {
    return this.#samples?.numberOfChannels ?? 0;
  }

  /** Microseconds: https://w3c.github.io/webcodecs/#dom-audiodata-duration */
  get duration(): number {
    return this.#samples === null ? 0 : Math.floor((this.numberOfFrames / this.sampleRate) * 1_000_000);
  }

  /** https://w3c.github.io/webcodecs/#dom-audiodata-allocationsize */
  allocationSize(options: AudioDataCopyToOptions): number {
    // Step 1
    const samples = this.#open('allocationSize');
    // Steps 2 to 6
    const { elementCount, destFormat } = copyExtent(samples, options, 'allocationSize');
    return elementCount * bytesPerSample(destFormat);
  }

  /** https://w3c.github.io/webcodecs/#dom-audiodata-copyto */
  copyTo(destination: BufferSource, options: AudioDataCopyToOptions): void {
    // Step 1
    const samples = this.#open('copyTo');
    // Steps 2 to 5
    const { elementCount, frameCount, destFormat } = copyExtent(samples, options, 'copyTo');
    // Step 6
    const target = bytesOf(destination);
    const size = elementCount * bytesPerSample(destFormat);
    if (size > target.byteLength) throw new RangeError(executing('copyTo', 'AudioData', `destination has ${target.byteLength} bytes, the samples ${size}.`));
    // Steps 7 to 9
    copySamples(samples, target.subarray(0, size), destFormat, options.planeIndex, options.frameOffset, frameCount);
  }

  /** https://w3c.github.io/webcodecs/#dom-audiodata-clone */
  clone(): AudioData {
    this.#isShared = true;
    return new AudioData({ ...this.#open('clone'), release: undefined });
  }

  /** https://w3c.github.io/webcodecs/#close-audiodata */
  close(): void {
    const samples = this.#samples;
    this.#samples = null;
    if (!this.#isShared) samples?.release?.(samples);
  }

  /** [[Detached]] */
  get _isDetached(): boolean {
    return this.#samples === null;
  }

  /** The samples of one that is not detached, for as long as who asks wants. */
  get _samples(): AudioPlanes {
    this.#isShared = true;
    return this.#samples!;
  }

  #open(operation: string): AudioPlanes {
    if (this.#samples === null) throw new DOMException(executing(operation, 'AudioData', 'it is closed.'), 'InvalidStateError');
    return this.#samples;
  }
}

/** https://w3c.github.io/webcodecs/#dom-audiodata-audiodata */
function samplesFrom(init: AudioDataInit): AudioPlanes {
  const message = (detail: string) => constructing('AudioData', detail);
  const { format, sampleRate, numberOfFrames, numberOfChannels, timestamp, data, transfer } = init;
  // Step 1: *valid AudioDataInit*
  if (sampleRate <= 0) throw new TypeError(message('sampleRate must be greater than zero.'));
  if (numberOfFrames === 0) throw new TypeError(message('numberOfFrames must be greater than zero.'));
  if (numberOfChannels === 0) throw new TypeError(message('numberOfChannels must be greater than zero.'));
  const totalSize = numberOfFrames * numberOfChannels * bytesPerSample(format);
  const { byteLength } = bytesOf(data);
  if (byteLength < totalSize) throw new TypeError(message(`data has ${byteLength} bytes, the samples ${totalSize}.`));
  // Steps 2 and 3
  checkTransferList(transfer, message);
  // Steps 4 and 5
  const planes = splitPlanes(format, takeBytes(data, transfer), numberOfFrames, numberOfChannels);
  return { format, sampleRate, numberOfFrames, numberOfChannels, timestamp, planes };
}

interface CopyExtent {
  readonly elementCount: number;
  readonly frameCount: number;
  readonly destFormat: AudioSampleFormat;
}

/** https://w3c.github.io/webcodecs/#compute-copy-element-count; every conversion is supported. */
function copyExtent(samples: AudioPlanes, { planeIndex, frameOffset, frameCount, format }: AudioDataCopyToOptions, operation: string): CopyExtent {
  const fail = (detail: string) => new RangeError(executing(operation, 'AudioData', `${detail}.`));
  // Steps 1 and 2
  const destFormat = format ?? samples.format;
  // Steps 3 and 4
  const planes = isPlanar(destFormat) ? samples.numberOfChannels : 1;
  if (planeIndex >= planes) throw fail(`there is no plane ${planeIndex} in ${destFormat}`);
  // Steps 6 to 8
  if (frameOffset >= samples.numberOfFrames) throw fail('frameOffset is beyond the last frame');
  const available = samples.numberOfFrames - frameOffset;
  // Step 9
  if (frameCount !== undefined && frameCount > available) throw fail(`${frameCount} frames are more than the ${available} from frameOffset on`);
  const copyFrameCount = frameCount ?? available;
  // Steps 10 to 12
  const elementCount = copyFrameCount * (isPlanar(destFormat) ? 1 : samples.numberOfChannels);
  return { elementCount, frameCount: copyFrameCount, destFormat };
}
