import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MediaThreadServer } from '../../../../src/webrtc/thread/MediaThreadServer';
import { Patience } from '../../../../src/webrtc/thread/Patience';
import { DataFlag, RecordType } from '../../../../src/webrtc/thread/records';
import { allocateRing, RingWriter } from '../../../../src/webrtc/thread/SharedRing';

/** A conversation of prompt answers, up to which waiting awake pays. */
function promptAnswers(patience: Patience, times = 20): number {
  let now = 0;
  for (let round = 0; round < times; round++, now += 10) {
    patience.delivered(now);
    patience.answered(() => now + 0.1);
  }
  return now;
}

test('nobody waits for those who do not answer', () => {
  const patience = new Patience();
  for (let now = 0; now < 100; now++) assert.is(patience.delivered(now), 0);
});

test('after several prompt answers it pays to wait', () => {
  const patience = new Patience();
  assert.is(patience.delivered(0), 0);
  const now = promptAnswers(patience);
  assert.ok(patience.delivered(now) > 0);
});

test('a late answer, none, or a wait in vain: what was learnt is forgotten', () => {
  for (const forget of [
    (patience: Patience, now: number) => {
      patience.delivered(now);
      patience.answered(() => now + 5);
    },
    (patience: Patience, now: number) => {
      patience.delivered(now);
      patience.delivered(now + 1);
    },
    (patience: Patience) => patience.disappointed(),
  ]) {
    const patience = new Patience();
    forget(patience, promptAnswers(patience));
    assert.is(patience.delivered(1e6), 0);
  }
});

/** A server whose control thread is this test: `answers` says whether it answers while the server waits. */
function conversation(answers: boolean) {
  const [down, up] = [allocateRing(1 << 16), allocateRing(1 << 16)];
  const message = Uint8Array.of(1);
  const flags = DataFlag.Begins | DataFlag.Ends;
  let now = 0;
  let wakes = 0;
  let taken = 0;
  let restedAt = 0;
  const control = new RingWriter(down, () => { wakes++; });
  const answer = () => {
    control.write(RecordType.Data, 1, flags, message);
    control.flush();
  };
  let isResting = false;
  const server: MediaThreadServer = new MediaThreadServer(down, up, () => {}, () => ({ command() {}, data() { taken++; }, settled() {}, drained() {} }), () => {
    now += 0.01;
    // The first look is for when the wait begins.
    if (isResting && answers && now - restedAt > 0.015) {
      isResting = false;
      answer();
    }
    return now;
  });
  server.woken();
  /** A message goes up; answered after the wait where it was not within it. */
  const exchange = () => {
    server.message(1, message, true, true, true);
    server.flush();
    isResting = true;
    restedAt = now;
    server.awaitAnswer();
    isResting = false;
    const within = taken;
    if (taken === 0) {
      answer();
      server.woken();
    }
    taken = 0;
    return within === 1;
  };
  return { exchange, wakes: () => wakes };
}

test('the thread takes an answer that comes while it waits, without being rung for', () => {
  const { exchange, wakes } = conversation(true);
  for (let round = 0; round < 20; round++) exchange();
  const before = wakes();
  assert.ok(exchange());
  assert.is(wakes(), before);
});

test('a thread that has waited in vain sleeps, and is rung for', () => {
  const { exchange, wakes } = conversation(false);
  for (let round = 0; round < 20; round++) {
    const before = wakes();
    assert.not.ok(exchange());
    assert.is(wakes(), before + 1);
  }
});

test.run();
