/** Options that the registrations of audio codecs add to AudioEncoderConfig. */
import type { FlacEncoderConfig, OpusEncoderConfig } from '../generated/webcodecs-types';

/** Microseconds, RFC 6716 section 2.1.4; longer packets are several frames. */
const opusFrameDurations = [2500, 5000, 10000, 20000, 40000, 60000, 80000, 100000, 120000];
/** Bits a second, RFC 6716 section 2.1.1. */
const lowestOpusBitrate = 500;

/** https://www.w3.org/TR/webcodecs-opus-codec-registration/#valid-opusencoderconfig */
export function invalidOpusConfig(opus: OpusEncoderConfig | undefined, bitrate: number | undefined): string | null {
  if (bitrate !== undefined && bitrate < lowestOpusBitrate) return `a bitrate of ${bitrate} is too low for Opus`;
  if (opus === undefined) return null;
  if (!opusFrameDurations.includes(opus.frameDuration)) return `Opus has no frames of ${opus.frameDuration} µs`;
  if ((opus.complexity ?? 0) > 10) return 'opus.complexity is above 10';
  return opus.packetlossperc > 100 ? 'opus.packetlossperc is above 100' : null;
}

/** What the registration leaves to the platform. */
export const defaultOpusComplexity = 9;

export function withOpusDefaults(opus: OpusEncoderConfig | undefined): OpusEncoderConfig {
  const defaults: OpusEncoderConfig = {
    format: 'opus', signal: 'auto', application: 'audio', frameDuration: 20000, packetlossperc: 0, useinbandfec: false, usedtx: false,
  };
  return { ...defaults, ...opus, complexity: opus?.complexity ?? defaultOpusComplexity };
}

const flacBlockSizes = { lowest: 16, highest: 65535 };

/** https://www.w3.org/TR/webcodecs-flac-codec-registration/#flac-encoder-config */
export function invalidFlacConfig(flac: FlacEncoderConfig | undefined): string | null {
  if (flac === undefined) return null;
  const { blockSize, compressLevel } = flac;
  if (blockSize !== 0 && (blockSize < flacBlockSizes.lowest || blockSize > flacBlockSizes.highest)) return 'flac.blockSize is out of range';
  return compressLevel > 8 ? 'flac.compressLevel is above 8' : null;
}
