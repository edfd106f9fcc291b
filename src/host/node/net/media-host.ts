/** The MediaHost that Node gives to the media thread. */
import { createHash, createHmac, getHashes, randomUUID } from 'node:crypto';
import { lookup } from 'node:dns';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import { isMulticastName } from '../../../webrtc/mdns/MulticastDns';
import { canonicalIpAddress, isLinkLocal } from '../../../webrtc/stun/TransportAddress';
import type { MediaHost } from '../../../webrtc/transport/MediaHost';
import { environment } from '../environment';
import { randomStock } from '../random-stock';
import { openDtls } from './dtls';
import { NodeMulticastDns } from './mdns';
import type { NetAddon } from './native';
import { listenTcp, openTcp } from './tcp';
import { NodeReceivedBatch, openUdp } from './udp';

const hash = (algorithm: string) => (data: Uint8Array): Uint8Array => createHash(algorithm).update(data).digest();

/** By the addon, since Node makes a stream for each; by Node where the addon finds no OpenSSL. */
function hmac(addon: NetAddon, algorithm: 'sha1' | 'sha256'): (key: Uint8Array, data: Uint8Array) => Uint8Array {
  return (key, data) => {
    const code = new Uint8Array(mostHmacBytes);
    const length = addon.hmac(algorithm === 'sha256', key, data, code);
    return length > 0 ? code.subarray(0, length) : createHmac(algorithm, key).update(data).digest();
  };
}

const mostHmacBytes = 32;

/** The result of `list`, for `milliseconds` after it was made. */
function remembered<T>(list: () => T, milliseconds: number): () => T {
  let last: T | undefined;
  let until = -Infinity;
  return () => {
    const now = performance.now();
    if (last !== undefined && now < until) return last;
    until = now + milliseconds;
    return last = list();
  };
}

/** Asking the system takes up to a millisecond; connections are often made many at a time. */
const addressesMilliseconds = 250;

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

/** What the environment says of WebRTC. */
export interface MediaSettings {
  /** In place of the interfaces', if not null. */
  readonly addresses: readonly string[] | null;
  /** 0: none is shared. */
  readonly sharedPort: number;
  readonly hasPassiveTcp: boolean;
  readonly publishesNames: boolean;
  readonly maxDatagramBytes: number;
}

export function mediaSettings(): MediaSettings {
  return {
    addresses: environment('MEDIANT_ICE_ADDRESSES'),
    sharedPort: environment('MEDIANT_ICE_PORT'),
    hasPassiveTcp: environment('MEDIANT_ICE_TCP_PASSIVE'),
    publishesNames: environment('MEDIANT_ICE_MDNS'),
    maxDatagramBytes: environment('MEDIANT_MAX_DATAGRAM_BYTES'),
  };
}

/** Every address of the interfaces but loopback's and link-local ones; loopback's where there is nothing else. */
function localAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outward = all.filter(({ internal, address }) => !internal && !isLinkLocal(address));
  return (outward.length > 0 ? outward : all).map(({ address }) => canonicalIpAddress(address)!);
}

/** `received` is called after what a UDP socket brought has been dealt with. */
export function createMediaHost(addon: NetAddon, settings: MediaSettings = mediaSettings(), received: () => void = () => {}): MediaHost {
  const { addresses: chosenAddresses, sharedPort, hasPassiveTcp, publishesNames, maxDatagramBytes } = settings;
  const multicastDns = new NodeMulticastDns();
  return {
    now: () => performance.now(),
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
    random: randomStock(),
    crypto: { hmacSha1: hmac(addon, 'sha1'), hmacSha256: hmac(addon, 'sha256'), md5: hash('md5'), sha256: hash('sha256') },
    fingerprint,
    sharedPort,
    hasPassiveTcp,
    maxDatagramBytes,
    localAddresses: chosenAddresses ? () => chosenAddresses : remembered(localAddresses, addressesMilliseconds),
    resolve(name, done) {
      if (isMulticastName(name)) return multicastDns.resolve(name, done);
      lookup(name, { all: true }, (error, addresses) => done(error ? [] : addresses.map(({ address }) => canonicalIpAddress(address)!)));
    },
    publishName(address) {
      if (!publishesNames) return null;
      const name = `${randomUUID()}.local`;
      multicastDns.publish(name, address);
      return name;
    },
    withdrawName: (name) => multicastDns.withdraw(name),
    makeReceivedBatch: (packets, bytes) => new NodeReceivedBatch(packets, bytes),
    openUdp: (addresses, port, readable) => openUdp(addon, addresses, port, (socket) => {
      readable(socket);
      received();
    }),
    openTcp,
    listenTcp,
    openDtls: (certificate, isClient) => openDtls(addon, certificate, isClient),
  };
}
