import { setImmediate } from 'node:timers';
import type { Codec, CodecBackend, CodecEvents, CodecRequest, EncodedOutput, VideoEncoderInput } from 'mediant/webcodecs';

interface Device {
  /** Whether it opens. */
  opens: boolean;
  /** Inputs after which it fails. */
  failsAfter: number;
  /** Frames that its rate control leaves out: each of so many. */
  leavesOut: number;
}

/**
 * A codec with two encoders, one that says it is hardware and one in software. Each holds two frames back, and reads a frame's first sample when it puts out a chunk: that sample,
 * and whether it was made by software. A frame that was released before it was read is an error, and so is a first frame that is no key frame.
 */
export class FakeEncoders implements CodecBackend {
  readonly name = 'fake encoders';
  readonly device: Device = { opens: true, failsAfter: Infinity, leavesOut: Infinity };
  readonly opened: ('hardware' | 'software')[] = [];

  probe({ kind, codec }: CodecRequest, done: (supported: boolean) => void): void {
    setImmediate(() => done(kind === 'video-encoder' && codec.string === 'fake'));
  }

  open(request: CodecRequest, events: CodecEvents, done: Parameters<CodecBackend['open']>[2]): void {
    const isOwn = request.kind === 'video-encoder' && request.codec.string === 'fake';
    const isHardware = isOwn && request.hardwareAcceleration === 'prefer-hardware' && this.device.opens;
    if (isOwn) this.opened.push(isHardware ? 'hardware' : 'software');
    setImmediate(() => done(isOwn ? new FakeEncoder(this.device, events, isHardware) : { code: 'not-supported', message: 'another codec' }));
  }
}

class FakeEncoder implements Codec<VideoEncoderInput, EncodedOutput> {
  readonly name: string;
  #held: VideoEncoderInput[] = [];
  #outputs: EncodedOutput[] = [];
  #taken = 0;
  #isFirst = true;
  #isFlushing = false;
  #isClosed = false;

  constructor(readonly device: Device, readonly events: CodecEvents, readonly isHardware: boolean) {
    this.name = `fake (${isHardware ? 'device' : 'software'})`;
  }

  send(input: VideoEncoderInput): boolean {
    if (this.#held.length === 4) return false;
    this.#held.push(input);
    this.#later();
    return true;
  }

  receive(): EncodedOutput | null {
    return this.#outputs.shift() ?? null;
  }

  flush(): void {
    this.#isFlushing = true;
    this.#later();
  }

  reset(): void {
    for (const input of this.#held) input.release();
    [this.#held, this.#outputs, this.#isFirst, this.#isFlushing] = [[], [], true, false];
  }

  /** What runs on the device goes on reading for a moment. */
  close(): void {
    this.#isClosed = true;
    const held = this.#held;
    setImmediate(() => {
      for (const input of held) {
        if ('code' in input.pixels()) throw new Error('A frame was released that the device had not given back.');
        input.release();
      }
    });
  }

  #work(): void {
    if (this.#isClosed) return;
    const isEnding = this.#isFlushing;
    while (this.#held.length > (isEnding ? 0 : 2)) {
      if (this.isHardware && this.#taken === this.device.failsAfter) return this.events.failed({ code: 'lost', message: 'It is gone.' });
      this.#encode(this.#held.shift()!);
    }
    this.events.progress();
    if (!isEnding) return;
    this.#isFlushing = false;
    this.events.flushed();
  }

  #encode(input: VideoEncoderInput): void {
    const { timestamp, duration, keyFrame } = input;
    const pixels = input.pixels();
    input.release();
    if ('code' in pixels) return this.events.failed(pixels);
    if (this.isHardware && ++this.#taken % this.device.leavesOut === 0) return;
    const isKey = keyFrame || this.#isFirst;
    const isNew = this.#isFirst;
    this.#isFirst = false;
    this.#outputs.push({ data: Uint8Array.of(pixels.planes[0].data[0], Number(!this.isHardware)), isKey, timestamp, duration, ...(isNew && { decoderConfig: { description: Uint8Array.of(Number(this.isHardware)) } }) });
  }

  #later(): void {
    setImmediate(() => this.#work());
  }
}
