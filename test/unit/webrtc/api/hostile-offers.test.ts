import { RTCPeerConnection } from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { damagedText, someDescription } from '../../../fuzz/sdp.fuzz';
import { SeededRandom } from '../../../virtual/support/SeededRandom';

/** What setRemoteDescription() and what follows may reject with. */
const allowed = new Set(['OperationError', 'InvalidAccessError', 'InvalidStateError', 'InvalidModificationError', 'TypeError']);
const offers = Number(process.env['MEDIANT_FUZZED_OFFERS'] ?? 300);

test('offers that were damaged are applied or refused, answered and taken back, and the connection stays of use', async () => {
  const random = new SeededRandom(Number(process.env['MEDIANT_FUZZ_SEED'] ?? 1));
  let connection = new RTCPeerConnection();
  let applied = 0;
  for (let count = 0; count < offers; count++) {
    const whole = someDescription(random)
      .replace('t=0 0\r\n', `t=0 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 ${Array(32).fill('AA').join(':')}\r\n`)
      .replace(/m=audio .*\r\n/g, '$&a=rtcp-mux\r\n').replace(/m=video .*\r\n/g, '$&a=rtcp-mux\r\n');
    const sdp = random.chance(0.4) ? whole : damagedText(random, whole);
    try {
      await connection.setRemoteDescription({ type: 'offer', sdp });
      applied++;
      if (random.chance(0.3)) await connection.addIceCandidate({ candidate: damagedText(random, 'candidate:1 1 udp 1 192.0.2.1 9 typ host'), sdpMLineIndex: random.below(3) }).catch(() => {});
      if (random.chance(0.3)) await connection.createAnswer();
      await connection.setRemoteDescription({ type: 'rollback', sdp: '' });
    } catch (error) {
      if (!allowed.has((error as Error).name)) throw new Error(JSON.stringify(sdp), { cause: error });
    }
    assert.ok(['stable', 'have-remote-offer'].includes(connection.signalingState));
    if (connection.signalingState !== 'stable' || random.chance(0.1)) {
      connection.close();
      connection = new RTCPeerConnection();
    }
  }
  connection.close();
  assert.ok(applied > offers / 20, `${applied} of ${offers} were applied`);
});

test.run();
