import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { selectStats } from '../../../../src/webrtc/stats/select-stats';

const record = (id: string, type: string, more: object = {}) => ({ id, type, timestamp: 0, ...more });

const records = [
  record('P', 'peer-connection'),
  record('T', 'transport', { selectedCandidatePairId: 'CP', localCertificateId: 'CF' }),
  record('CP', 'candidate-pair', { localCandidateId: 'L', transportId: 'T' }),
  record('L', 'local-candidate', { transportId: 'T' }),
  record('unused', 'local-candidate', { transportId: 'T' }),
  record('CF', 'certificate', { issuerCertificateId: 'not here' }),
  record('O', 'outbound-rtp', { transportId: 'T', mid: '0' }),
  record('O1', 'outbound-rtp', { transportId: 'T', mid: '1' }),
];

test('what is asked for brings what it refers to, and that in turn', () => {
  const ids = (isWanted: (mid: unknown) => boolean) => selectStats(records, ({ mid }) => isWanted(mid)).map(({ id }) => id);
  assert.equal(ids((mid) => mid === '0'), ['T', 'CP', 'L', 'CF', 'O']);
  assert.equal(ids((mid) => mid !== undefined), ['T', 'CP', 'L', 'CF', 'O', 'O1']);
  assert.equal(ids((mid) => mid === '2'), []);
});

test.run();
