/** Implementations behind features.idl, as thin as the tests allow. */
import { BackingMap, BackingSet, DOMExceptionObject, EventTargetObject, PlatformObject, endOfIteration, newPromise } from '../../../../src/webidl';

export class FeatureBase extends EventTargetObject {
  label = '';
  pings = 0;

  constructor(readonly name: string) {
    super();
  }
  describe(): string {
    return `${this.name}/${this.label}`;
  }
  ping(): void {
    this.pings++;
    this.fire('ping', { cancelable: true });
    this.fire('feature', { source: this, sources: [this] }, 'FeatureEvent');
  }
}

export class FeatureChild extends FeatureBase {
  readonly sibling: FeatureChild | null = null;

  constructor(
    readonly parent: FeatureBase,
    readonly given: any,
  ) {
    super('child');
  }
  options(): any {
    return this.given;
  }
  report(): any {
    return { total: 1, source: this.parent, sources: [this.parent, this] };
  }
}

export class FeaturePrivate extends PlatformObject {
  static created = 0;

  constructor(readonly value: number) {
    super();
  }
  static create(value: number): FeaturePrivate {
    FeaturePrivate.created++;
    return new FeaturePrivate(value);
  }
}

export class FeatureNamed extends PlatformObject {
  constructor(public name: string) {
    super();
  }
}

export class FeatureAttributes extends PlatformObject {
  static shared = 0;
  byteValue = 0;
  octetValue = 0;
  shortValue = 0;
  unsignedShortValue = 0;
  longValue = 0;
  unsignedLongValue = 0;
  longLongValue = 0;
  unsignedLongLongValue = 0;
  floatValue = 0;
  unrestrictedFloatValue = 0;
  doubleValue = 0;
  unrestrictedDoubleValue = 0;
  bigIntValue = 0n;
  booleanValue = false;
  string = '';
  usvString = '';
  byteString = '';
  nullString = '';
  nullableString: string | null = null;
  colour = 'red';
  anything: unknown = undefined;
  thing: object = {};
  clamped = 0;
  enforced = 0;
  label: string | number = '';
  base: FeatureBase | null = null;
  notify: ((...parameters: any[]) => void) | null = null;
  numbers: readonly number[] = Object.freeze([1, 2]);
  readonly bases = [new FeatureBase('a'), new FeatureBase('b')];
  readonly replaceable = 5;
  readonly forwarded = new FeatureNamed('forwarded');
  secret = 1;
  workerOnly = 2;
  readonly ready = Promise.resolve();
}

export class FeatureText extends PlatformObject {
  override toString(): string {
    return 'text';
  }
}

export class FeatureOperations extends PlatformObject {
  readonly parameters: unknown[];

  constructor(...parameters: unknown[]) {
    super();
    this.parameters = parameters;
  }
  pick(...parameters: any[]): string {
    return parameters.map((value) => (value instanceof FeatureBase ? value.name : JSON.stringify(value))).join();
  }
  sum(...values: number[]): number {
    return values.reduce((total, value) => total + value, 0);
  }
  apply(transform: (value: number) => number, value: number): number {
    return transform(value);
  }
  notify(notify: (this: unknown, source: FeatureBase) => void, source: FeatureBase): void {
    notify.call(source, source);
  }
  async applyLater(transform: (value: number) => Promise<number>, value: number): Promise<number> {
    return (await transform(value)) + 1;
  }
  visit(visitor: (name: string) => boolean, name: string): boolean {
    return visitor(name);
  }
  strings(values: string[]): string[] {
    return values;
  }
  nested(values: number[][]): number[][] {
    return values;
  }
  lengths(values: Record<string, string>): Record<string, number> {
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.length]));
  }
  same(value: string | FeatureBase): string | FeatureBase {
    return value;
  }
  kind(value: any): string {
    if (value === null) return 'null';
    if (Array.isArray(value)) return 'sequence';
    if (value instanceof ArrayBuffer) return 'buffer';
    if (value instanceof FeatureBase) return 'interface';
    return typeof value === 'object' ? 'dictionary' : typeof value;
  }
  bytes(source: { byteLength: number }): number {
    return source.byteLength;
  }
  sharedBytes(source: { byteLength: number }): number {
    return source.byteLength;
  }
  allBytes(source: { byteLength: number }): number {
    return source.byteLength;
  }
  resizableBytes(source: { byteLength: number }): number {
    return source.byteLength;
  }
  floats(source: Float32Array): number {
    return source.length;
  }
  later(name: string): Promise<FeatureBase> {
    const { promise, resolve } = newPromise<FeatureBase>();
    resolve(new FeatureBase(name));
    return promise;
  }
  async settle(value: Promise<number>): Promise<number> {
    return value;
  }
  fail(message: string): Promise<void> {
    throw new DOMException(message, 'InvalidStateError');
  }
  fresh(): FeatureBase {
    return new FeatureBase('fresh');
  }
  handle(event: Event): string {
    return event.type;
  }
  optionalInterface(base: FeatureBase | null, count: number): number {
    return base === null ? count : base.name.length;
  }
  static join(a: string, b: string): string {
    return a + b;
  }
  secretOperation(): number {
    return 1;
  }
}

export class FeatureJSON extends PlatformObject {
  readonly number = 3;
  readonly text = 'three';
  readonly notJSON = new FeatureBase('hidden');
}

export class FeatureMap extends PlatformObject {
  readonly backingMap = new BackingMap<string, FeatureBase>();
}

export class FeatureReadonlyMap extends PlatformObject {
  readonly backingMap = new BackingMap<string, number>().set('one', 1).set('two', 2);
}

export class FeatureSet extends PlatformObject {
  readonly backingSet = new BackingSet<string>();
}

export class FeatureList extends PlatformObject {
  constructor(readonly bases: FeatureBase[]) {
    super();
  }
  get length(): number {
    return this.bases.length;
  }
  item(index: number): FeatureBase | null {
    return this.bases[index] ?? null;
  }
}

export class FeatureTargets extends EventTargetObject {
  constructor(readonly length: number) {
    super();
  }
  item(index: number): string {
    return `item ${index}`;
  }
  change(): void {
    this.fire('change');
  }
}

export class FeaturePairs extends PlatformObject {
  readonly #pairs: [string, number][] = [];

  append(key: string, value: number): void {
    this.#pairs.push([key, value]);
  }
  pairs(): readonly (readonly [string, number])[] {
    return this.#pairs;
  }
}

export class FeatureAsync extends PlatformObject {
  returned: unknown[] = [];

  constructor(readonly length: number) {
    super();
  }
  asyncIteratorInit(start: number): { at: number } {
    return { at: start };
  }
  async asyncIteratorNext(state: { at: number }): Promise<unknown> {
    return state.at < this.length ? state.at++ : endOfIteration;
  }
  async asyncIteratorReturn(_state: unknown, value: unknown): Promise<void> {
    this.returned.push(value);
  }
}

export class FeatureSecure extends PlatformObject {}
export class FeatureWorker extends PlatformObject {}

export class FeatureError extends DOMExceptionObject {
  constructor(readonly subject: string) {
    super(`about ${subject}`, 'FeatureError');
  }
}

export class Place {
  level = 1;
  readonly secret = new FeatureBase('secret');

  settle(name: string): FeatureBase {
    return new FeatureBase(name);
  }
}
