import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { acknowledgement, decodeDcep, encodeOpen, type ChannelDescription } from '../../../../src/webrtc/sctp/dcep';

const reliable: ChannelDescription = { label: '', protocol: '', ordered: true, maxRetransmits: null, maxPacketLifeTime: null, priority: 256 };

test('what is encoded is decoded', () => {
  for (const channel of [
    reliable,
    { ...reliable, label: 'läbel 𝄞', protocol: 'p', priority: 1024 },
    { ...reliable, ordered: false },
    { ...reliable, ordered: false, maxRetransmits: 0 },
    { ...reliable, maxRetransmits: 65535 },
    { ...reliable, maxPacketLifeTime: 3000, label: 'x'.repeat(65535) },
  ]) assert.equal(decodeDcep(encodeOpen(channel)), { type: 'open', channel });
  assert.equal(decodeDcep(acknowledgement), { type: 'ack' });
});

test('bytes as RFC 8832, section 5.1, has them', () => {
  const open = encodeOpen({ label: 'ab', protocol: 'c', ordered: false, maxRetransmits: 2, maxPacketLifeTime: null, priority: 512 });
  assert.equal([...open], [3, 0x81, 2, 0, 0, 0, 0, 2, 0, 2, 0, 1, 97, 98, 99]);
});

test('what is no message is undefined', () => {
  const open = encodeOpen({ ...reliable, label: 'label' });
  for (const bytes of [new Uint8Array(0), Uint8Array.of(1), open.subarray(0, 11), open.subarray(0, 16), open.map((byte, i) => (i === 1 ? 3 : byte))]) {
    assert.is(decodeDcep(bytes), undefined);
  }
});

test.run();
