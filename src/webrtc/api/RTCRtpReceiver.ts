import type {
  RTCRtpCapabilities, RTCRtpContributingSource, RTCRtpReceiveParameters, RTCRtpSynchronizationSource,
} from '../../generated/webrtc-types';
import type { MediaStream } from '../../mediastream/MediaStream';
import { MediaStreamTrack } from '../../mediastream/MediaStreamTrack';
import { Source } from '../../mediastream/Source';
import { PlatformObject } from '../../webidl/platform-object';
import type { Codec, MediaKind } from '../rtp/capabilities';
import type { ExtensionMap } from '../sdp/attributes';
import type { RTCDtlsTransport } from './RTCDtlsTransport';
import type { RTCPeerConnection } from './RTCPeerConnection';
import { capabilities, negotiatedParameters } from './RTCRtpSender';
import type { RTCStatsReport } from './RTCStatsReport';

/** What the peer sends. Nothing decodes it yet: the track stays muted. */
class RemoteSource extends Source {
  override readonly label: string;

  constructor(readonly kind: MediaKind) {
    super();
    this.label = `remote ${kind}`;
    this.setMuted(true);
  }

  protected override _serve(): void {}
}

/** https://w3c.github.io/webrtc-pc/#dom-rtcrtpreceiver */
export class RTCRtpReceiver extends PlatformObject {
  readonly _kind: MediaKind;
  /** [[ReceiverTrack]] */
  readonly track: MediaStreamTrack;
  readonly _source: RemoteSource;
  /** [[ReceiverTransport]] */
  _transport: RTCDtlsTransport | null = null;
  /** [[LastStableStateReceiverTransport]] */
  _lastStableStateTransport: RTCDtlsTransport | null = null;
  /** [[AssociatedRemoteMediaStreams]] */
  _streams: MediaStream[] = [];
  /** [[LastStableStateAssociatedRemoteMediaStreams]] */
  _lastStableStateStreams: MediaStream[] = [];
  /** [[ReceiveCodecs]], as negotiated */
  _codecs: readonly Codec[] = [];
  _extensions: readonly ExtensionMap[] = [];
  /** [[JitterBufferTarget]], milliseconds */
  #jitterBufferTarget: number | null = null;
  readonly #connection: RTCPeerConnection;

  /** https://w3c.github.io/webrtc-pc/#dfn-create-an-rtcrtpreceiver */
  constructor(connection: RTCPeerConnection, kind: MediaKind) {
    super();
    this.#connection = connection;
    this._kind = kind;
    this._source = new RemoteSource(kind);
    this.track = new MediaStreamTrack(this._source);
  }

  get transport(): RTCDtlsTransport | null {
    return this._transport;
  }

  static getCapabilities(kind: string): RTCRtpCapabilities | null {
    return capabilities(kind);
  }

  getParameters(): RTCRtpReceiveParameters {
    return negotiatedParameters(this._codecs, this._extensions, null);
  }

  getContributingSources(): RTCRtpContributingSource[] {
    return [];
  }

  getSynchronizationSources(): RTCRtpSynchronizationSource[] {
    return [];
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcrtpreceiver-jitterbuffertarget */
  get jitterBufferTarget(): number | null {
    return this.#jitterBufferTarget;
  }

  set jitterBufferTarget(target: number | null) {
    if (target !== null && (target < 0 || target > mostJitterBufferTarget)) {
      throw new RangeError(`Failed to set the 'jitterBufferTarget' property on 'RTCRtpReceiver': ${target} is not between 0 and ${mostJitterBufferTarget}.`);
    }
    this.#jitterBufferTarget = target;
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#connection._getStats(this);
  }
}

const mostJitterBufferTarget = 4000;
