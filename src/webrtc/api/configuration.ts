import type { RTCConfiguration, RTCIceServer } from '../../generated/webrtc-types';
import { isIceServerFault, parseIceServerUrl } from '../turn/server-url';
import type { GatheringOptions, IceServerData } from '../thread/messages';
import type { RTCCertificate } from './RTCCertificate';

const mostUrls = 64;

function fault(context: string, name: string, detail: string): DOMException {
  return new DOMException(`${context}: ${detail}.`, name);
}

/**
 * https://w3c.github.io/webrtc-pc/#set-the-configuration; `previous` is null for a constructor. Throws, or returns the configuration to
 * keep.
 */
export function setConfiguration(context: string, configuration: RTCConfiguration, previous: RTCConfiguration | null, hasLocalDescription: boolean): RTCConfiguration {
  // Step 3
  const certificates = configuration.certificates as unknown as RTCCertificate[];
  if (previous === null && certificates.some(({ expires }) => expires < Date.now())) {
    throw fault(context, 'InvalidAccessError', 'a certificate has expired');
  }
  if (previous === null && certificates.some(({ _origin }) => _origin !== (host.origin ?? ''))) {
    throw fault(context, 'InvalidAccessError', 'a certificate is that of another origin');
  }
  // Step 4
  if (previous !== null && certificates.length > 0) {
    const before = previous.certificates as unknown as RTCCertificate[];
    if (certificates.length !== before.length || certificates.some((certificate, index) => certificate !== before[index])) {
      throw fault(context, 'InvalidModificationError', 'certificates can not change');
    }
  }
  // Steps 5 and 6
  if (previous !== null && configuration.bundlePolicy !== previous.bundlePolicy) {
    throw fault(context, 'InvalidModificationError', 'bundlePolicy can not change');
  }
  if (previous !== null && configuration.rtcpMuxPolicy !== previous.rtcpMuxPolicy) {
    throw fault(context, 'InvalidModificationError', 'rtcpMuxPolicy can not change');
  }
  // Step 7
  if (previous !== null && configuration.iceCandidatePoolSize !== previous.iceCandidatePoolSize && hasLocalDescription) {
    throw fault(context, 'InvalidModificationError', 'iceCandidatePoolSize can not change after a local description has been set');
  }
  // Steps 10 to 13
  for (const server of configuration.iceServers) validateServer(context, server);
  const iceServers = configuration.iceServers.map((server) => ({ ...server, urls: [...urlsOf(server)] }));
  return { ...configuration, iceServers, certificates: previous?.certificates ?? configuration.certificates };
}

/** https://w3c.github.io/webrtc-pc/#dfn-validate-an-ice-server-url, for each URL. */
export function validateServer(context: string, server: RTCIceServer): void {
  const urls = urlsOf(server);
  // Step 11.2
  if (urls.length === 0) throw fault(context, 'SyntaxError', "a server's urls are empty");
  if (urls.length > mostUrls) throw fault(context, 'SyntaxError', 'a server has too many urls');
  for (const text of urls) {
    const url = parseIceServerUrl(text);
    if (isIceServerFault(url)) throw fault(context, url.fault, url.reason);
    if (url.kind === 'turn' && (server.username === undefined || server.credential === undefined)) {
      throw fault(context, 'InvalidAccessError', `'${text}' needs a username and a credential`);
    }
  }
}

function urlsOf({ urls }: RTCIceServer): readonly string[] {
  return typeof urls === 'string' ? [urls] : urls;
}

/** What the media thread gathers with. */
export function gatheringOptions({ iceServers, iceTransportPolicy }: Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>): GatheringOptions {
  return {
    iceServers: iceServers.map((server): IceServerData => ({
      urls: urlsOf(server), username: server.username ?? '', credential: server.credential ?? '',
    })),
    policy: iceTransportPolicy,
  };
}
