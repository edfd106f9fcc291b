import { setImmediate } from 'node:timers';
import { isMalformed } from '../../../../container/malformed';
import type { DecodedPacket, PacketDecoder } from '../../../../decoders/PacketDecoder';
import type { AudioPlanes, Codec, CodecEvents, EncodedData } from '../../../CodecBackend';
import type { HostError } from '../../../Host';
import type { OpenedPacketDecoder } from './packet-decoders';

/** A `PacketDecoder` as a codec. Packets are decoded in `send`. */
export class EmbeddedAudioDecoder implements Codec<EncodedData, AudioPlanes> {
  readonly name: string;
  readonly isHardware = false;
  readonly #decoder: PacketDecoder;
  readonly #events: CodecEvents;
  #outputs: AudioPlanes[] = [];
  #generation = 0;
  #hasFailed = false;
  /** Frames that are still to be left out. */
  #toSkip: number;
  /** Resets under way. */
  #resets = 0;

  constructor({ decoder, preSkip }: OpenedPacketDecoder, events: CodecEvents) {
    this.name = `${decoder.name} (embedded)`;
    this.#decoder = decoder;
    this.#toSkip = preSkip;
    this.#events = events;
  }

  send({ data, timestamp }: EncodedData): boolean {
    if (this.#resets > 0) return false;
    if (this.#hasFailed) return true;
    const decoded = this.#decoder.decode(data);
    if (decoded === null) return true;
    if (isMalformed(decoded)) this.#fail({ code: 'encoding', message: `The ${this.#decoder.name} decoder rejects the chunk at ${timestamp} µs: ${decoded.malformed}.` });
    else this.#output(decoded, timestamp);
    return true;
  }

  receive(): AudioPlanes | null {
    return this.#outputs.shift() ?? null;
  }

  flush(): void {
    if (this.#hasFailed) return;
    this.#resetDecoder();
    this.#later(() => this.#events.flushed());
  }

  reset(): void {
    this.#generation++;
    this.#hasFailed = false;
    this.#outputs = [];
    this.#resetDecoder();
  }

  close(): void {
    this.#generation++;
    this.#outputs = [];
  }

  #output(decoded: DecodedPacket, timestamp: number): void {
    const skipped = Math.min(this.#toSkip, decoded.numberOfFrames);
    this.#toSkip -= skipped;
    if (skipped === decoded.numberOfFrames) return;
    // Only Opus, which is interleaved, has such.
    const frameBytes = decoded.planes[0].length / decoded.numberOfFrames;
    const planes = skipped === 0 ? decoded.planes : [decoded.planes[0].slice(skipped * frameBytes)];
    this.#outputs.push({ ...decoded, numberOfFrames: decoded.numberOfFrames - skipped, planes, timestamp });
  }

  #resetDecoder(): void {
    const reset = this.#decoder.reset();
    if (reset === null) return;
    this.#resets++;
    const settled = (): void => {
      this.#resets--;
      if (this.#resets === 0) this.#events.progress();
    };
    reset.then(settled, settled);
  }

  #fail(error: HostError): void {
    this.#hasFailed = true;
    this.#later(() => this.#events.failed(error));
  }

  #later(tell: () => void): void {
    const generation = this.#generation;
    setImmediate(() => {
      if (generation === this.#generation) tell();
    });
  }
}
