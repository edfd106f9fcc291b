import { setImmediate } from 'node:timers';
import type { Codec, CodecBackend, CodecEvents, CodecRequest, EncodedData, NativeVideoFrame } from 'mediant/webcodecs';

/**
 * A codec of a third party, as small as one can be: `tiny` frames are one byte, which is the grey of a 4 × 2 picture. It gives frames with a
 * delay of one, takes two inputs at a time, and rejects chunks without data.
 */
export class TinyBackend implements CodecBackend {
  readonly name = 'tiny';
  /** Frames that have not been closed. */
  openFrames = 0;
  readonly calls: string[] = [];

  probe({ kind, codec }: CodecRequest, done: (supported: boolean) => void): void {
    setImmediate(() => done(kind === 'video-decoder' && codec.string === 'tiny'));
  }

  open(request: CodecRequest, events: CodecEvents, done: Parameters<CodecBackend['open']>[2]): void {
    const isOwn = request.kind === 'video-decoder' && request.codec.string === 'tiny';
    setImmediate(() => done(isOwn ? new TinyDecoder(this, events) : { code: 'not-supported', message: 'not tiny' }));
    if (isOwn) this.calls.push('open');
  }
}

class TinyDecoder implements Codec<EncodedData, NativeVideoFrame> {
  readonly name = 'tiny';
  readonly isHardware = false;
  #inputs: EncodedData[] = [];
  #held: EncodedData | null = null;
  #outputs: NativeVideoFrame[] = [];
  #isFlushing = false;
  #generation = 0;

  constructor(readonly backend: TinyBackend, readonly events: CodecEvents) {}

  send(input: EncodedData): boolean {
    if (this.#inputs.length === 2) return false;
    this.#inputs.push(input);
    this.#later(() => this.#decode());
    return true;
  }

  receive(): NativeVideoFrame | null {
    return this.#outputs.shift() ?? null;
  }

  flush(): void {
    this.backend.calls.push('flush');
    this.#isFlushing = true;
    this.#later(() => this.#decode());
  }

  reset(): void {
    this.backend.calls.push('reset');
    this.#generation++;
    this.#inputs = [];
    this.#held = null;
    this.#isFlushing = false;
    for (const frame of this.#outputs) frame.close();
    this.#outputs = [];
  }

  close(): void {
    this.reset();
    this.backend.calls.push('close');
  }

  #decode(): void {
    const input = this.#inputs.shift();
    if (input?.data.length === 0) {
      this.events.failed({ code: 'encoding', message: 'there is nothing in it' });
      return;
    }
    if (input !== undefined) {
      if (this.#held !== null) this.#outputs.push(this.#frame(this.#held));
      this.#held = input;
      this.events.progress();
    }
    if (!this.#isFlushing || this.#inputs.length > 0) return;
    this.#isFlushing = false;
    if (this.#held !== null) this.#outputs.push(this.#frame(this.#held));
    this.#held = null;
    this.events.flushed();
  }

  #frame({ data, timestamp, duration }: EncodedData): NativeVideoFrame {
    const { backend } = this;
    backend.openFrames++;
    return {
      format: 'I420', codedWidth: 4, codedHeight: 2, visibleRect: { x: 0, y: 0, width: 4, height: 2 }, displayWidth: 4, displayHeight: 2, timestamp, duration, byteLength: 12,
      pixels: () => ({
        format: 'I420', codedWidth: 4, codedHeight: 2,
        planes: [{ data: new Uint8Array(8).fill(data[0]), stride: 4 }, { data: new Uint8Array(2).fill(128), stride: 2 }, { data: new Uint8Array(2).fill(128), stride: 2 }],
      }),
      close() {
        backend.openFrames--;
      },
    };
  }

  #later(action: () => void): void {
    const generation = this.#generation;
    setImmediate(() => {
      if (generation === this.#generation) action();
    });
  }
}
