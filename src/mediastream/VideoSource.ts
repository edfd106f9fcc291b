import type { VideoFrameData } from '../host/Host';
import { Source } from './Source';
import type { TrackSink } from './TrackSinks';

/** Reads the frames of a video track: an encoder, an element. */
export interface VideoSink extends TrackSink {
  frame(frame: VideoFrameData): void;
}

/** Produces frames, on the control thread, while somebody reads a track. */
export abstract class VideoSource extends Source {
  readonly kind = 'video';
}
