import type { EbmlElement } from './ebml';
import { fieldsOf } from './ebml';
import { Id } from './ids';

export interface CuePoint {
  /** Ticks. */
  readonly time: number;
  readonly trackNumber: number;
  /** From the beginning of the Segment's content. */
  readonly clusterPosition: number;
}

/** Cues (RFC 9559, 5.1.5), by time. Each point takes bytes of the file, so there are never many for a small one. */
export function cuesOf(element: EbmlElement): CuePoint[] {
  const points: CuePoint[] = [];
  for (const point of element.children()) {
    if (point.id !== Id.CuePoint) continue;
    const time = fieldsOf(point).unsigned(Id.CueTime, 0);
    for (const positions of point.children()) {
      if (positions.id !== Id.CueTrackPositions) continue;
      const fields = fieldsOf(positions);
      points.push({ time, trackNumber: fields.unsigned(Id.CueTrack, 0), clusterPosition: fields.unsigned(Id.CueClusterPosition, 0) });
    }
  }
  return points.sort((a, b) => a.time - b.time);
}

/** The positions of the parts of a Segment, by identifier (SeekHead: RFC 9559, 5.1.1): the first of each kind. */
export function seekHeadOf(element: EbmlElement): Map<number, number> {
  const positions = new Map<number, number>();
  for (const seek of element.children()) {
    if (seek.id !== Id.Seek) continue;
    const fields = fieldsOf(seek);
    const id = fields.unsigned(Id.SeekID, 0);
    const position = fields.get(Id.SeekPosition)?.unsigned();
    if (position !== undefined && !positions.has(id)) positions.set(id, position);
  }
  return positions;
}
