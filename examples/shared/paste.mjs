import { once } from 'node:events';
import { accept, describe } from './signalling.mjs';

/** Signals by hand: what one terminal prints is pasted into the other, whose answer is pasted back. */
export async function paste(connection, isOffering, lines) {
  console.log(isOffering ? `Paste this line into the other terminal, and its answer here:\n\n${await describe(connection)}\n` : 'Paste the line of the other terminal here.');
  const [line] = await once(lines, 'line');
  await accept(connection, line);
  if (!isOffering) console.log(`Paste this answer into the other terminal:\n\n${await describe(connection)}\n`);
}
