import { isHostError, type DecodedAudio, type HostError } from '../../src/host/Host';
import { createNodeCodecHost, probeAudio, type AudioDescription } from '../../src/host/node/codecs/index';

const host = createNodeCodecHost();

export function tryDecode(bytes: Uint8Array, sampleRate: number): Promise<DecodedAudio | HostError> {
  return new Promise((resolve) => host.decodeAudioData(bytes, sampleRate, resolve));
}

export async function decode(bytes: Uint8Array, sampleRate: number): Promise<DecodedAudio> {
  const result = await tryDecode(bytes, sampleRate);
  if (isHostError(result)) throw new Error(`${result.code}: ${result.message}`);
  return result;
}

export function probe(bytes: Uint8Array): Promise<AudioDescription | HostError> {
  return new Promise((resolve) => probeAudio(bytes, resolve));
}
