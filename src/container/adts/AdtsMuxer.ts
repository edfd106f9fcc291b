import { aacChannelCounts, aacSampleRates, parseAudioSpecificConfig } from '../codecs/aac';
import { Muxer, MuxerError, type MuxerSample, type MuxerTrack } from '../Muxer';
import { adtsHeaderBytes } from './frame-header';

/** The object types that two bits can tell. */
const mostObjectType = 4;
/** Of thirteen bits. */
const mostFrameBytes = 8191;

/** What headers tell of a stream. */
export interface AdtsConfiguration {
  readonly objectType: number;
  readonly sampleRateIndex: number;
  readonly channelConfiguration: number;
}

/** AAC in ADTS frames, without CRC. HE-AAC is told as the AAC-LC it is on the inside, as ADTS has it. Nothing of the times is written. */
export class AdtsMuxer extends Muxer {
  #configuration!: AdtsConfiguration;

  protected checkTrack({ description: { codec, description } }: MuxerTrack): void {
    if (this.tracks.length > 0) throw new MuxerError('ADTS: a second track.');
    if (!codec.startsWith('mp4a.40.')) throw new MuxerError(`ADTS: the codec ${codec}. It holds AAC.`);
    if (!description) throw new MuxerError('ADTS: AAC without its AudioSpecificConfig, or with ADTS headers already.');
    this.#configuration = adtsConfiguration(description);
  }

  protected writeStart(): void {}

  protected writeSample(_track: number, { data }: MuxerSample): void {
    this.emit(adtsFrame(this.#configuration, data));
  }

  protected writeEnd(): void {}
}

/** @throws MuxerError for an AudioSpecificConfig that headers can't tell */
export function adtsConfiguration(description: Uint8Array): AdtsConfiguration {
  const config = parseAudioSpecificConfig(description);
  const objectType = config && (config.objectType === 5 || config.objectType === 29 ? 2 : config.objectType);
  const sampleRateIndex = config ? aacSampleRates.indexOf(config.coreSampleRate) : -1;
  // ADTS has three bits: configurations 1 to 7, of which 7 has eight channels.
  const channelConfiguration = config ? aacChannelCounts.slice(0, 8).indexOf(config.objectType === 29 ? 1 : config.numberOfChannels) : -1;
  if (objectType === null || objectType < 1 || objectType > mostObjectType || sampleRateIndex < 0 || channelConfiguration < 1) {
    throw new MuxerError('ADTS: an AudioSpecificConfig that its headers can\'t tell.');
  }
  return { objectType, sampleRateIndex, channelConfiguration };
}

/** A frame with its header. */
export function adtsFrame(configuration: AdtsConfiguration, data: Uint8Array): Uint8Array {
  const frameBytes = adtsHeaderBytes + data.length;
  if (frameBytes > mostFrameBytes) throw new MuxerError(`ADTS: a frame of ${data.length} bytes, at most ${mostFrameBytes - adtsHeaderBytes} can be told.`);
  const { objectType, sampleRateIndex, channelConfiguration } = configuration;
  const frame = new Uint8Array(frameBytes);
  frame[0] = 0xff;
  frame[1] = 0xf1; // MPEG-4, layer 0, no CRC
  frame[2] = ((objectType - 1) << 6) | (sampleRateIndex << 2) | (channelConfiguration >> 2);
  frame[3] = ((channelConfiguration & 3) << 6) | (frameBytes >> 11);
  frame[4] = (frameBytes >> 3) & 0xff;
  frame[5] = ((frameBytes & 7) << 5) | 0x1f; // The buffer's fullness: 0x7ff, of variable rate.
  frame[6] = 0xfc;
  frame.set(data, adtsHeaderBytes);
  return frame;
}
