import type { AudioDecoderRequest, CodecEvents, EncodedData } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import { ImmediateAudioDecoder } from '../ImmediateAudioDecoder';
import type { NodeAv } from '../node-av';
import { AvAudioDecoder, configureAudio } from './AvAudioDecoder';
import { openSoftwareDecoder } from './open-decoder';

/** The two frame lengths of iLBC (RFC 3951, 2): FFmpeg tells them by the bit rate, and there is nothing else in the stream that would. */
const modes = [{ frameBytes: 50, bitRate: 13_333n, microseconds: 30_000 }, { frameBytes: 38, bitRate: 15_200n, microseconds: 20_000 }] as const;

/** iLBC. A chunk is one frame or several (RFC 3952, 3.2), whose length its own tells. */
export class IlbcDecoder extends ImmediateAudioDecoder {
  readonly name = 'ilbc';
  readonly #decoders: readonly AvAudioDecoder[];

  static open(av: NodeAv, request: AudioDecoderRequest, events: CodecEvents): IlbcDecoder | HostError {
    const decoders: AvAudioDecoder[] = [];
    for (const { bitRate } of modes) {
      const opened = openSoftwareDecoder(av, request, (context, codec, own) => {
        configureAudio(context, codec, own);
        context.bitRate = bitRate;
      });
      if (isHostError(opened)) {
        for (const decoder of decoders) decoder.close();
        return opened;
      }
      decoders.push(new AvAudioDecoder(av, opened, false, { ...events, flushed() {} }));
    }
    return new IlbcDecoder(decoders, events);
  }

  private constructor(decoders: readonly AvAudioDecoder[], events: CodecEvents) {
    super(events);
    this.#decoders = decoders;
  }

  protected decode({ data, timestamp, isKey }: EncodedData): void {
    const index = modes.findIndex(({ frameBytes }) => data.length > 0 && data.length % frameBytes === 0);
    if (index < 0) {
      this.fail({ code: 'encoding', message: `The chunk at ${timestamp} µs has ${data.length} bytes: frames of iLBC have 38 or 50.` });
      return;
    }
    const { frameBytes, microseconds } = modes[index];
    const decoder = this.#decoders[index];
    for (let at = 0, time = timestamp; at < data.length; at += frameBytes, time += microseconds) {
      decoder.send({ data: data.subarray(at, at + frameBytes), isKey, timestamp: time, duration: microseconds });
      for (let samples = decoder.receive(); samples !== null; samples = decoder.receive()) this.output(samples);
    }
  }

  /** Each frame is out at once. */
  protected drain(): void {
    this.forget();
  }

  protected forget(): void {
    for (const decoder of this.#decoders) decoder.reset();
  }

  protected free(): void {
    for (const decoder of this.#decoders) decoder.close();
  }
}
