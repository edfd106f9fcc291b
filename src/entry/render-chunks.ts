import type { AudioBuffer, OfflineAudioContext, RenderChunksOptions } from 'mediant/webaudio';

/** Renders in pieces of bounded size; types/webaudio.d.ts says how. It takes the OfflineAudioContext of any realm. */
export async function* renderChunks(
  context: OfflineAudioContext,
  { chunkFrames = context?.sampleRate }: RenderChunksOptions = {},
): AsyncGenerator<AudioBuffer, void, undefined> {
  if (typeof context?.startRendering !== 'function') throw new TypeError('renderChunks() takes an OfflineAudioContext.');
  const isClosed = (): boolean => context.state === 'closed';
  const wasClosed = isClosed();
  try {
    do {
      let chunk: AudioBuffer;
      try {
        chunk = await context.startRendering(chunkFrames);
      } catch (error) {
        // close() shows its effect in a task.
        await new Promise((resolve) => setImmediate(resolve));
        if (isClosed() && !wasClosed) return;
        throw error;
      }
      yield chunk;
    } while (!isClosed());
  } finally {
    // The loop was left before the end. Only script can have closed the context in the meantime.
    if (!isClosed()) await context.close().catch(() => {});
  }
}
