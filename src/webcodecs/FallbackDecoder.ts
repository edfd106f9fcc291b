import type { Codec, CodecEvents, EncodedData, VideoDecoderCodec } from '../host/CodecBackend';
import { isHostError, type HostError } from '../host/Host';
import { SentPackets } from './SentPackets';

/** Opens a decoder in software; answers in a task. */
type OpenSoftware = (events: CodecEvents, done: (result: Codec | HostError) => void) => void;

/**
 * A decoder on a device, which goes on in software when that fails: as the device may be taken away at any time, and decodes only some of
 * the streams of a codec. What the device had not put out yet is decoded again, from the last key frame on; what it had, comes once.
 */
export class FallbackDecoder implements VideoDecoderCodec {
  readonly #events: CodecEvents;
  readonly #openSoftware: OpenSoftware;
  readonly #sent: SentPackets;
  /** Null before it is opened, and while the one in software is. */
  #codec: VideoDecoderCodec | null = null;
  #isHardware = true;
  /** From a failure on until the decoder in software has all that is sent again, before anything else. */
  #isFallingBack = false;
  #again: EncodedData[] = [];
  /** Pictures that come a second time, by timestamp. */
  #seen = new Map<number, number>();
  #isFlushing = false;
  #wantsRoom = false;
  #isClosed = false;
  #name = '';

  constructor(openSoftware: OpenSoftware, events: CodecEvents, sent = new SentPackets()) {
    this.#openSoftware = openSoftware;
    this.#events = events;
    this.#sent = sent;
  }

  /** What the decoder on the device is to tell. */
  readonly hardwareEvents: CodecEvents = {
    progress: () => this.#events.progress(),
    flushed: () => this.#flushed(),
    failed: (error) => (this.#isHardware ? this.#fallBack() : this.#events.failed(error)),
  };

  readonly #softwareEvents: CodecEvents = {
    progress: () => {
      if (this.#isFallingBack) this.#sendAgain();
      this.#events.progress();
    },
    flushed: () => this.#flushed(),
    failed: (error) => this.#events.failed(error),
  };

  /** With the decoder that was opened. */
  start(codec: VideoDecoderCodec): void {
    this.#codec = codec;
    this.#isHardware = codec.isHardware;
    this.#name = codec.name;
  }

  get name(): string {
    return this.#name;
  }

  get isHardware(): boolean {
    return this.#isHardware;
  }

  send(input: EncodedData): boolean {
    if (this.#isFallingBack) {
      this.#wantsRoom = true;
      return false;
    }
    const isTaken = this.#codec!.send(input);
    if (isTaken && this.#isHardware) this.#sent.add(input);
    return isTaken;
  }

  receive(): ReturnType<VideoDecoderCodec['receive']> {
    for (;;) {
      const frame = this.#codec?.receive() ?? null;
      if (frame === null) return null;
      if (this.#isHardware) this.#sent.out(frame.timestamp);
      else if (this.#isSeen(frame.timestamp)) {
        frame.close();
        continue;
      }
      return frame;
    }
  }

  flush(): void {
    this.#isFlushing = true;
    if (!this.#isFallingBack) this.#codec!.flush();
  }

  reset(): void {
    this.#forget();
    this.#wantsRoom = false;
    if (this.#codec === null) return;
    this.#isFallingBack = false;
    this.#codec.reset();
  }

  close(): void {
    this.#isClosed = true;
    this.#forget();
    this.#codec?.close();
    this.#codec = null;
  }

  #forget(): void {
    this.#isFlushing = false;
    this.#sent.clear();
    this.#again = [];
    this.#seen.clear();
  }

  #flushed(): void {
    this.#forget();
    this.#events.flushed();
  }

  #fallBack(): void {
    const inputs = this.#sent.inputs;
    const { name } = this;
    this.#codec?.close();
    this.#codec = null;
    this.#isHardware = false;
    if (inputs === null) {
      this.#events.failed({ code: 'lost', message: `The decoder ${name} failed, too long after a key frame to go on in software.` });
      return;
    }
    this.#isFallingBack = true;
    this.#again = inputs;
    this.#seen = this.#sent.countOut();
    this.#sent.clear();
    this.#openSoftware(this.#softwareEvents, (result) => {
      if (isHostError(result)) {
        if (!this.#isClosed) this.#events.failed(result);
      } else if (this.#isClosed) {
        result.close();
      } else {
        this.start(result);
        this.#sendAgain();
      }
    });
  }

  #sendAgain(): void {
    let count = 0;
    while (count < this.#again.length && this.#codec!.send(this.#again[count])) count++;
    this.#again.splice(0, count);
    if (this.#again.length > 0) return;
    this.#isFallingBack = false;
    if (this.#isFlushing) this.#codec!.flush();
    if (!this.#wantsRoom) return;
    this.#wantsRoom = false;
    this.#events.progress();
  }

  /** Both decoders put pictures out in the same order: the first that is new ends those that are not. */
  #isSeen(timestamp: number): boolean {
    const count = this.#seen.get(timestamp) ?? 0;
    if (count === 0) this.#seen.clear();
    else this.#seen.set(timestamp, count - 1);
    return count > 0;
  }
}
