import { setImmediate } from 'node:timers';
import type { Codec, CodecBackend, CodecEvents, CodecRequest, EncodedData, NativeVideoFrame } from 'mediant/webcodecs';

/** What a chunk of `reordering` is: its first byte. */
export const shown = 1;
export const hidden = 2;

interface Device {
  /** Inputs after which it fails; the decoders in software never do. */
  failsAfter: number;
}

/**
 * A codec with two decoders: one that says it is hardware and is taken away in the middle, and one in software. Pictures come out by timestamp, each once
 * two later ones are known, as those of B-frames do; chunks that are hidden give none. A picture whose key frame a decoder has not been sent is an error.
 */
export class ReorderingBackend implements CodecBackend {
  readonly name = 'reordering';
  readonly device: Device = { failsAfter: Infinity };
  openFrames = 0;
  /** Kinds of the decoders that were opened, in order. */
  readonly opened: ('hardware' | 'software')[] = [];

  probe({ codec }: CodecRequest, done: (supported: boolean) => void): void {
    setImmediate(() => done(codec.string === 'reordering'));
  }

  open(request: CodecRequest, events: CodecEvents, done: Parameters<CodecBackend['open']>[2]): void {
    const isOwn = request.kind === 'video-decoder' && request.codec.string === 'reordering';
    const isHardware = isOwn && request.hardwareAcceleration !== 'prefer-software';
    if (isOwn) this.opened.push(isHardware ? 'hardware' : 'software');
    setImmediate(() => done(isOwn ? new ReorderingDecoder(this, events, isHardware) : { code: 'not-supported', message: 'another codec' }));
  }
}

class ReorderingDecoder implements Codec<EncodedData, NativeVideoFrame> {
  readonly name: string;
  #inputs: EncodedData[] = [];
  #held: EncodedData[] = [];
  #outputs: NativeVideoFrame[] = [];
  #taken = 0;
  #hasKey = false;
  #hasFailed = false;
  #isFlushing = false;
  #generation = 0;

  constructor(readonly backend: ReorderingBackend, readonly events: CodecEvents, readonly isHardware: boolean) {
    this.name = `reordering (${isHardware ? 'device' : 'software'})`;
  }

  send(input: EncodedData): boolean {
    if (this.#inputs.length === 3) return false;
    this.#inputs.push(input);
    this.#later();
    return true;
  }

  receive(): NativeVideoFrame | null {
    return this.#outputs.shift() ?? null;
  }

  flush(): void {
    this.#isFlushing = true;
    this.#later();
  }

  reset(): void {
    this.#generation++;
    this.#inputs = [];
    this.#held = [];
    this.#isFlushing = false;
    this.#hasKey = false;
    for (const frame of this.#outputs) frame.close();
    this.#outputs = [];
  }

  close(): void {
    this.reset();
    this.#hasFailed = true;
  }

  #work(): void {
    if (this.#hasFailed) return;
    const input = this.#inputs.shift();
    if (input !== undefined) {
      if (this.isHardware && this.#taken++ === this.backend.device.failsAfter) return this.#fail('lost');
      this.#hasKey ||= input.isKey;
      if (!this.#hasKey) return this.#fail('encoding');
      if (input.data[0] === shown) this.#held.push(input);
    }
    const isOver = this.#isFlushing && this.#inputs.length === 0;
    while (this.#held.length > (isOver ? 0 : 2)) this.#outputs.push(this.#frame(this.#takeFirst()));
    this.events.progress();
    if (!isOver) return;
    this.#isFlushing = false;
    this.#hasKey = false;
    this.events.flushed();
  }

  #takeFirst(): EncodedData {
    const first = this.#held.reduce((a, b) => (b.timestamp < a.timestamp ? b : a));
    this.#held.splice(this.#held.indexOf(first), 1);
    return first;
  }

  #fail(code: 'lost' | 'encoding'): void {
    this.#hasFailed = true;
    this.events.failed({ code, message: 'It is gone.' });
  }

  #frame({ timestamp, duration }: EncodedData): NativeVideoFrame {
    const { backend } = this;
    backend.openFrames++;
    return {
      format: 'I420', codedWidth: 2, codedHeight: 2, visibleRect: { x: 0, y: 0, width: 2, height: 2 }, displayWidth: 2, displayHeight: 2, timestamp, duration, byteLength: 6,
      pixels: () => ({ format: 'I420', codedWidth: 2, codedHeight: 2, planes: [4, 1, 1].map((bytes, index) => ({ data: new Uint8Array(bytes), stride: index === 0 ? 2 : 1 })) }),
      close() {
        backend.openFrames--;
      },
    };
  }

  #later(): void {
    const generation = this.#generation;
    setImmediate(() => {
      if (generation === this.#generation) this.#work();
    });
  }
}
