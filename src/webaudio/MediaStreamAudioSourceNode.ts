import type { MediaStreamAudioSourceOptions } from '../generated/webaudio-types';
import type { MediaStream } from '../mediastream/MediaStream';
import type { AudioContext } from './AudioContext';
import { constructing } from './exceptions';
import { TrackSourceNode } from './TrackSourceNode';

/** https://webaudio.github.io/web-audio-api/#MediaStreamAudioSourceNode */
export class MediaStreamAudioSourceNode extends TrackSourceNode {
  readonly mediaStream: MediaStream;

  constructor(context: AudioContext, { mediaStream }: MediaStreamAudioSourceOptions) {
    // Steps 2 and 3: by their identifiers, as sequences of code units.
    const [track] = mediaStream.getAudioTracks().sort((a, b) => (a.id < b.id ? -1 : 1));
    // Step 1
    if (track === undefined) {
      throw new DOMException(constructing('MediaStreamAudioSourceNode', 'the stream has no audio track.'), 'InvalidStateError');
    }
    // Steps 4 and 5: later changes of the stream do not matter.
    super(context, 'MediaStreamAudioSourceNode', track);
    this.mediaStream = mediaStream;
  }
}
