/** `mediant/mediacapabilities`: what can be decoded and encoded here, by trying. */
import type { MediaCapabilities } from './generated/mediacapabilities.js';

export * from './generated/mediacapabilities.js';

/** `navigator.mediaCapabilities` of Node's own realm. */
export const mediaCapabilities: MediaCapabilities;
