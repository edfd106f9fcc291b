import type { RTCRtpCapabilities, RTCRtpEncodingParameters, RTCRtpSendParameters, RTCSetParameterOptions } from '../../generated/webrtc-types';
import type { MediaStream } from '../../mediastream/MediaStream';
import type { MediaStreamTrack } from '../../mediastream/MediaStreamTrack';
import { generateIdentifier } from '../../mediastream/identifiers';
import { PlatformObject } from '../../webidl/platform-object';
import { newPromise } from '../../webidl/promise';
import { type Codec, codecs, headerExtensions, type MediaKind } from '../rtp/capabilities';
import type { ExtensionMap } from '../sdp/attributes';
import { RTCDTMFSender } from './RTCDTMFSender';
import type { RTCDtlsTransport } from './RTCDtlsTransport';
import type { RTCPeerConnection } from './RTCPeerConnection';
import type { RTCRtpTransceiver } from './RTCRtpTransceiver';
import type { RTCStatsReport } from './RTCStatsReport';

/** https://w3c.github.io/webrtc-pc/#dom-rtcrtpsender */
export class RTCRtpSender extends PlatformObject {
  readonly _kind: MediaKind;
  /** [[SenderTrack]] */
  _track: MediaStreamTrack | null;
  /** [[SenderTransport]] */
  _transport: RTCDtlsTransport | null = null;
  /** [[LastStableStateSenderTransport]] */
  _lastStableStateTransport: RTCDtlsTransport | null = null;
  /** [[AssociatedMediaStreamIds]] */
  _streamIds: readonly string[];
  /** [[SendEncodings]] */
  _encodings: RTCRtpEncodingParameters[];
  /** [[LastReturnedParameters]] */
  #lastReturned: RTCRtpSendParameters | null = null;
  /** [[SendCodecs]], as negotiated */
  _codecs: readonly Codec[] = [];
  _extensions: readonly ExtensionMap[] = [];
  /** The `msid` of our descriptions names the track it was made with. */
  readonly _trackId: string;
  readonly dtmf: RTCDTMFSender | null;
  readonly #connection: RTCPeerConnection;
  _transceiver!: RTCRtpTransceiver;

  /** https://w3c.github.io/webrtc-pc/#dfn-create-an-rtcrtpsender */
  constructor(connection: RTCPeerConnection, kind: MediaKind, track: MediaStreamTrack | null, streams: readonly MediaStream[], encodings: readonly RTCRtpEncodingParameters[]) {
    super();
    this.#connection = connection;
    this._kind = kind;
    this._track = track;
    this._trackId = track?.id ?? generateIdentifier();
    this._streamIds = uniqueIds(streams);
    this._encodings = encodings.length > 0 ? encodings.map((encoding) => ({ ...encoding })) : [defaultEncoding(kind)];
    this.dtmf = kind === 'audio' ? new RTCDTMFSender() : null;
  }

  get track(): MediaStreamTrack | null {
    return this._track;
  }

  get transport(): RTCDtlsTransport | null {
    return this._transport;
  }

