/** For each channel that is given, the number of that channel in Vorbis (Vorbis I specification, 4.3.9) and Opus (RFC 7845, 5.1.1.2): 5.1 comes as left, right, centre, LFE, … */
const orders: readonly (readonly number[])[] = [
  [], [0], [0, 1], [0, 2, 1], [0, 1, 2, 3], [0, 2, 1, 3, 4], [0, 2, 1, 5, 3, 4], [0, 2, 1, 6, 5, 3, 4], [0, 2, 1, 7, 5, 6, 3, 4],
];

export function xiphChannelOrder(channels: number): readonly number[] {
  return orders[channels] ?? Array.from({ length: channels }, (_, channel) => channel);
}
