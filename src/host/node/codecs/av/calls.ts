/**
 * Calls of FFmpeg that take long. On the main thread they run in libuv's pool. In a Worker they run on its own thread, one a turn of its
 * event loop: node-av 6.1 aborts the whole process when a Worker is terminated while a call of its is in the pool, and only rarely when
 * it is on the Worker's thread (docs/codecs.md). FFmpeg's own threads share the work in both cases.
 */
import { setImmediate } from 'node:timers';
import { isMainThread } from 'node:worker_threads';
import type { CodecContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib';

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/** AsyncCodec frees nothing while a step is under way, so that a turn may pass before the call. */
async function onThisThread<T>(call: () => T): Promise<T> {
  await turn();
  return call();
}

export const sendPacket = (context: CodecContext, packet: Packet | null): Promise<number> =>
  isMainThread ? context.sendPacket(packet) : onThisThread(() => context.sendPacketSync(packet));

/** Outputs are ready after the input was put in: no turn is waited for. `isAtOnce`: they are so without any work, which then needs no other thread. */
export const receiveFrame = async (context: CodecContext, frame: Frame, isAtOnce: boolean): Promise<number> =>
  (isMainThread && !isAtOnce ? context.receiveFrame(frame) : context.receiveFrameSync(frame));

export const sendFrame = (context: CodecContext, frame: Frame | null): Promise<number> =>
  isMainThread ? context.sendFrame(frame) : onThisThread(() => context.sendFrameSync(frame));

export const receivePacket = async (context: CodecContext, packet: Packet): Promise<number> =>
  (isMainThread ? context.receivePacket(packet) : context.receivePacketSync(packet));

export const scaleFrame = async (scaler: SoftwareScaleContext, target: Frame, source: Frame): Promise<number> =>
  (isMainThread ? scaler.scaleFrame(target, source) : scaler.scaleFrameSync(target, source));
