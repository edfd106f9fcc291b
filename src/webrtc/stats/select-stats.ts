import type { StatsRecord } from '../thread/messages';

/**
 * The records that `isWanted` asks for and those they refer to, directly or not, in the order of `records`.
 * https://w3c.github.io/webrtc-pc/#dfn-stats-selection-algorithm
 */
export function selectStats(records: readonly StatsRecord[], isWanted: (record: StatsRecord) => boolean): StatsRecord[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const selected = new Set<StatsRecord>();
  const add = (record: StatsRecord | undefined) => {
    if (record === undefined || selected.has(record)) return;
    selected.add(record);
    // https://w3c.github.io/webrtc-stats/#guidelines-for-design-of-stats-objects: references are members whose names end so.
    for (const [member, value] of Object.entries(record)) if (member.endsWith('Id')) add(byId.get(value as string));
  };
  for (const record of records) if (isWanted(record)) add(record);
  return records.filter((record) => selected.has(record));
}
