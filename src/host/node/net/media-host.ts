/** The MediaHost that Node gives to the media thread. */
import { createHash, createHmac, getHashes, randomFillSync } from 'node:crypto';
import { lookup } from 'node:dns';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import { canonicalIpAddress, isLinkLocal } from '../../../webrtc/stun/TransportAddress';
import type { MediaHost } from '../../../webrtc/transport/MediaHost';
import { openDtls } from './dtls';
import type { NetAddon } from './native';
import { listenTcp, openTcp } from './tcp';
import { NodeReceivedBatch, openUdp } from './udp';

const hash = (algorithm: string) => (data: Uint8Array): Uint8Array => createHash(algorithm).update(data).digest();
const hmac = (algorithm: string) => (key: Uint8Array, data: Uint8Array): Uint8Array => createHmac(algorithm, key).update(data).digest();

/** The hash functions of `a=fingerprint` by their names there, without MD5: https://www.rfc-editor.org/rfc/rfc8122#section-5 */
const fingerprintHashes = new Map([
  ['sha-1', 'sha1'], ['sha-224', 'sha224'], ['sha-256', 'sha256'], ['sha-384', 'sha384'], ['sha-512', 'sha512'],
]);

/** https://www.rfc-editor.org/rfc/rfc8122#section-5 */
export function fingerprint(algorithm: string, certificate: Uint8Array): string | null {
  const name = fingerprintHashes.get(algorithm.toLowerCase());
  if (name === undefined || !getHashes().includes(name)) return null;
  return createHash(name).update(certificate).digest('hex').toUpperCase().match(/../g)!.join(':');
}

/**
 * Every address but loopback's and link-local ones; loopback's where there is nothing else. MEDIANT_ICE_ADDRESSES, a list with
 * commas, names the addresses instead.
 */
export function localAddresses(): readonly string[] {
  const chosen = process.env['MEDIANT_ICE_ADDRESSES'];
  if (chosen) return chosen.split(',').map((text) => canonicalIpAddress(text.trim())).filter((address) => address !== undefined);
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outward = all.filter(({ internal, address }) => !internal && !isLinkLocal(address));
  return (outward.length > 0 ? outward : all).map(({ address }) => canonicalIpAddress(address)!);
}

export function createMediaHost(addon: NetAddon): MediaHost {
  return {
    now: () => performance.now(),
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
    random: (bytes) => void randomFillSync(bytes),
    crypto: { hmacSha1: hmac('sha1'), hmacSha256: hmac('sha256'), md5: hash('md5'), sha256: hash('sha256') },
    fingerprint,
    localAddresses,
    resolve(name, done) {
      lookup(name, { all: true }, (error, addresses) => done(error ? [] : addresses.map(({ address }) => canonicalIpAddress(address)!)));
    },
    makeReceivedBatch: (packets, bytes) => new NodeReceivedBatch(packets, bytes),
    openUdp: (address, port, readable) => openUdp(addon, address, port, readable),
    openTcp,
    listenTcp,
    openDtls: (certificate, isClient) => openDtls(addon, certificate, isClient),
  };
}
