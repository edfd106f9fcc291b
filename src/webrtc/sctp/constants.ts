/** The numbers of the protocol, by the names of the documents that assign them. */

/** https://www.rfc-editor.org/rfc/rfc9260#section-3.2 */
export const chunkType = {
  data: 0,
  init: 1,
  initAck: 2,
  sack: 3,
  heartbeat: 4,
  heartbeatAck: 5,
  abort: 6,
  shutdown: 7,
  shutdownAck: 8,
  error: 9,
  cookieEcho: 10,
  cookieAck: 11,
  shutdownComplete: 14,
  /** https://www.rfc-editor.org/rfc/rfc8260#section-2.1 */
  iData: 64,
  /** https://www.rfc-editor.org/rfc/rfc6525#section-3.1 */
  reConfig: 130,
  /** https://www.rfc-editor.org/rfc/rfc4820#section-3 */
  pad: 132,
  /** https://www.rfc-editor.org/rfc/rfc3758#section-3.2 */
  forwardTsn: 192,
  /** https://www.rfc-editor.org/rfc/rfc8260#section-2.3.1 */
  iForwardTsn: 194,
} as const;

/** Flags of DATA and I-DATA, https://www.rfc-editor.org/rfc/rfc9260#section-3.3.1 */
export const dataFlag = { end: 1, beginning: 2, unordered: 4, immediate: 8 } as const;

/** The T bit of ABORT and SHUTDOWN COMPLETE: the verification tag is the receiver's own, reflected. */
export const reflectedTag = 1;

export const commonHeaderBytes = 12;
export const chunkHeaderBytes = 4;
export const dataHeaderBytes = 16;
export const iDataHeaderBytes = 20;

export const parameterType = {
  heartbeatInfo: 1,
  stateCookie: 7,
  unrecognizedParameter: 8,
  cookiePreservative: 9,
  hostNameAddress: 11,
  supportedAddressTypes: 12,
  /** https://www.rfc-editor.org/rfc/rfc6525#section-4 */
  outgoingSsnResetRequest: 13,
  incomingSsnResetRequest: 14,
  ssnTsnResetRequest: 15,
  reConfigurationResponse: 16,
  addOutgoingStreamsRequest: 17,
  addIncomingStreamsRequest: 18,
  /** https://www.rfc-editor.org/rfc/rfc9653#section-4 */
  zeroChecksumAcceptable: 0x8001,
  /** https://www.rfc-editor.org/rfc/rfc5061#section-4.2.7 */
  supportedExtensions: 0x8008,
  /** https://www.rfc-editor.org/rfc/rfc3758#section-3.1 */
  forwardTsnSupported: 0xc000,
} as const;

/** Error detection method identifier of DTLS, https://www.rfc-editor.org/rfc/rfc9653#section-6 */
export const errorDetectionByDtls = 1;

/** https://www.rfc-editor.org/rfc/rfc9260#section-3.3.10 */
export const errorCause = {
  invalidStreamIdentifier: 1,
  missingMandatoryParameter: 2,
  staleCookie: 3,
  outOfResource: 4,
  unresolvableAddress: 5,
  unrecognizedChunkType: 6,
  invalidMandatoryParameter: 7,
  unrecognizedParameters: 8,
  noUserData: 9,
  cookieReceivedWhileShuttingDown: 10,
  userInitiatedAbort: 12,
  protocolViolation: 13,
} as const;

/** What happens to a chunk or a parameter of unknown type: the two highest bits of its type say it. */
export const unknownType = { report: 1, skip: 2 } as const;

/** https://www.rfc-editor.org/rfc/rfc6525#section-4.4 */
export const resetResult = {
  nothingToDo: 0,
  performed: 1,
  denied: 2,
  wrongSsn: 3,
  alreadyInProgress: 4,
  badSequenceNumber: 5,
  inProgress: 6,
} as const;
