export interface Comparison {
  /** The greatest difference of two samples. */
  difference: number;
  /** The level of the second over that of the first. */
  decibels: number;
  /** The greatest difference that is left when the second is multiplied by the one factor that brings it closest to the first. */
  scaled: number;
}

export function compare(theirs: Float32Array[], ours: Float32Array[]): Comparison {
  let [difference, product, theirPower, ourPower] = [0, 0, 0, 0];
  if (theirs.length !== ours.length) throw new Error(`${theirs.length} channels against ${ours.length}`);
  const pairs = theirs.map((their, channel) => [their, ours[channel]!] as const);
  for (const [their, our] of pairs) {
    if (their.length !== our.length) throw new Error(`${their.length} frames against ${our.length}`);
    for (let frame = 0; frame < their.length; ++frame) {
      const [a, b] = [their[frame]!, our[frame]!];
      difference = Math.max(difference, Math.abs(a - b));
      product += a * b;
      theirPower += a * a;
      ourPower += b * b;
    }
  }
  const factor = ourPower > 0 ? product / ourPower : 1;
  let scaled = 0;
  for (const [their, our] of pairs) our.forEach((sample, frame) => (scaled = Math.max(scaled, Math.abs(their[frame]! - factor * sample))));
  return { difference, decibels: ourPower === theirPower ? 0 : 10 * Math.log10(ourPower / theirPower), scaled };
}
