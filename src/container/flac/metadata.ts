import { viewOf } from '../bytes';

/** A seek point (RFC 9639, 8.5.1). */
export interface SeekPoint {
  /** Audio frames before it. */
  readonly timestamp: number;
  /** Bytes from the first frame of the file. */
  readonly offset: number;
}

/** A SEEKTABLE block's points, without placeholders and such as are not in order. */
export function seekPoints(content: Uint8Array): SeekPoint[] {
  const view = viewOf(content);
  const points: SeekPoint[] = [];
  for (let at = 0; at + 18 <= content.length; at += 18) {
    const [timestamp, offset] = [Number(view.getBigUint64(at)), Number(view.getBigUint64(at + 8))];
    if (timestamp >= 2 ** 36 || offset >= 2 ** 52) continue; // A placeholder, or beyond what frames can number.
    const last = points[points.length - 1];
    if (!last || (timestamp > last.timestamp && offset > last.offset)) points.push({ timestamp, offset });
  }
  return points;
}
