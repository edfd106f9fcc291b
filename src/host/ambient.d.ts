/** Bound by the bundle's wrapper; see rollup.config.js. */
declare const ErrorEvent: unknown;
declare const host: import('./Host').Host;
/** Not every realm has one. */
declare const DOMRectReadOnly: (new (x?: number, y?: number, width?: number, height?: number) => DOMRectReadOnly) | undefined;
interface DOMRectReadOnly {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
  toJSON(): any;
}
