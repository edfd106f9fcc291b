/**
 * Offline renders with the real engine. Binds the free name `host` when it is evaluated, so import it before anything else.
 */
import * as assert from 'uvu/assert';
import { createNodeHost } from '../../src/host/node/index';

(globalThis as Record<string, unknown>).host = createNodeHost();
const api = await import('../../src/generated/webaudio');

export const { AudioBuffer, OfflineAudioContext } = api;
export type Context = InstanceType<typeof OfflineAudioContext>;
export const sampleRate = 48000;

/** Renders what `build` connects to the destination; one array a channel. */
export async function render(channels: number, length: number, build: (context: Context) => void, rate = sampleRate): Promise<Float32Array[]> {
  const context = new OfflineAudioContext(channels, length, rate);
  build(context);
  const buffer = await context.startRendering();
  return Array.from({ length: channels }, (_, channel) => buffer.getChannelData(channel));
}

/** A source that plays the given samples, one array a channel, from the first frame on. */
export function play(context: Context, channels: ArrayLike<number>[]): any {
  const buffer = context.createBuffer(channels.length, channels[0]!.length, context.sampleRate);
  channels.forEach((samples, index) => buffer.copyToChannel(Float32Array.from(samples), index));
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.start();
  return source;
}

/** Compares every frame with a closed form; the error is absolute. */
export function assertSamples(actual: Float32Array, expected: (frame: number) => number, tolerance: number): void {
  let worst = -1;
  let worstFrame = 0;
  for (let frame = 0; frame < actual.length; ++frame) {
    const error = Math.abs(actual[frame]! - expected(frame));
    if (!(error <= worst)) [worst, worstFrame] = [error, frame];
  }
  const message = `frame ${worstFrame} is ${actual[worstFrame]}, expected ${expected(worstFrame)} within ${tolerance}`;
  assert.ok(worst <= tolerance, message);
}

/** Reproducible noise in [-1, 1). */
export function noise(length: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
