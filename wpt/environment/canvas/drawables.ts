import type { Drawable } from '../../../src/host/Core';

/** What else than its own bitmaps a canvas draws: a media platform tells. */
type FindDrawable = (value: object) => Drawable | null;

const finders = new Set<FindDrawable>();

export function registerDrawables(find: FindDrawable): void {
  finders.add(find);
}

export function drawableOf(value: object): Drawable | null {
  for (const find of finders) {
    const drawable = find(value);
    if (drawable !== null) return drawable;
  }
  return null;
}
