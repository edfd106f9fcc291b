import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readDnsMessage, RecordType, writeDnsMessage } from '../../../../src/webrtc/mdns/dns-message';
import { hex } from '../../../support/hex';

const name = '1f4712db-ea17-4bcf-a596-105139dfd8bf.local';

test('questions and answers come back as they were written', () => {
  for (const isResponse of [false, true]) {
    const message = {
      isResponse,
      questions: [{ name, type: RecordType.a }, { name: 'printer.local', type: RecordType.any }],
      answers: [{ name, address: '192.0.2.7', timeToLive: 120 }, { name, address: '2001:db8::1', timeToLive: 0xfffffff0 }],
    };
    assert.equal(readDnsMessage(writeDnsMessage(message)), message);
  }
});

test('compressed names, records of other types, the cache-flush bit and capital letters', () => {
  const message = readDnsMessage(hex(
    '0000 8400 0000 0003 0000 0000' +
    '03 485542 05 6c6f63616c 00 0010 8001 00000078 0002 0161' + // HUB.local TXT
    'c00c 0001 8001 00000078 0004 c0000201' + // HUB.local A
    '01 61 c010 001c 0001 0000000a 0010 20010db8000000000000000000000009', // a.local AAAA
  ))!;
  assert.equal(message.answers, [
    { name: 'hub.local', address: '192.0.2.1', timeToLive: 120 },
    { name: 'a.local', address: '2001:db8::9', timeToLive: 10 },
  ]);
});

test('pointers that lead nowhere or round in circles, and whatever else is damaged', () => {
  const head = '0000 0000 0001 0000 0000 0000';
  for (const question of ['c00c 0001 0001', 'c012 0001 0001', 'c0', 'ffff 0001 0001', '40 61', '03 6162', '01 61 c00c 0001 0001', '00 0001']) {
    assert.is(readDnsMessage(hex(head + question)), undefined, question);
  }
  assert.is(readDnsMessage(new Uint8Array(11)), undefined);
  assert.is(readDnsMessage(hex('0000 0003 0000 0000 0000 0000')), undefined, 'an RCODE');
  assert.equal(readDnsMessage(hex('0000 8400 0000 0001 0000 0000 00 0001 0001 00000078 0003 c00002'))!.answers, [], 'an address of three bytes');
});

test.run();
