import type { CodecContext } from 'node-av/lib';

/**
 * Sets options of a codec by FFmpeg's names. One that this build does not know is left out: what matters shows when the codec is
 * opened. (A dictionary given to `open2Sync` is freed twice by node-av 6.1.)
 */
export function setOptions(context: CodecContext, options: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(options)) context.setOption(name, value);
}
