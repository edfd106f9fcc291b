import type { Codec, CodecBackend, CodecRequest, EncodedData, NativeVideoFrame } from 'mediant/webcodecs';

/**
 * Stands before a backend, and takes the device of its video decoders away once they have put out so many frames. Requests for software pass
 * by it.
 */
export class TakenAwayBackend implements CodecBackend {
  readonly name = 'taken away';
  /** How many decoders have lost their device. */
  losses = 0;
  /** Names of the decoders that were opened. */
  readonly opened: string[] = [];

  constructor(readonly inner: CodecBackend, readonly frames: number) {}

  probe(request: CodecRequest, done: (supported: boolean) => void): void {
    this.inner.probe(request, done);
  }

  open(request: CodecRequest, events: Parameters<CodecBackend['open']>[1], done: Parameters<CodecBackend['open']>[2]): void {
    if (request.kind !== 'video-decoder' || request.hardwareAcceleration === 'prefer-software') {
      this.inner.open(request, events, done);
      return;
    }
    this.inner.open(request, events, (result) => {
      if ('send' in result) {
        this.opened.push(result.name);
        const lose = () => {
          this.losses++;
          events.failed({ code: 'lost', message: 'The device was taken away.' });
        };
        done(new TakenAwayDecoder(result, this.frames, lose));
      } else {
        done(result);
      }
    });
  }
}

class TakenAwayDecoder implements Codec<EncodedData, NativeVideoFrame> {
  readonly name: string;
  readonly isHardware = true;
  #left: number;

  constructor(readonly inner: Codec<EncodedData, NativeVideoFrame>, frames: number, readonly lose: () => void) {
    this.name = inner.name;
    this.#left = frames;
  }

  send(input: EncodedData): boolean {
    return this.inner.send(input);
  }

  receive(): NativeVideoFrame | null {
    if (this.#left < 0) return null;
    const frame = this.inner.receive();
    if (frame === null || this.#left-- > 0) return frame;
    frame.close();
    setImmediate(this.lose);
    return null;
  }

  flush(): void {
    this.inner.flush();
  }

  reset(): void {
    this.inner.reset();
  }

  close(): void {
    this.inner.close();
  }
}
