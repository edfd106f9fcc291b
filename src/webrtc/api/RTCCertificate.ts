import type { RTCDtlsFingerprint } from '../../generated/webrtc-types';
import { isHostError } from '../../host/Host';
import { PlatformObject } from '../../webidl/platform-object';
import { newPromise } from '../../webidl/promise';
import type { CertificateData } from '../thread/messages';

/** https://w3c.github.io/webrtc-pc/#dom-rtccertificate */
export class RTCCertificate extends PlatformObject {
  /** [[Expires]], milliseconds since 1970. */
  readonly expires: number;
  /** [[Certificate]] with its [[KeyingMaterialHandle]]. */
  readonly _data: CertificateData;
  /** [[Origin]], serialized */
  readonly _origin: string;
  #fingerprint: string | null = null;

  constructor(data: CertificateData, expires: number, origin = host.origin ?? '') {
    super();
    this._data = data;
    this.expires = expires;
    this._origin = origin;
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtccertificate-getfingerprints */
  getFingerprints(): RTCDtlsFingerprint[] {
    return [{ algorithm: fingerprintAlgorithm, value: this._fingerprint.toLowerCase() }];
  }

  /** As `a=fingerprint` has it. */
  get _fingerprint(): string {
    return this.#fingerprint ??= host.net!.fingerprint(fingerprintAlgorithm, this._data.certificate)!;
  }
}

export const fingerprintAlgorithm = 'sha-256';

/** A certificate lives as long as its `expires`, a year at most, and 30 days by itself. */
const defaultLifetimeMilliseconds = 30 * 24 * 3600 * 1000;
const longestLifetimeMilliseconds = 365 * 24 * 3600 * 1000;

/** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-generatecertificate */
export function generateCertificate(keygenAlgorithm: object | string): Promise<RTCCertificate> {
  const p = newPromise<RTCCertificate>();
  const fail = (name: string, detail: string) => {
    p.reject(new DOMException(`Failed to execute 'generateCertificate' on 'RTCPeerConnection': ${detail}`, name));
    return p.promise;
  };
  // Steps 1 to 4: the algorithm is normalized; step 5: what is neither of these is not supported.
  const modulusLength = normalize(keygenAlgorithm);
  if (modulusLength === null) return fail('NotSupportedError', 'the algorithm is neither ECDSA with P-256 nor RSASSA-PKCS1-v1_5 with SHA-256.');
  // Step 2
  let lifetime = defaultLifetimeMilliseconds;
  const expires = typeof keygenAlgorithm === 'object' ? (keygenAlgorithm as { expires?: unknown }).expires : undefined;
  if (expires !== undefined) {
    const value = Number(expires);
    if (!isFinite(value) || value < 0 || value > Number.MAX_SAFE_INTEGER) {
      p.reject(new TypeError("Failed to execute 'generateCertificate' on 'RTCPeerConnection': 'expires' is outside the range of unsigned long long."));
      return p.promise;
    }
    lifetime = Math.min(Math.floor(value), longestLifetimeMilliseconds);
  }
  // Step 6
  makeCertificate(modulusLength, lifetime, (result) => {
    if (result instanceof RTCCertificate) p.resolve(result);
    else p.reject(result);
  });
  return p.promise;
}

/** `modulusLength` in bits, 0 for ECDSA. */
export function makeCertificate(modulusLength: number, lifetime: number, done: (result: RTCCertificate | DOMException) => void): void {
  const now = Date.now();
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  const { net } = host;
  if (net === undefined) {
    host.queueTask(() => done(new DOMException('This host has no network: a certificate cannot be made.', 'NotSupportedError')));
    return;
  }
  const request = { rsaModulusLength: modulusLength, notBefore: seconds(now) - clockSkewSeconds, notAfter: Math.max(seconds(now + lifetime), seconds(now) - clockSkewSeconds) };
  net.generateCertificate(request, (result) => {
    done(isHostError(result) ? new DOMException(result.message, 'OperationError') : new RTCCertificate(result, now + lifetime));
  });
}

/** Valid a day ago, for peers whose clocks are wrong. */
const clockSkewSeconds = 24 * 3600;

/** The modulus length of an RSA key, 0 for ECDSA over P-256; null for any other algorithm. https://w3c.github.io/webcrypto/#algorithm-normalization-normalize-an-algorithm */
function normalize(algorithm: object | string): number | null {
  const { name, namedCurve, modulusLength, publicExponent, hash } = (typeof algorithm === 'string' ? { name: algorithm } : algorithm) as Record<string, unknown>;
  const upperName = String(name).toUpperCase();
  if (upperName === 'ECDSA') return namedCurve === 'P-256' ? 0 : null;
  if (upperName !== 'RSASSA-PKCS1-V1_5') return null;
  const hashName = typeof hash === 'object' && hash !== null ? (hash as { name?: unknown }).name : hash;
  const bits = Number(modulusLength);
  const isExponent65537 = publicExponent instanceof Uint8Array && [...publicExponent].reduce((value, byte) => value * 256 + byte, 0) === 65537;
  const isGood = String(hashName).toUpperCase() === 'SHA-256' && Number.isInteger(bits) && bits >= leastRsaBits && bits <= mostRsaBits && isExponent65537;
  return isGood ? bits : null;
}

const leastRsaBits = 1024;
const mostRsaBits = 8192;

export const defaultCertificateLifetime = defaultLifetimeMilliseconds;
