import type { StatsRecord } from '../thread/messages';

/** Members that are times. */
const timeMembers = ['timestamp', 'lastPacketSentTimestamp', 'lastPacketReceivedTimestamp'] as const;

/**
 * Records with their times moved by `offset` milliseconds: from a monotonic clock to the time since 1970 that RTCStats have.
 * https://w3c.github.io/webrtc-pc/#dom-rtcstats-timestamp
 */
export function moveTimes(record: StatsRecord, offset: number): StatsRecord {
  const moved: Record<string, unknown> = { ...record };
  for (const member of timeMembers) if (typeof moved[member] === 'number') moved[member] += offset;
  return moved as unknown as StatsRecord;
}
