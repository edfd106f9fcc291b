import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { objectOf } from '../../../../src/webrtc/api/RTCIceTransport';
import type { IceCandidate } from '../../../../src/webrtc/ice/candidate';

const host: IceCandidate = {
  foundation: '1', component: 1, protocol: 'udp', priority: 2_130_706_431, address: '192.0.2.7', port: 4242, type: 'host', tcpType: null,
  relatedAddress: null, relatedPort: null, usernameFragment: null, extensions: [],
};
const known = [{ _parsed: null }, { _parsed: host }];

test('a peer-reflexive candidate is the one that was signalled while the news of it was on its way', () => {
  assert.is(objectOf(known, host), known[1]);
  assert.is(objectOf(known, { ...host, type: 'prflx', foundation: 'prflx1' }), known[1]);
});

test('candidates of other addresses, ports or types are others', () => {
  for (const other of [{ port: 4243 }, { address: '192.0.2.8' }, { protocol: 'tcp' }, { type: 'srflx' }] as const) {
    assert.is(objectOf(known, { ...host, ...other }), undefined);
  }
});

test.run();
