/** What a device may do to its signal, with the value that is in force unless something else is asked for. */
export const effects = {
  audio: { echoCancellation: true, autoGainControl: true, noiseSuppression: true, voiceIsolation: false },
  video: { backgroundBlur: false, faceFraming: false, eyeGazeCorrection: false, backgroundSegmentationMask: false },
} as const;

/** The values each can have, the default first; a device without effects has them off. */
export function switches<Name extends string>(defaults: Readonly<Record<Name, boolean>>, hasEffects: boolean): Record<Name, boolean[]> {
  const entries = Object.entries<boolean>(defaults).map(([name, value]) => [name, hasEffects ? [value, !value] : [false]]);
  return Object.fromEntries(entries) as Record<Name, boolean[]>;
}
