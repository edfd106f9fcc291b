import { isMalformed } from '../../../../container/malformed';
import type { DecodedPacket, PacketDecoder } from '../../../../decoders/PacketDecoder';
import type { CodecEvents, EncodedData } from '../../../CodecBackend';
import { ImmediateAudioDecoder } from '../ImmediateAudioDecoder';
import type { OpenedPacketDecoder } from './packet-decoders';

/** A `PacketDecoder` as a codec. */
export class EmbeddedAudioDecoder extends ImmediateAudioDecoder {
  readonly name: string;
  readonly #decoder: PacketDecoder;
  /** Frames that are still to be left out. */
  #toSkip: number;
  /** Resets under way. */
  #resets = 0;

  constructor({ decoder, preSkip }: OpenedPacketDecoder, events: CodecEvents) {
    super(events);
    this.name = `${decoder.name} (embedded)`;
    this.#decoder = decoder;
    this.#toSkip = preSkip;
  }

  protected override get isWaiting(): boolean {
    return this.#resets > 0;
  }

  protected decode({ data, timestamp }: EncodedData): void {
    const decoded = this.#decoder.decode(data);
    if (decoded === null) return;
    if (isMalformed(decoded)) this.fail({ code: 'encoding', message: `The ${this.#decoder.name} decoder rejects the chunk at ${timestamp} µs: ${decoded.malformed}.` });
    else this.#trim(decoded, timestamp);
  }

  protected drain(): void {
    this.forget();
  }

  protected forget(): void {
    const reset = this.#decoder.reset();
    if (reset === null) return;
    this.#resets++;
    const settled = (): void => {
      this.#resets--;
      if (this.#resets === 0) this.hasRoom();
    };
    reset.then(settled, settled);
  }

  protected free(): void {
    this.#decoder.free();
  }

  #trim(decoded: DecodedPacket, timestamp: number): void {
    const skipped = Math.min(this.#toSkip, decoded.numberOfFrames);
    this.#toSkip -= skipped;
    if (skipped === decoded.numberOfFrames) return;
    // Only Opus, which is interleaved, has such.
    const frameBytes = decoded.planes[0].length / decoded.numberOfFrames;
    const planes = skipped === 0 ? decoded.planes : [decoded.planes[0].slice(skipped * frameBytes)];
    this.output({ ...decoded, numberOfFrames: decoded.numberOfFrames - skipped, planes, timestamp });
  }
}
