import type { StatsRecord } from '../thread/messages';

interface Fingerprinter {
  /** `a=fingerprint`'s value; null for a hash function that is not known. */
  fingerprint(algorithm: string, certificate: Uint8Array): string | null;
}

/** https://w3c.github.io/webrtc-stats/#certificatestats-dict* of a certificate, DER. None that is used here has an issuer. */
export function certificateRecord(net: Fingerprinter, algorithm: string, certificate: Uint8Array, timestamp: number): StatsRecord {
  const fingerprint = net.fingerprint(algorithm, certificate)!;
  return {
    id: `CF${fingerprint}`, timestamp, type: 'certificate', fingerprint, fingerprintAlgorithm: algorithm, base64Certificate: base64(certificate),
  };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** https://www.rfc-editor.org/rfc/rfc4648#section-4 */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = bytes[at]! << 16 | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0);
    const characters = Math.min(4, bytes.length - at + 1);
    for (let index = 0; index < characters; index++) text += alphabet[group >> (18 - 6 * index) & 63]!;
    text += '='.repeat(4 - characters);
  }
  return text;
}