  static getCapabilities(kind: string): RTCRtpCapabilities | null {
    return capabilities(kind);
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcrtpsender-getparameters */
  getParameters(): RTCRtpSendParameters {
    // Step 2
    if (this.#lastReturned !== null) return clone(this.#lastReturned);
    // Step 3
    const result: RTCRtpSendParameters = {
      transactionId: generateIdentifier(),
      encodings: this._encodings.map((encoding) => ({ ...encoding })),
      ...negotiatedParameters(this._codecs, this._extensions, this.#connection._cname),
    };
    this.#lastReturned = result;
    // Step 4: forgotten when the task ends.
    host.queueTask(() => { this.#lastReturned = null; });
    return clone(result);
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcrtpsender-setparameters */
  setParameters(parameters: RTCRtpSendParameters, _options: RTCSetParameterOptions): Promise<undefined> {
    const p = newPromise<undefined>();
    const problem = this.#parametersProblem(parameters);
    if (problem !== null) {
      p.reject(problem);
      return p.promise;
    }
    host.queueTask(() => {
      this._encodings = parameters.encodings.map((encoding) => ({ ...encoding }));
      this.#lastReturned = null;
      p.resolve(undefined);
    });
    return p.promise;
  }

  /** https://w3c.github.io/webrtc-pc/#dfn-validate-setparameters */
  #parametersProblem(parameters: RTCRtpSendParameters): unknown {
    const fail = (name: string, detail: string) => new DOMException(`Failed to execute 'setParameters' on 'RTCRtpSender': ${detail}`, name);
    if (this._transceiver._stopping) return fail('InvalidStateError', 'the transceiver is stopping.');
    const last = this.#lastReturned;
    if (last === null) return fail('InvalidStateError', 'getParameters() has not been called in this task.');
    const { encodings } = parameters;
    if (encodings.length !== this._encodings.length) return fail('InvalidModificationError', 'the number of encodings can not change.');
    if (encodings.some(({ rid }, index) => rid !== last.encodings[index]!.rid)) return fail('InvalidModificationError', 'a rid can not change.');
    const readOnly = ({ transactionId, codecs: used, headerExtensions: extensions, rtcp }: RTCRtpSendParameters) => [transactionId, used, extensions, rtcp];
    if (!areSame(readOnly(parameters), readOnly(last))) return fail('InvalidModificationError', 'a read-only parameter has been changed.');
    if (this._kind === 'video') for (const encoding of encodings) encoding.scaleResolutionDownBy ??= 1;
    else for (const encoding of encodings) {
      delete encoding.scaleResolutionDownBy;
      delete encoding.maxFramerate;
    }
    return encodingsRangeProblem(encodings, 'setParameters', 'RTCRtpSender');
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcrtpsender-replacetrack */
  replaceTrack(withTrack: MediaStreamTrack | null): Promise<undefined> {
    // Step 5
    if (withTrack !== null && withTrack.kind !== this._kind) {
      const p = newPromise<undefined>();
      p.reject(new TypeError(`Failed to execute 'replaceTrack' on 'RTCRtpSender': a track of kind '${this._kind}' is needed.`));
      return p.promise;
    }
    // Step 6
    return this.#connection._chain(() => {
      const p = newPromise<undefined>();
      // Step 6.2
      if (this._transceiver._stopping) {
        p.reject(new DOMException("Failed to execute 'replaceTrack' on 'RTCRtpSender': the transceiver is stopping.", 'InvalidStateError'));
        return p.promise;
      }
      // Steps 6.4 to 6.8
      host.queueTask(() => {
        if (this.#connection._isClosed) return;
        this._track = withTrack;
        p.resolve(undefined);
      });
      return p.promise;
    });
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcrtpsender-setstreams */
  setStreams(...streams: MediaStream[]): void {
    // Step 3
    if (this.#connection._isClosed) throw new DOMException("Failed to execute 'setStreams' on 'RTCRtpSender': the connection is closed.", 'InvalidStateError');
    // Steps 4 to 6
    this._streamIds = uniqueIds(streams);
    this.#connection._updateNegotiationNeeded();
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#connection._getStats(this);
  }
}

/** Of plain data; members come in any order. */
function areSame(a: unknown, b: unknown): boolean {
  const sorted = (_name: string, value: unknown) => (
    typeof value !== 'object' || value === null || Array.isArray(value) ? value : Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
  );
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function uniqueIds(streams: readonly MediaStream[]): string[] {
  return [...new Set(streams.map(({ id }) => id))];
}

function defaultEncoding(kind: MediaKind): RTCRtpEncodingParameters {
  const encoding: RTCRtpEncodingParameters = { active: true, priority: 'low', adaptivePtime: false };
  return kind === 'video' ? { ...encoding, scaleResolutionDownBy: 1 } : encoding;
}

function clone(parameters: RTCRtpSendParameters): RTCRtpSendParameters {
  return JSON.parse(JSON.stringify(parameters)) as RTCRtpSendParameters;
}

/** What both kinds of parameters have. */
export function negotiatedParameters(negotiated: readonly Codec[], extensions: readonly ExtensionMap[], cname: string | null) {
  return {
    headerExtensions: extensions.map(({ uri, id }) => ({ uri, id, encrypted: false })),
    rtcp: { ...(cname !== null && { cname }), reducedSize: negotiated.length > 0 },
    codecs: negotiated.map(({ mimeType, clockRate, channels, parameters, payloadType }) => ({
      payloadType, mimeType, clockRate, ...(channels !== null && { channels }), ...(parameters !== '' && { sdpFmtpLine: parameters }),
    })),
  };
}

/** https://w3c.github.io/webrtc-pc/#dom-rtcrtpsender-getcapabilities */
export function capabilities(kind: string): RTCRtpCapabilities | null {
  if (kind !== 'audio' && kind !== 'video') return null;
  const unique = codecs[kind].filter(({ mimeType }, index, all) => mimeType !== 'video/rtx' || all.findIndex((other) => other.mimeType === mimeType) === index);
  return {
    codecs: unique.map(({ mimeType, clockRate, channels, parameters }) => ({
      mimeType, clockRate, ...(channels !== null && { channels }), ...(parameters !== '' && mimeType !== 'video/rtx' && { sdpFmtpLine: parameters }),
    })),
    headerExtensions: headerExtensions[kind].map(({ uri }) => ({ uri, direction: 'sendrecv' })),
  };
}

/** The RangeErrors of sendEncodings and setParameters(). */
export function encodingsRangeProblem(encodings: readonly RTCRtpEncodingParameters[], operation: string, interfaceName: string): RangeError | null {
  for (const { scaleResolutionDownBy, maxFramerate } of encodings) {
    const fail = (detail: string) => new RangeError(`Failed to execute '${operation}' on '${interfaceName}': ${detail}`);
    if (scaleResolutionDownBy !== undefined && scaleResolutionDownBy < 1) return fail('scaleResolutionDownBy is less than 1.');
    if (maxFramerate !== undefined && maxFramerate < 0) return fail('maxFramerate is negative.');
  }
  return null;
}
