/** The hash functions that STUN, ICE and TURN ask of whoever runs them. Synchronous; results are fresh arrays. */
export interface StunCrypto {
  hmacSha1(key: Uint8Array, data: Uint8Array): Uint8Array;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  md5(data: Uint8Array): Uint8Array;
  sha256(data: Uint8Array): Uint8Array;
}

/** Fills `bytes` with random numbers that nobody can guess. */
export type RandomSource = (bytes: Uint8Array) => void;
