import type { MediaStreamTrackAudioSourceOptions } from '../generated/webaudio-types';
import type { AudioContext } from './AudioContext';
import { constructing } from './exceptions';
import { TrackSourceNode } from './TrackSourceNode';

/** https://webaudio.github.io/web-audio-api/#MediaStreamTrackAudioSourceNode */
export class MediaStreamTrackAudioSourceNode extends TrackSourceNode {
  constructor(context: AudioContext, { mediaStreamTrack }: MediaStreamTrackAudioSourceOptions) {
    // Step 1
    if (mediaStreamTrack.kind !== 'audio') {
      throw new DOMException(constructing('MediaStreamTrackAudioSourceNode', 'the track is not of kind "audio".'), 'InvalidStateError');
    }
    // Step 2
    super(context, 'MediaStreamTrackAudioSourceNode', mediaStreamTrack);
  }
}
