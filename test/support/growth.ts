/** CPU time, which other processes of the machine don't add to, in milliseconds. */
function cpuMilliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Below this, what is measured is the engine's own business: compilation, garbage. */
const leastMilliseconds = 100;

/**
 * Whether work grows with its input as a line does and not as a square: four times the input is less than ten times the work in one of
 * a few tries, where a square would be sixteen in all of them.
 */
export function growsLinearly(work: (size: number) => void, size: number): boolean {
  for (let tries = 5; tries > 0; tries--) {
    const one = cpuMilliseconds(() => work(size));
    const four = cpuMilliseconds(() => work(4 * size));
    if (four < Math.max(10 * one, leastMilliseconds)) return true;
  }
  return false;
}
