/** Assertions shared by the tests of generated interfaces. */
import * as assert from 'uvu/assert';

/** Runs `body` and checks that it throws a TypeError with exactly this message. */
export function throwsTypeError(body: () => unknown, message: string): void {
  assert.throws(body, (error: unknown) => {
    assert.instance(error, TypeError);
    assert.is((error as Error).message, message);
    return true;
  });
}

export async function rejection(promise: Promise<unknown>): Promise<any> {
  assert.instance(promise, Promise);
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('the promise was not rejected');
}
