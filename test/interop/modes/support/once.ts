/** The next event of a type at a target. */
export function once(target: EventTarget, type: string): Promise<Event> {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}

/** What `action` throws; fails when it throws nothing. */
export function thrownBy(action: () => unknown): any {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('It throws nothing.');
}
