/**
 * A function that computes its value again only when script has run to completion since. The specifications say *task*;
 * browsers, and web-platform-tests, count a microtask as one.
 */
export function oncePerTask<T>(compute: () => T): () => T {
  let value: { readonly current: T } | null = null;
  return () => {
    if (value === null) {
      value = { current: compute() };
      void Promise.resolve().then(() => (value = null));
    }
    return value.current;
  };
}
