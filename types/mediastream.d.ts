/** `mediant/mediastream`: tracks, streams and devices. */
import type { MediaDevices } from './generated/mediastream.js';

export * from './generated/mediastream.js';

/** What is `navigator.mediaDevices` where the global has been equipped. */
export const mediaDevices: MediaDevices;
