import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { StunTransaction } from '../../../../src/webrtc/stun/StunTransaction';

function sendsOf(transaction: StunTransaction): [sends: number[], failedAt: number] {
  const sends = [transaction.startedAt];
  for (;;) {
    const now = transaction.deadline;
    if (transaction.expire(now) === 'failed') return [sends, now];
    sends.push(now);
  }
}

test('RFC 8489 section 6.2.1: seven sends at doubling intervals, failure at 39,500 ms', () => {
  assert.equal(sendsOf(new StunTransaction(1000)), [[1000, 1500, 2500, 4500, 8500, 16500, 32500], 40500]);
});

test('over a reliable transport: one send, the same time', () => {
  assert.equal(sendsOf(StunTransaction.reliable(0)), [[0], 39500]);
});

test('a cancelled request is not sent again, and waits as long as it would have', () => {
  const transaction = new StunTransaction(0);
  transaction.expire(transaction.deadline);
  transaction.cancelSends();
  assert.equal(transaction.deadline, 39500);
  assert.is(transaction.expire(39500), 'failed');
});

test.run();
