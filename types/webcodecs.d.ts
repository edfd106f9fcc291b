/** `mediant/webcodecs`: WebCodecs over FFmpeg or any other codecs. */
import type { CodecBackend } from './generated/CodecBackend.js';

export * from './generated/webcodecs.js';
export type * from './generated/CodecBackend.js';

/**
 * Adds a codec backend before those that are there, for all realms of this thread that have the process's Host. It is asked for every
 * configuration first. Returns a function that takes it out again; codecs that it has opened go on.
 */
export function registerCodecBackend(backend: CodecBackend): () => void;
