export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Lets the event loop have a turn. */
export const nextTurn = globalThis.setImmediate
  ? () => new Promise((resolve) => setImmediate(resolve))
  : () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
