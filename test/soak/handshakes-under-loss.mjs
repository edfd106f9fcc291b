// How long connections take to be set up, in real time and over sockets, where packets are lost both ways.
// Run with: node test/soak/handshakes-under-loss.mjs [handshakes] [percent,…]
import { connectPair } from './connection-pair.mjs';
import { LossyLink } from './LossyLink.mjs';

// One candidate each: the link is the only way.
process.env.MEDIANT_ICE_ADDRESSES = '127.0.0.1';
const [count = '200', percents = '0,10,20,30'] = process.argv.slice(2);
const atOnce = 4;
/** At 10 % of loss, where there were enough of them to say. */
const mostMilliseconds = 1500;
const fewest = 200;

/** Milliseconds until the channel was open at both ends; undefined: never. */
async function handshake(loss) {
  const link = await new LossyLink(loss).open();
  const begin = performance.now();
  try {
    const { close } = await connectPair({ carry: (candidate, isOfferers) => link.carry(candidate, isOfferers ? 0 : 1) });
    const milliseconds = performance.now() - begin;
    close();
    return milliseconds;
  } catch (error) {
    console.log(`failed: ${error.message}`);
    return undefined;
  } finally {
    link.close();
  }
}

const percentile = (sorted, share) => sorted[Math.ceil(share * sorted.length) - 1];

await handshake(0); // The thread is there.
for (const percent of percents.split(',').map(Number)) {
  const all = [];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (all.length < Number(count)) {
      const index = all.push(undefined) - 1;
      all[index] = await handshake(percent / 100);
    }
  }));
  const sorted = all.filter((milliseconds) => milliseconds !== undefined).sort((a, b) => a - b);
  const [p50, p95, most] = [0.5, 0.95, 1].map((share) => percentile(sorted, share));
  console.log(`${percent} % lost: ${sorted.length} connected, p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, longest ${most.toFixed(0)} ms, ${all.length - sorted.length} failed`);
  if (sorted.length < all.length || (percent === 10 && sorted.length >= fewest && p95 > mostMilliseconds)) process.exitCode = 1;
}
