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
