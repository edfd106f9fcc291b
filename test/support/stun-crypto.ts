import { createHash, createHmac, randomFillSync } from 'node:crypto';
import type { StunCrypto } from '../../src/webrtc/stun/StunCrypto';

/** Node's hash functions, as the media thread injects them. */
export const stunCrypto: StunCrypto = {
  hmacSha1: (key, data) => createHmac('sha1', key).update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  md5: (data) => createHash('md5').update(data).digest(),
  sha256: (data) => createHash('sha256').update(data).digest(),
};

export const systemRandom = (bytes: Uint8Array): void => void randomFillSync(bytes);
