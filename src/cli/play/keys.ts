import type { ReadStream } from 'node:tty';

const codes: Readonly<Record<string, Key>> = {
  ' ': 'pause',
  '\u001b[A': 'louder',
  '\u001b[B': 'softer',
  '+': 'louder',
  '-': 'softer',
  q: 'quit',
  '\u001b': 'quit',
  '\u0003': 'quit', // Ctrl-C arrives as a character while the terminal is in raw mode.
};

export type Key = 'pause' | 'louder' | 'softer' | 'quit';

/** Calls `pressed` for each key that means something, until the returned function is called. */
export function listenForKeys(input: ReadStream, pressed: (key: Key) => void): () => void {
  const read = (text: string) => {
    if (Object.hasOwn(codes, text)) pressed(codes[text]);
  };
  input.setRawMode(true);
  input.setEncoding('utf8');
  input.on('data', read);
  input.resume();
  return () => {
    input.off('data', read);
    input.setRawMode(false);
    input.pause();
  };
}
