/** `mediant/mediastream`: MediaStream, its tracks and the devices they come from, made for Node's own realm. */
import type * as declared from 'mediant/mediastream';
import { processHost } from '../host/window/process-host';
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

const { devices } = processHost();

export const addMicrophone: typeof declared.addMicrophone = (options) => devices.addMicrophone(options);
export const setPermission: typeof declared.setPermission = (name, state) => devices.setPermission(name, state);
