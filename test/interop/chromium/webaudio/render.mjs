/** Renders scenes. Runs in a page, with the browser's interfaces, and in Node, with ours. */
import automation from './automation.mjs';
import effects from './effects.mjs';
import filters from './filters.mjs';
import mixing from './mixing.mjs';
import sources from './sources.mjs';
import space from './space.mjs';

/**
 * A scene: its name, a function that connects nodes to the destination, how much to render, and, where the renderings differ, how
 * far and why. `build` may record arrays of its own, which are compared after the channels.
 */
export const scenes = [...sources, ...automation, ...mixing, ...filters, ...effects, ...space];

export async function render({ build, channels = 1, frames = 24000, sampleRate = 48000 }) {
  const context = new OfflineAudioContext(channels, frames, sampleRate);
  const recorded = [];
  await build(context, (...arrays) => recorded.push(...arrays));
  const buffer = await context.startRendering();
  return [...Array.from({ length: channels }, (_, channel) => buffer.getChannelData(channel)), ...recorded];
}
