/** How much arrives while the sender keeps its channel's buffer filled. */
import { nextTurn, sleep } from './turns.mjs';

const warmUpMilliseconds = 300;
const drainMilliseconds = 2000;
/** At most so much is sent in one turn of the event loop: some packages count only later what they have buffered. */
const turnBytes = 4 << 20;
const turnMessages = 256;
/** In case the event that tells of a low buffer does not come. */
const lookMilliseconds = 25;

class Sender {
  #channel;
  #message;
  #scene;
  #wake = () => {};

  constructor(channel, message, scene) {
    this.#channel = channel;
    this.#message = message;
    this.#scene = scene;
    channel.whenLow(scene.lowBytes, () => this.#wake());
  }

  /** Until `isOver()`. */
  async fill(isOver) {
    const { size, highBytes, lowBytes } = this.#scene;
    const most = Math.min(Math.ceil(turnBytes / size), turnMessages);
    const timer = setInterval(() => {
      if (isOver() || this.#channel.bufferedAmount <= lowBytes) this.#wake();
    }, lookMilliseconds);
    try {
      while (!isOver()) {
        for (let sent = 0; sent < most && this.#channel.bufferedAmount < highBytes; sent++) this.#channel.send(this.#message);
        if (this.#channel.bufferedAmount < highBytes) await nextTurn();
        else await new Promise((resolve) => { this.#wake = resolve; });
      }
    } finally {
      clearInterval(timer);
    }
  }

  /** Resolves when nothing is buffered any more, or after a while. */
  async drain() {
    const last = performance.now() + drainMilliseconds;
    while (this.#channel.bufferedAmount > 0 && performance.now() < last) await sleep(5);
  }
}

/** `scene`: `size` of a message, `init` of the channel, `highBytes` up to which the buffer is filled, `lowBytes` at which again. */
export function transfer(near, scene, processorSeconds) {
  let sender;
  return async ({ seconds }) => {
    if (!sender) {
      const { channel } = await near.connect('count', scene.init);
      sender = new Sender(channel, near.messageOf(new Uint8Array(scene.size).fill(0x5a)), scene);
    }
    let isOver = false;
    const filled = sender.fill(() => isOver);
    const watch = async () => ({ ...await near.ask(), nearCpuSeconds: await processorSeconds() });
    try {
      await Promise.race([filled, sleep(warmUpMilliseconds)]);
      const before = await watch();
      await Promise.race([filled, sleep((seconds || scene.warmUpSeconds) * 1000)]);
      const after = await watch();
      const difference = (key) => after[key] - before[key];
      return {
        work: difference('bytes'), transferSeconds: difference('at') / 1000, messages: difference('messages'),
        transferCpuSeconds: difference('cpuSeconds') + difference('nearCpuSeconds'),
      };
    } finally {
      isOver = true;
      await filled;
      await sender.drain();
      await sleep(100);
    }
  };
}
