import { chunkHeaderBytes, chunkType, errorCause, errorDetectionByDtls, parameterType, unknownType } from './constants';
import { asciiBytes, encodeChunk, encodeParameter, joined, words16, words32 } from './control-chunks';

const fixedBytes = 20;
const parameterHeaderBytes = 4;
/** What we report of parameters we don't know is limited. */
const mostUnrecognized = 8;

/** What an INIT or INIT ACK says, https://www.rfc-editor.org/rfc/rfc9260#section-3.3.2 */
export interface InitParameters {
  readonly initiateTag: number;
  /** a_rwnd */
  readonly window: number;
  readonly outboundStreams: number;
  readonly inboundStreams: number;
  readonly initialTsn: number;
  readonly partialReliability: boolean;
  readonly streamReset: boolean;
  readonly interleaving: boolean;
  /** Packets without checksum are welcome, DTLS protects them. */
  readonly zeroChecksumAcceptable: boolean;
  /** PAD chunks (RFC 4820), with which probes of the path's MTU are filled, are among the extensions. */
  readonly padding: boolean;
}

export interface ParsedInit extends InitParameters {
  /** The State Cookie of an INIT ACK. */
  readonly cookie: Uint8Array | undefined;
  /** Parameters that we don't know and that are to be reported, whole. */
  readonly unrecognized: readonly Uint8Array[];
}

/** An INIT that ends the matter: the cause of an ABORT, or none where it is to be ignored. */
export interface RefusedInit {
  readonly causeCode: number;
  readonly information: Uint8Array;
}

type Mutable = { -readonly [name in keyof InitParameters]: InitParameters[name] } & { cookie?: Uint8Array; forwardTsnListed?: boolean; iForwardTsnListed?: boolean; reConfigListed?: boolean; iDataListed?: boolean };

/** Reads a chunk of `length` bytes at `at`. */
export function parseInit(view: DataView, bytes: Uint8Array, at: number, length: number): ParsedInit | RefusedInit {
  if (length < fixedBytes) return refused(errorCause.protocolViolation, asciiBytes('a short INIT'));
  const init: Mutable = {
    initiateTag: view.getInt32(at + 4),
    window: view.getUint32(at + 8),
    outboundStreams: view.getUint16(at + 12),
    inboundStreams: view.getUint16(at + 14),
    initialTsn: view.getInt32(at + 16),
    partialReliability: false,
    streamReset: false,
    interleaving: false,
    zeroChecksumAcceptable: false,
    padding: false,
  };
  if (init.outboundStreams === 0 || init.inboundStreams === 0) return refused(errorCause.invalidMandatoryParameter, words32());
  const unrecognized: Uint8Array[] = [];
  const end = at + length;
  for (let parameter = at + fixedBytes; parameter + parameterHeaderBytes <= end;) {
    const type = view.getUint16(parameter);
    const parameterLength = view.getUint16(parameter + 2);
    if (parameterLength < parameterHeaderBytes || parameter + parameterLength > end) {
      return refused(errorCause.protocolViolation, asciiBytes('a parameter longer than its chunk'));
    }
    const whole = bytes.subarray(parameter, parameter + parameterLength);
    if (type === parameterType.hostNameAddress) return refused(errorCause.unresolvableAddress, whole.slice());
    const reader = readers[type];
    if (reader) {
      reader(init, view, bytes, parameter, parameterLength);
    } else {
      if (((type >> 14) & unknownType.report) !== 0 && unrecognized.length < mostUnrecognized) unrecognized.push(whole.slice());
      if (((type >> 14) & unknownType.skip) === 0) break;
    }
    parameter += (parameterLength + 3) & ~3;
  }
  return {
    initiateTag: init.initiateTag,
    window: init.window,
    outboundStreams: init.outboundStreams,
    inboundStreams: init.inboundStreams,
    initialTsn: init.initialTsn,
    partialReliability: init.partialReliability || init.forwardTsnListed === true,
    streamReset: init.reConfigListed === true,
    interleaving: init.iDataListed === true && init.iForwardTsnListed === true,
    zeroChecksumAcceptable: init.zeroChecksumAcceptable,
    padding: init.padding,
    cookie: init.cookie,
    unrecognized,
  };
}

const refused = (causeCode: number, information: Uint8Array): RefusedInit => ({ causeCode, information });

export const isRefused = (init: ParsedInit | RefusedInit): init is RefusedInit => 'causeCode' in init;

type Reader = (init: Mutable, view: DataView, bytes: Uint8Array, at: number, length: number) => void;

const ignored: Reader = () => {};

const readers: Record<number, Reader | undefined> = {
  5: ignored, // IPv4 and IPv6 addresses: the path is ICE's affair (https://www.rfc-editor.org/rfc/rfc8261#section-6.1).
  6: ignored,
  [parameterType.cookiePreservative]: ignored,
  [parameterType.supportedAddressTypes]: ignored,
  [parameterType.unrecognizedParameter]: ignored,
  [parameterType.stateCookie]: (init, view, bytes, at, length) => {
    init.cookie = bytes.slice(at + parameterHeaderBytes, at + length);
  },
  [parameterType.forwardTsnSupported]: (init) => {
    init.partialReliability = true;
  },
  [parameterType.supportedExtensions]: (init, view, bytes, at, length) => {
    const listed = bytes.subarray(at + parameterHeaderBytes, at + length);
    init.reConfigListed = listed.includes(chunkType.reConfig);
    init.iDataListed = listed.includes(chunkType.iData);
    init.forwardTsnListed = listed.includes(chunkType.forwardTsn);
    init.iForwardTsnListed = listed.includes(chunkType.iForwardTsn);
    init.padding = listed.includes(chunkType.pad);
  },
  [parameterType.zeroChecksumAcceptable]: (init, view, bytes, at, length) => {
    init.zeroChecksumAcceptable = length === 8 && view.getUint32(at + parameterHeaderBytes) === errorDetectionByDtls;
  },
};

/** An INIT, or with a cookie an INIT ACK. */
export function encodeInit(init: InitParameters, cookie?: Uint8Array, unrecognized: readonly Uint8Array[] = []): Uint8Array {
  const extensions: number[] = [chunkType.reConfig, chunkType.forwardTsn];
  if (init.interleaving) extensions.push(chunkType.iData, chunkType.iForwardTsn);
  if (init.padding) extensions.push(chunkType.pad);
  const parameters = [
    encodeParameter(parameterType.forwardTsnSupported, new Uint8Array(0)),
    encodeParameter(parameterType.supportedExtensions, Uint8Array.from(extensions)),
  ];
  if (init.zeroChecksumAcceptable) parameters.push(encodeParameter(parameterType.zeroChecksumAcceptable, words32(errorDetectionByDtls)));
  if (cookie) parameters.unshift(encodeParameter(parameterType.stateCookie, cookie));
  for (const parameter of unrecognized) parameters.push(encodeParameter(parameterType.unrecognizedParameter, parameter));
  const body = joined(
    words32(init.initiateTag, init.window),
    words16(init.outboundStreams, init.inboundStreams),
    words32(init.initialTsn),
    ...parameters,
  );
  return encodeChunk(cookie ? chunkType.initAck : chunkType.init, 0, body);
}

/** Where the parameters of an ABORT or ERROR begin. */
export const causesAt = (at: number): number => at + chunkHeaderBytes;
