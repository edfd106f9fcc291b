import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { defineHidden, defineAttribute, defineOperations } from './define';
import type { Scope } from './scope';

/** Interfaces that a window takes from Node as they are: their objects belong to Node's realm. */
const hostClasses = [
  'ByteLengthQueuingStrategy', 'CompressionStream', 'CountQueuingStrategy', 'CryptoKey', 'DecompressionStream', 'PerformanceObserver',
  'ReadableByteStreamController', 'ReadableStream', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest',
  'ReadableStreamDefaultController', 'ReadableStreamDefaultReader', 'SubtleCrypto', 'TextDecoderStream', 'TextEncoderStream',
  'TransformStream', 'TransformStreamDefaultController', 'WritableStream', 'WritableStreamDefaultController', 'WritableStreamDefaultWriter',
];

export function installHostClasses({ global }: Scope, isSecureContext: boolean): void {
  for (const name of hostClasses) {
    if (!(name in global) && name in globalThis) {
      defineHidden(global, { [name]: (globalThis as any)[name] });
    }
  }
  if (isSecureContext) {
    defineAttribute(Object.getPrototypeOf(global.crypto), 'subtle', () => crypto.subtle);
  }
}

/** `gc()`, as engines offer it to tests. */
export function installGarbageCollection({ global }: Scope): void {
  setFlagsFromString('--expose-gc');
  // A thread started after the flag was set has it already.
  if (!('gc' in global)) {
    defineOperations(global, { gc: runInNewContext('gc') });
  }
}

/** ArrayBuffer.prototype.transfer and transferToFixedLength, which engines before V8 11.4 (Node 20) lack. */
export function installBufferTransfer({ global, adoptBuffer }: Scope): void {
  const { prototype } = global.ArrayBuffer;
  if ('transfer' in prototype) return;
  const transfer = function (this: ArrayBuffer, newLength: number = this.byteLength): ArrayBuffer {
    const moved = adoptBuffer(structuredClone(this, { transfer: [this] }));
    if (newLength === moved.byteLength) return moved;
    const resized = new global.Uint8Array(newLength);
    resized.set(new global.Uint8Array(moved, 0, Math.min(newLength, moved.byteLength)));
    return resized.buffer;
  };
  defineHidden(prototype, { transfer, transferToFixedLength: transfer });
}
