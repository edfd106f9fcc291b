import type { ImageSource } from '../Host';

/** Elements that show images, but have none that could be read here. */
const elements = ['HTMLImageElement', 'HTMLVideoElement', 'SVGImageElement'];

const nothing: ImageSource = { state: 'bad', width: 0, height: 0, isOriginClean: true, hasAlpha: false, colorSpace: 'srgb', read: () => new Uint8Array(0) };

/** DOM libraries do not decode images: unless an element says for itself what it shows (`Symbol.for('mediant.image')`), it is one without any. */
export function readElement(object: object, window: object): ImageSource | undefined {
  if (Symbol.for('mediant.image') in object) return undefined;
  return elements.some((name) => isInstance(object, (window as Record<string, unknown>)[name])) ? nothing : undefined;
}

function isInstance(object: object, Class: unknown): boolean {
  return typeof Class === 'function' && object instanceof Class;
}
