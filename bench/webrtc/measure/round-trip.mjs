/** How long a message takes to the other end and back, one at a time. */
export function roundTrip(near, { size, init, warmUpSeconds }) {
  let channel;
  let message;
  return async ({ seconds }) => {
    if (!channel) {
      ({ channel } = await near.connect('echo', init));
      message = near.messageOf(new Uint8Array(size));
    }
    const microseconds = [];
    const last = performance.now() + (seconds || warmUpSeconds) * 1000;
    await new Promise((resolve) => {
      let begin;
      const next = () => {
        begin = performance.now();
        channel.send(message);
      };
      channel.receive(() => {
        const now = performance.now();
        microseconds.push((now - begin) * 1000);
        if (now >= last) resolve();
        else next();
      });
      next();
    });
    return { work: microseconds.length, microseconds };
  };
}
