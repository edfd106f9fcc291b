interface ControlMessage {
  /** Its steps; false for `not processed`. */
  readonly run: () => boolean;
  /** Gives up what it holds when it never runs. */
  readonly discard?: () => void;
}

/** https://w3c.github.io/webcodecs/#control-message-queue */
export class ControlMessageQueue {
  #messages: ControlMessage[] = [];
  /** Index of the front: a queue of thousands is not moved for each message. */
  #front = 0;
  /** [[message queue blocked]] */
  #blocked = false;
  #isProcessing = false;

  enqueue(run: () => boolean, discard?: () => void): void {
    this.#messages.push({ run, discard });
  }

  block(): void {
    this.#blocked = true;
  }

  unblock(): void {
    this.#blocked = false;
  }

  /** https://w3c.github.io/webcodecs/#process-the-control-message-queue */
  process(): void {
    // A message that leads here again, by way of script, goes on in the loop that runs it.
    if (this.#isProcessing) return;
    this.#isProcessing = true;
    while (!this.#blocked && this.#front < this.#messages.length) {
      const messages = this.#messages;
      if (!messages[this.#front].run()) break;
      // It may have cleared the queue.
      if (messages === this.#messages) this.#front++;
    }
    this.#isProcessing = false;
    if (this.#front === this.#messages.length || this.#front > compactAfter) {
      this.#messages.splice(0, this.#front);
      this.#front = 0;
    }
  }

  clear(): void {
    const messages = this.#messages.slice(this.#front);
    this.#messages = [];
    this.#front = 0;
    this.#blocked = false;
    for (const { discard } of messages) discard?.();
  }
}

const compactAfter = 1024;
