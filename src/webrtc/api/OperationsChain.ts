import { newPromise } from '../../webidl/promise';

/** https://w3c.github.io/webrtc-pc/#dfn-operations-chain */
export class OperationsChain {
  readonly #operations: (() => void)[] = [];
  readonly #isClosed: () => boolean;
  readonly #emptied: () => void;

  /** `emptied` is called when the last operation has ended. */
  constructor(isClosed: () => boolean, emptied: () => void) {
    this.#isClosed = isClosed;
    this.#emptied = emptied;
  }

  get isEmpty(): boolean {
    return this.#operations.length === 0;
  }

  /** https://w3c.github.io/webrtc-pc/#chain-an-asynchronous-operation */
  chain<T>(operation: () => Promise<T>): Promise<T> {
    const p = newPromise<T>();
    // Step 2
    if (this.#isClosed()) {
      p.reject(new DOMException('The RTCPeerConnection is closed.', 'InvalidStateError'));
      return p.promise;
    }
    // Steps 4 to 6
    const run = () => {
      const next = () => {
        // Steps 7 to 9
        this.#operations.shift();
        if (this.#isClosed()) return;
        if (this.#operations.length > 0) this.#operations[0]!();
        else this.#emptied();
      };
      operation().then(
        (value) => {
          if (!this.#isClosed()) p.resolve(value);
          next();
        },
        (error: unknown) => {
          if (!this.#isClosed()) p.reject(error);
          next();
        },
      );
    };
    this.#operations.push(run);
    if (this.#operations.length === 1) run();
    return p.promise;
  }
}
