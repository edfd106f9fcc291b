import type { RTCErrorDetailType, RTCErrorInit } from '../../generated/webrtc-types';
import { DOMExceptionObject } from '../../webidl/platform-object';

/** https://w3c.github.io/webrtc-pc/#dom-rtcerror */
export class RTCError extends DOMExceptionObject {
  readonly errorDetail: RTCErrorDetailType;
  readonly sdpLineNumber: number | null;
  readonly sctpCauseCode: number | null;
  readonly receivedAlert: number | null;
  readonly sentAlert: number | null;

  /** https://w3c.github.io/webrtc-pc/#dom-rtcerror-constructor */
  constructor({ errorDetail, sdpLineNumber = null, sctpCauseCode = null, receivedAlert = null, sentAlert = null }: Nullable<RTCErrorInit>, message = '') {
    super(message, 'OperationError');
    this.errorDetail = errorDetail!;
    this.sdpLineNumber = sdpLineNumber;
    this.sctpCauseCode = sctpCauseCode;
    this.receivedAlert = receivedAlert;
    this.sentAlert = sentAlert;
  }
}

type Nullable<T> = { [Name in keyof T]: T[Name] | null };
