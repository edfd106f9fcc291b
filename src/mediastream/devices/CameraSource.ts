import type { MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings } from '../../generated/mediastream-types';
import { isHostError } from '../../host/Host';
import type { VideoInput, VideoInputDevice } from '../../host/Host';
import { possibleVideoSettings, withAlternatives } from '../constraints/videoSettings';
import type { MediaStreamTrack } from '../MediaStreamTrack';
import { MediaStreamTrackVideoStats } from '../MediaStreamTrackVideoStats';
import { VideoSource } from '../VideoSource';
import { effects, switches } from './effects';

interface OpenInput extends VideoInput {
  /** The settings it was opened with. */
  readonly settings: MediaTrackSettings;
}

/** A camera, or a display that is captured. The host scales and decimates, so each track that is read has an input of its own. */
export class CameraSource extends VideoSource {
  override readonly label: string;
  readonly #device: VideoInputDevice;
  readonly #groupId: string | null;
  readonly #displaySurface: string | null;
  readonly #stopped: (source: CameraSource) => void;
  readonly #inputs = new Map<MediaStreamTrack, OpenInput>();

  /** A display has a `displaySurface` and belongs to no group. */
  constructor(device: VideoInputDevice, groupId: string | null, displaySurface: string | null, stopped: (source: CameraSource) => void) {
    super();
    this.label = device.label;
    this.#device = device;
    this.#groupId = groupId;
    this.#displaySurface = displaySurface;
    this.#stopped = stopped;
  }

  get deviceId(): string {
    return this.#device.deviceId;
  }

  get isDisplay(): boolean {
    return this.#displaySurface !== null;
  }

  override get capabilities(): MediaTrackCapabilities {
    return cameraCapabilities(this.#device, this.#groupId, this.#displaySurface);
  }

  override possibleSettings(constraints: MediaTrackConstraints): MediaTrackSettings[] {
    const { deviceId, facingMode, modes, hasEffects } = this.#device;
    const inherent = {
      deviceId,
      ...(this.#groupId === null ? {} : { groupId: this.#groupId }),
      ...(facingMode === null ? {} : { facingMode }),
      ...(this.#displaySurface === null ? {} : { displaySurface: this.#displaySurface }),
    };
    const settings = possibleVideoSettings(modes, constraints).map((each) => ({ ...inherent, ...each }));
    return this.#displaySurface === null ? withAlternatives(settings, switches(effects.video, hasEffects), constraints) : settings;
  }

  override createStats(track: MediaStreamTrack): MediaStreamTrackVideoStats {
    return new MediaStreamTrackVideoStats(track, Math.max(...this.#device.modes.map(({ frameRate }) => frameRate)));
  }

  protected override _serve(tracks: readonly MediaStreamTrack[]): void {
    for (const [track, input] of this.#inputs) {
      if (tracks.includes(track) && input.settings === track.getSettings()) continue;
      input.close();
      this.#inputs.delete(track);
    }
    for (const track of tracks) if (!this.#inputs.has(track)) this.#open(track);
  }

  #open(track: MediaStreamTrack): void {
    const settings = track.getSettings();
    const { width, height, frameRate } = settings as { width: number; height: number; frameRate: number };
    const input = host.devices!.openCamera(this.deviceId, { width, height, frameRate }, (frame) => track._deliver(frame), { ended: () => this.end() });
    if (isHostError(input)) this.end();
    else this.#inputs.set(track, { settings, close: () => input.close() });
  }

  protected override _stopped(): void {
    this.#stopped(this);
  }
}

export function cameraCapabilities(device: VideoInputDevice, groupId: string | null, displaySurface: string | null): MediaTrackCapabilities {
  const { deviceId, facingMode, modes, hasEffects } = device;
  const most = (member: 'width' | 'height' | 'frameRate'): number => Math.max(...modes.map((mode) => mode[member]));
  return {
    deviceId,
    ...(groupId === null ? {} : { groupId }),
    width: { min: 1, max: most('width') },
    height: { min: 1, max: most('height') },
    aspectRatio: { min: 1 / most('height'), max: most('width') },
    frameRate: { min: 0, max: most('frameRate') },
    resizeMode: ['none', 'crop-and-scale'],
    ...(displaySurface === null ? { facingMode: facingMode === null ? [] : [facingMode] } : { displaySurface }),
    ...(displaySurface === null ? switches(effects.video, hasEffects) : {}),
  };
}
