/** `mediant/webaudio`: the Web Audio API. */
import type { AudioBuffer, OfflineAudioContext } from './generated/webaudio.js';

export * from './generated/webaudio.js';

export interface RenderChunksOptions {
  /** Frames of each chunk, rounded up to a multiple of the render quantum size; the last chunk is what remains. Default: one second. */
  chunkFrames?: number;
}

/**
 * Renders an OfflineAudioContext chunk by chunk, so that a long render, or one of undefined length (`length: null`), takes the memory of
 * one chunk. A chunk is rendered when it is asked for, from the graph as it is then; all chunks together are what one `startRendering()`
 * would have given. The iteration ends after the context's length, or when the context is closed; leaving the loop closes the context.
 * `ReadableStream.from(renderChunks(context))` makes a stream of it.
 */
export function renderChunks(context: OfflineAudioContext, options?: RenderChunksOptions): AsyncGenerator<AudioBuffer, void, undefined>;
