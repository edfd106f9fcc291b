import type { CodecEvents, EncodedData, NativeVideoFrame } from '../host/CodecBackend';
import type { HostError } from '../host/Host';
import { FallbackCodec, type OpenSoftware } from './FallbackCodec';
import { SentPackets } from './SentPackets';

/** Decodes again from the last key frame on whose picture has come out. */
export class FallbackDecoder extends FallbackCodec<EncodedData, NativeVideoFrame> {
  readonly #sent: SentPackets;
  /** Pictures that come a second time, by timestamp. */
  #seen = new Map<number, number>();

  constructor(openSoftware: OpenSoftware, events: CodecEvents, sent = new SentPackets()) {
    super(openSoftware, events);
    this.#sent = sent;
  }

  protected keep(input: EncodedData): void {
    this.#sent.add(input);
  }

  protected sawOutput({ timestamp }: NativeVideoFrame): void {
    this.#sent.out(timestamp);
  }

  protected takeKept(): EncodedData[] | HostError {
    const inputs = this.#sent.inputs ?? { code: 'lost', message: `The decoder ${this.name} failed, too long after a key frame to go on in software.` } as const;
    this.#seen = this.#sent.countOut();
    this.#sent.clear();
    return inputs;
  }

  /** Both decoders put pictures out in the same order: the first that is new ends those that are not. */
  protected dropsRepeated(frame: NativeVideoFrame): boolean {
    const count = this.#seen.get(frame.timestamp) ?? 0;
    if (count === 0) {
      this.#seen.clear();
      return false;
    }
    this.#seen.set(frame.timestamp, count - 1);
    frame.close();
    return true;
  }

  protected discard(): void {}

  protected forgetKept(): void {
    this.#sent.clear();
    this.#seen.clear();
  }
}
