import type { CloneableType } from '../../host/Core';
import { implOf, wrapperOf } from '../../webidl/platform-object';
import type { CertificateData } from '../thread/messages';
import { RTCCertificate } from './RTCCertificate';
import { RTCDataChannel } from './RTCDataChannel';
import { receiveChannel, transferChannel, type TransferredChannel } from './transferred-channel';

interface SerializedCertificate extends CertificateData {
  readonly expires: number;
  readonly origin: string;
}

/** https://w3c.github.io/webrtc-pc/#dom-rtccertificate */
const certificates: CloneableType = {
  name: 'RTCCertificate',
  is: (value) => implOf(value) instanceof RTCCertificate,
  serialize(value): SerializedCertificate {
    const { _data: { certificate, privateKey }, expires, _origin: origin } = implOf(value) as RTCCertificate;
    return { certificate, privateKey, expires, origin };
  },
  create({ certificate, privateKey, expires, origin }: SerializedCertificate) {
    return wrapperOf(new RTCCertificate({ certificate: Uint8Array.from(certificate), privateKey: Uint8Array.from(privateKey) }, expires, origin));
  },
};

const channels: CloneableType = {
  name: 'RTCDataChannel',
  is: (value) => implOf(value) instanceof RTCDataChannel,
  transfer: (value) => transferChannel(implOf(value) as RTCDataChannel),
  create: (data: TransferredChannel) => wrapperOf(receiveChannel(data)),
};

export const cloneables: readonly CloneableType[] = [certificates, channels];
