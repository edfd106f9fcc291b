import type { EncodedOutput, VideoEncoderInput } from '../host/CodecBackend';
import { FallbackCodec } from './FallbackCodec';

/**
 * Keeps frames until they have come out, and encodes those that had not again, of which the first becomes a key frame. Frames come out in order: what is older than one that has
 * come was left out by rate control.
 */
export class FallbackEncoder extends FallbackCodec<VideoEncoderInput, EncodedOutput> {
  #kept: VideoEncoderInput[] = [];

  /** The frame is released when neither of the two needs it any more: a device that failed may still be reading it. */
  protected override share(input: VideoEncoderInput): { readonly device: VideoEncoderInput; readonly kept: VideoEncoderInput } {
    const holders = new Set(['device', 'kept']);
    const heldBy = (holder: string): VideoEncoderInput => ({ ...input, release: () => { if (holders.delete(holder) && holders.size === 0) input.release(); } });
    return { device: heldBy('device'), kept: heldBy('kept') };
  }

  protected keep(input: VideoEncoderInput): void {
    this.#kept.push(input);
  }

  protected sawOutput({ timestamp }: EncodedOutput): void {
    const index = this.#kept.findIndex((input) => input.timestamp === timestamp);
    for (const input of this.#kept.splice(0, index + 1)) input.release();
  }

  protected takeKept(): VideoEncoderInput[] {
    const [first, ...others] = this.#kept;
    this.#kept = [];
    return first === undefined ? [] : [{ ...first, keyFrame: true }, ...others];
  }

  protected dropsRepeated(): boolean {
    return false;
  }

  protected discard(input: VideoEncoderInput): void {
    input.release();
  }

  protected forgetKept(): void {
    for (const input of this.#kept) input.release();
    this.#kept = [];
  }
}
