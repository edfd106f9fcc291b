import { defineTag } from '../define';

type EventInit = NonNullable<ConstructorParameters<typeof Event>[1]>;

/** Event interfaces that Node's realm lacks, or has with narrower types, for the globals of Worker threads. */
class MessageEvent extends Event {
  readonly data: unknown;
  readonly origin: string;
  readonly lastEventId: string;
  readonly source: object | null;
  readonly ports: readonly object[];

  constructor(type: string, init: EventInit & { data?: unknown; origin?: string; lastEventId?: string; source?: object | null; ports?: object[] } = {}) {
    super(type, init);
    this.data = init.data ?? null;
    this.origin = init.origin ?? '';
    this.lastEventId = init.lastEventId ?? '';
    this.source = init.source ?? null;
    this.ports = Object.freeze([...(init.ports ?? [])]);
  }
}

class ErrorEvent extends Event {
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly colno: number;
  readonly error: unknown;

  constructor(type: string, init: EventInit & { message?: string; filename?: string; lineno?: number; colno?: number; error?: unknown } = {}) {
    super(type, init);
    this.message = init.message ?? '';
    this.filename = init.filename ?? '';
    this.lineno = init.lineno ?? 0;
    this.colno = init.colno ?? 0;
    this.error = init.error;
  }
}

class PromiseRejectionEvent extends Event {
  readonly promise: object;
  readonly reason: unknown;

  constructor(type: string, init: EventInit & { promise: object; reason?: unknown }) {
    super(type, init);
    this.promise = init.promise;
    this.reason = init.reason;
  }
}

export const workerEvents = { MessageEvent, ErrorEvent, PromiseRejectionEvent };

for (const [name, constructor] of Object.entries(workerEvents)) {
  defineTag(constructor.prototype, name);
}
