import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalCandidate } from '../../../../src/webrtc/ice/candidate';
import { PublishedNames } from '../../../../src/webrtc/transport/PublishedNames';
import { hostCandidate } from '../../../virtual/support/IcePeer';

function names(isPublishing: boolean): { names: PublishedNames; published: Map<string, string> } {
  const published = new Map<string, string>();
  let count = 0;
  return {
    published,
    names: new PublishedNames({
      publishName(address) {
        if (!isPublishing) return null;
        published.set(`${++count}.local`, address);
        return `${count}.local`;
      },
      withdrawName: (name) => void published.delete(name),
    }),
  };
}

const host = hostCandidate(7, { address: '192.0.2.1', port: 5000 });
const reflexive: LocalCandidate = { ...host, type: 'srflx', address: '203.0.113.9', relatedAddress: '192.0.2.1', relatedPort: 5000 };

test('a name stands for the address in every candidate, as long as the transport is there', () => {
  const { names: own, published } = names(true);
  own.publish('192.0.2.1');
  own.publish('192.0.2.1');
  own.publish('2001:db8::1');
  assert.equal([...published], [['1.local', '192.0.2.1'], ['2.local', '2001:db8::1']]);
  const told = own.told(host);
  assert.equal([told.address, told.port, 'transportId' in told], ['1.local', 5000, false]);
  const { address, relatedAddress, relatedPort } = own.told(reflexive);
  assert.equal([address, relatedAddress, relatedPort], ['203.0.113.9', '0.0.0.0', 0]);
  assert.equal([own.hides('192.0.2.1'), own.hides('203.0.113.9')], [true, false]);
  own.withdraw();
  assert.is(published.size, 0);
});

test('without names candidates are told as they are', () => {
  const { names: own } = names(false);
  own.publish('192.0.2.1');
  assert.is(own.told(host).address, '192.0.2.1');
  assert.is(own.told(reflexive).relatedAddress, '192.0.2.1');
});

test.run();
