/**
 * Buffer source types (https://webidl.spec.whatwg.org/#js-buffer-source-types). Objects of any realm are taken, so they are
 * told apart by their internal slots. A detached buffer is a valid value: the specification of the member decides.
 */
import { notOfType, typeError } from './errors';

type Getter = (this: unknown) => any;

function getter(prototype: object, name: PropertyKey): Getter | undefined {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get;
}

const bufferLength = getter(ArrayBuffer.prototype, 'byteLength')!;
const bufferResizable = getter(ArrayBuffer.prototype, 'resizable');
const hasShared = typeof SharedArrayBuffer === 'function';
const sharedLength = hasShared ? getter(SharedArrayBuffer.prototype, 'byteLength') : undefined;
const sharedGrowable = hasShared ? getter(SharedArrayBuffer.prototype, 'growable') : undefined;
const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
/** %TypedArray%.prototype[@@toStringTag]: the name of the typed array's type, undefined for other objects. */
const viewName = getter(typedArrayPrototype, Symbol.toStringTag)!;
const bufferOfTypedArray = getter(typedArrayPrototype, 'buffer')!;
const bufferOfDataView = getter(DataView.prototype, 'buffer')!;

function succeeds(get: Getter | undefined, value: unknown): boolean {
  if (get === undefined) return false;
  try {
    get.call(value);
    return true;
  } catch {
    return false;
  }
}

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  // A view is told cheaply; only other objects are worth the try.
  return typeof value === 'object' && value !== null && !isView(value) && succeeds(bufferLength, value);
}

export function isSharedArrayBuffer(value: unknown): value is SharedArrayBuffer {
  return typeof value === 'object' && value !== null && !isView(value) && succeeds(sharedLength, value);
}

export const isView: (value: unknown) => value is ArrayBufferView = ArrayBuffer.isView as never;

/** `Float32Array`, `DataView`, …; undefined for what is no view. */
export function nameOfView(value: unknown): string | undefined {
  return isView(value) ? (viewName.call(value) ?? 'DataView') : undefined;
}

function checkShared(view: ArrayBufferView, allowShared: boolean, allowResizable: boolean, context: string, detail: string): void {
  const buffer: unknown = (viewName.call(view) === undefined ? bufferOfDataView : bufferOfTypedArray).call(view);
  // What is no ArrayBuffer is shared; asked this way round, the usual case throws nothing inside.
  if (!succeeds(bufferLength, buffer)) {
    if (!allowShared) throw typeError(context, detail, 'is a view on a SharedArrayBuffer, which is not allowed');
    if (!allowResizable && sharedGrowable?.call(buffer)) {
      throw typeError(context, detail, 'is a view on a growable SharedArrayBuffer, which is not allowed');
    }
  } else if (!allowResizable && bufferResizable?.call(buffer)) {
    throw typeError(context, detail, 'is a view on a resizable ArrayBuffer, which is not allowed');
  }
}

export function checkView<T extends ArrayBufferView>(
  value: unknown,
  name: string,
  allowShared: boolean,
  allowResizable: boolean,
  context: string,
  detail: string,
): T {
  if (nameOfView(value) !== name) throw notOfType(context, detail, name);
  checkShared(value as T, allowShared, allowResizable, context, detail);
  return value as T;
}

export function checkArrayBufferView<T extends ArrayBufferView>(
  value: unknown,
  allowShared: boolean,
  allowResizable: boolean,
  context: string,
  detail: string,
): T {
  if (!isView(value)) throw notOfType(context, detail, 'ArrayBufferView');
  checkShared(value, allowShared, allowResizable, context, detail);
  return value as T;
}

export function checkArrayBuffer(value: unknown, allowResizable: boolean, context: string, detail: string): ArrayBuffer {
  if (!isArrayBuffer(value)) throw notOfType(context, detail, 'ArrayBuffer');
  if (!allowResizable && bufferResizable?.call(value)) {
    throw typeError(context, detail, 'is a resizable ArrayBuffer, which is not allowed');
  }
  return value;
}

export function checkSharedArrayBuffer(
  value: unknown,
  allowResizable: boolean,
  context: string,
  detail: string,
): SharedArrayBuffer {
  if (!isSharedArrayBuffer(value)) throw notOfType(context, detail, 'SharedArrayBuffer');
  if (!allowResizable && sharedGrowable?.call(value)) {
    throw typeError(context, detail, 'is a growable SharedArrayBuffer, which is not allowed');
  }
  return value;
}
