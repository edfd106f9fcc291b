/** What `mediant(realm, host)` returns to whoever embeds it. */
export interface Core {
  readonly interfaces: readonly ExposedInterface[];
  /** Has the members that specifications add to the global's `navigator`, for programs that leave the global alone. */
  readonly navigator: any;
  /**
   * Defines the interface objects on a global object (https://webidl.spec.whatwg.org/#define-the-global-property-references), and
   * what specifications add to objects it has (`navigator.mediaDevices`). Returns the names of the interfaces it defined.
   */
  install(global: object, options?: InstallOptions): string[];
  /** What drawing a VideoFrame of this realm draws, for canvases; null for every other object and for closed frames. */
  drawableOf(value: object): Drawable | null;
  /** What structured cloning carries to other realms, for embedders whose cloning can be taught. */
  readonly cloneables: readonly CloneableType[];
}

/** A picture, upright and cropped to what is visible. */
export interface Drawable {
  /** Pixels, to be scaled to the display size. */
  readonly width: number;
  readonly height: number;
  readonly displayWidth: number;
  readonly displayHeight: number;
  /** RGBA, not premultiplied, rows without padding, converted to that colour space. */
  read(colorSpace?: 'srgb' | 'display-p3'): Uint8Array;
}

/** A platform object that is [Serializable] or [Transferable]. https://html.spec.whatwg.org/multipage/structured-data.html */
export interface CloneableType {
  /** The interface; `create` of the type of that name in another realm takes what this one gives. */
  readonly name: string;
  /** Whether a value is one of this realm. */
  is(value: object): boolean;
  /** Its *serialization steps*: plain data. Absent where it can't be copied. Throws a DataCloneError. */
  serialize?(value: object): object;
  /** Its *transfer steps*: plain data, in which `port`, if there is one, is a MessagePort of this realm that has to be transferred too. Throws a DataCloneError. */
  transfer?(value: object): any;
  /** An object of this realm from such data, whose `port` is one of this realm. */
  create(data: any): object;
}

export interface InstallOptions {
  /** The global interface that stands at the head of the realm; interfaces not exposed there are left out. Default: `Window`. */
  exposed?: string;
  /** Leave alone what the global object has already. Default: false. */
  onlyMissing?: boolean;
}

export interface ExposedInterface {
  readonly name: string;
  /** The interface object. */
  readonly interface: any;
  /** Names of the global interfaces that show it: `Window`, `DedicatedWorker`, … or `*`. */
  readonly exposed: readonly string[];
  /** Absent from a global that is not a secure context. */
  readonly secureContext: boolean;
}
