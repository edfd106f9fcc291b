/**
 * The end in a process of its own: `node process.mjs MODULE`, where MODULE exports an RTCPeerConnection. Each line that comes is
 * `{ id, action, argument }`, each that goes `{ id, value }` or `{ id, error }`. Ends when its input does.
 */
import { createInterface } from 'node:readline';
import { Peer } from './Peer.mjs';

const module = await import(process.argv[2]);
const peer = new Peer(module.RTCPeerConnection ?? module.default.RTCPeerConnection);

const answer = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const { id, action, argument } = JSON.parse(line);
    try {
      answer({ id, value: await peer[action](argument ?? undefined) });
    } catch (error) {
      answer({ id, error: String(error?.stack ?? error) });
    }
  })
  .on('close', () => process.exit());
