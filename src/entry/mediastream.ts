/** `mediant/mediastream`: MediaStream, its tracks and the devices they come from, made for Node's own realm. */
import type * as declared from 'mediant/mediastream';
import { coreOf, interfaces } from './instance';

export const {
  DeviceChangeEvent,
  InputDeviceInfo,
  MediaDeviceInfo,
  MediaDevices,
  MediaStream,
  MediaStreamTrack,
  MediaStreamTrackAudioStats,
  MediaStreamTrackEvent,
  MediaStreamTrackVideoStats,
  OverconstrainedError,
} = interfaces as unknown as typeof declared;

export const mediaDevices = coreOf(globalThis).navigator.mediaDevices as declared.MediaDevices;
