/** What playbackStats tells of a render thread that comes too late. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inRealTime } from '../../support/stalls';
import { media, nextMessage, processor } from './worklet-support';

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('a processor that blocks for longer than the clock lets it catch up is an underrun', () => inRealTime(async () => {
  const context = new media.AudioContext();
  await context.audioWorklet.addModule(processor('late', `
    late = false;
    constructor() { super(); this.port.onmessage = () => { this.late = true; }; }
    process() {
      if (this.late) {
        this.late = false;
        for (const end = Date.now() + 600; Date.now() < end;);
        this.port.postMessage('over');
      }
      return true;
    }`));
  const node = new media.AudioWorkletNode(context, 'late');
  node.connect(context.destination);
  await context.resume();
  await until(() => context.currentTime > 0.05);
  const stats = context.playbackStats;
  const { underrunEvents: before } = stats;
  node.port.postMessage('be late');
  await nextMessage(node.port);
  await until(() => stats.underrunEvents > before);
  const { underrunEvents, underrunDuration, totalDuration } = stats;
  const { currentTime } = context;
  await context.close();
  assert.is(before, 0);
  // A busy machine may make more of them.
  assert.ok(underrunEvents >= 1);
  assert.ok(underrunDuration > 0.25, `${underrunDuration} s`);
  assert.ok(totalDuration > underrunDuration && totalDuration <= underrunDuration + currentTime);
}));

test.run();
