/** AllowSharedBufferSource and transfer lists, as the constructors of WebCodecs take them. */
import { isArrayBuffer, isView } from '../webidl/buffers';

export type BufferSource = ArrayBufferLike | ArrayBufferView<ArrayBufferLike>;

/** The bytes of a buffer source, not copied; none where it is detached. */
export function bytesOf(source: BufferSource): Uint8Array {
  if (isView(source) && source.byteLength > 0) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (isDetached(source)) return new Uint8Array(0);
  return isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
}

/** https://webidl.spec.whatwg.org/#buffersource-detached */
export function isDetached(source: BufferSource): boolean {
  const buffer = isView(source) ? source.buffer : source;
  // A view of a detached buffer can't be made; one of a buffer that merely has no bytes can.
  if (buffer.byteLength > 0 || !isArrayBuffer(buffer)) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Throws for a list with a buffer twice or one that is detached; the first steps of constructors with `transfer`. */
export function checkTransferList(transfer: readonly ArrayBuffer[], message: (detail: string) => string): void {
  if (transfer.length === 0) return;
  if (new Set(transfer).size < transfer.length) throw new DOMException(message('an ArrayBuffer is in the transfer list twice.'), 'DataCloneError');
  if (transfer.some(isDetached)) throw new DOMException(message('an ArrayBuffer in the transfer list is detached.'), 'DataCloneError');
}

/** Detaches what is to be transferred and returns the bytes of `data`: moved when its buffer is among that, else copied. */
export function takeBytes(data: BufferSource, transfer: readonly ArrayBuffer[]): Uint8Array {
  const view = bytesOf(data);
  if (transfer.length === 0) return new Uint8Array(view);
  const moved = new Map<ArrayBufferLike, ArrayBuffer>();
  const copy = transfer.includes(view.buffer as ArrayBuffer) ? null : new Uint8Array(view);
  const { byteOffset, byteLength, buffer } = view;
  for (const item of transfer) moved.set(item, host.transferArrayBuffer(item));
  return copy ?? new Uint8Array(moved.get(buffer)!, byteOffset, byteLength);
}
