/** Numbers that STUN, ICE and TURN put on the wire. */

export const magicCookie = 0x2112a442;
export const headerBytes = 20;
export const transactionIdBytes = 12;

/** https://www.rfc-editor.org/rfc/rfc8489#section-5 */
export const MessageClass = { request: 0, indication: 1, success: 2, error: 3 } as const;
export type MessageClass = (typeof MessageClass)[keyof typeof MessageClass];

/** https://www.rfc-editor.org/rfc/rfc8489#section-18.2, https://www.rfc-editor.org/rfc/rfc8656#section-17 */
export const Method = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;
export type Method = (typeof Method)[keyof typeof Method];

/**
 * https://www.rfc-editor.org/rfc/rfc8489#section-18.3, https://www.rfc-editor.org/rfc/rfc8656#section-18,
 * https://www.rfc-editor.org/rfc/rfc8445#section-16.1
 */
export const Attribute = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  requestedTransport: 0x0019,
  dontFragment: 0x001a,
  messageIntegritySha256: 0x001c,
  passwordAlgorithm: 0x001d,
  userhash: 0x001e,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  additionalAddressFamily: 0x8000,
  addressErrorCode: 0x8001,
  passwordAlgorithms: 0x8002,
  alternateDomain: 0x8003,
  software: 0x8022,
  alternateServer: 0x8023,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
  iceControlling: 0x802a,
  /** Not registered: what data to the sender begins with, see transport/data-tags.ts. */
  dataTag: 0xfd4d,
} as const;

/** Attributes below are comprehension-required: a message with one that is not understood is not processed. */
export const comprehensionOptional = 0x8000;

/** https://www.rfc-editor.org/rfc/rfc8489#section-18.4, https://www.rfc-editor.org/rfc/rfc8656#section-19 */
export const ErrorCode = {
  tryAlternate: 300,
  badRequest: 400,
  unauthenticated: 401,
  forbidden: 403,
  unknownAttribute: 420,
  allocationMismatch: 437,
  staleNonce: 438,
  addressFamilyNotSupported: 440,
  wrongCredentials: 441,
  unsupportedTransportProtocol: 442,
  peerAddressFamilyMismatch: 443,
  allocationQuotaReached: 486,
  roleConflict: 487,
  serverError: 500,
  insufficientCapacity: 508,
} as const;

/** https://www.rfc-editor.org/rfc/rfc8489#section-18.5 */
export const PasswordAlgorithm = { md5: 1, sha256: 2 } as const;

/** No STUN code: what RTCPeerConnectionIceErrorEvent has for a server that cannot be reached. https://www.w3.org/TR/webrtc/#dom-rtcpeerconnectioniceerrorevent-errorcode */
export const serverUnreachable = 701;
