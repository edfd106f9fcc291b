/** DOMRectReadOnly of the realm, or one that has its members where the realm has none (Node). */

/** https://drafts.fxtf.org/geometry/#domrectreadonly */
class DOMRectReadOnlyStandIn {
  readonly #values: readonly [number, number, number, number];

  constructor(x = 0, y = 0, width = 0, height = 0) {
    this.#values = [x, y, width, height];
  }

  get x(): number {
    return this.#values[0];
  }

  get y(): number {
    return this.#values[1];
  }

  get width(): number {
    return this.#values[2];
  }

  get height(): number {
    return this.#values[3];
  }

  get top(): number {
    return Math.min(this.y, this.y + this.height);
  }

  get right(): number {
    return Math.max(this.x, this.x + this.width);
  }

  get bottom(): number {
    return Math.max(this.y, this.y + this.height);
  }

  get left(): number {
    return Math.min(this.x, this.x + this.width);
  }

  toJSON(): object {
    const { x, y, width, height, top, right, bottom, left } = this;
    return { x, y, width, height, top, right, bottom, left };
  }
}
Object.defineProperty(DOMRectReadOnlyStandIn, 'name', { value: 'DOMRectReadOnly', configurable: true });
Object.defineProperty(DOMRectReadOnlyStandIn.prototype, Symbol.toStringTag, { value: 'DOMRectReadOnly', configurable: true });

export function createRect(x: number, y: number, width: number, height: number): DOMRectReadOnly {
  if (typeof DOMRectReadOnly === 'function') return new DOMRectReadOnly(x, y, width, height);
  return new DOMRectReadOnlyStandIn(x, y, width, height) as DOMRectReadOnly;
}
