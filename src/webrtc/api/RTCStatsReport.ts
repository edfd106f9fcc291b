import { BackingMap } from '../../webidl/iteration';
import { PlatformObject } from '../../webidl/platform-object';
import type { StatsRecord } from '../thread/messages';

/** https://w3c.github.io/webrtc-pc/#rtcstatsreport-object */
export class RTCStatsReport extends PlatformObject {
  readonly backingMap = new BackingMap<string, object>();

  constructor(records: Iterable<StatsRecord>) {
    super();
    for (const record of records) this.backingMap.set(record.id, { ...record });
  }
}
