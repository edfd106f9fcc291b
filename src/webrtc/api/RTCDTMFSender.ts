import { EventTargetObject } from '../../webidl/platform-object';

/** https://w3c.github.io/webrtc-pc/#rtcdtmfsender. Nothing sends tones yet: `canInsertDTMF` says so. */
export class RTCDTMFSender extends EventTargetObject {
  readonly canInsertDTMF = false;
  readonly toneBuffer = '';

  /** https://w3c.github.io/webrtc-pc/#dom-rtcdtmfsender-insertdtmf */
  insertDTMF(_tones: string, _duration: number, _interToneGap: number): void {
    // Step 3
    throw new DOMException("Failed to execute 'insertDTMF' on 'RTCDTMFSender': canInsertDTMF is false.", 'InvalidStateError');
  }
}
