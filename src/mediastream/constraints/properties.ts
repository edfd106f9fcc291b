import type { MediaTrackConstraintSet, MediaTrackSupportedConstraints } from '../../generated/mediastream-types';

/** Constrainable properties: https://w3c.github.io/mediacapture-main/#constrainable-properties and mediacapture-extensions. */
export type PropertyName = keyof MediaTrackConstraintSet & keyof MediaTrackSupportedConstraints;

type Kind = 'audio' | 'video';

/** The properties that are supported, with the kinds of track that they are defined for. */
const supported: Readonly<Partial<Record<PropertyName, readonly Kind[]>>> = {
  width: ['video'],
  height: ['video'],
  aspectRatio: ['video'],
  frameRate: ['video'],
  facingMode: ['video'],
  resizeMode: ['video'],
  sampleRate: ['audio'],
  sampleSize: ['audio'],
  echoCancellation: ['audio'],
  autoGainControl: ['audio'],
  noiseSuppression: ['audio'],
  latency: ['audio'],
  channelCount: ['audio'],
  deviceId: ['audio', 'video'],
  groupId: ['audio', 'video'],
  backgroundBlur: ['video'],
  voiceIsolation: ['audio'],
  faceFraming: ['video'],
  eyeGazeCorrection: ['video'],
  backgroundSegmentationMask: ['video'],
  displaySurface: ['video'],
};

export const supportedNames = Object.keys(supported) as PropertyName[];

export function isDefinedFor(kind: Kind, name: PropertyName): boolean {
  return supported[name]?.includes(kind) ?? false;
}

/** https://w3c.github.io/mediacapture-main/#dfn-allowed-required-constraints-for-device-selection */
const allowedForSelection: readonly PropertyName[] = [
  'width', 'height', 'aspectRatio', 'frameRate', 'facingMode', 'resizeMode', 'sampleRate', 'sampleSize', 'echoCancellation',
  'autoGainControl', 'noiseSuppression', 'latency', 'channelCount', 'deviceId', 'groupId',
];

export function isAllowedForSelection(name: PropertyName): boolean {
  return allowedForSelection.includes(name);
}
