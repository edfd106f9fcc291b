import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DatagramKind, datagramKind } from '../../../../src/webrtc/ice/demultiplex';
import { generateIceParameters, isPassword, isUsernameFragment } from '../../../../src/webrtc/ice/ice-parameters';
import { systemRandom } from '../../../support/stun-crypto';

test('RFC 9443: every first byte', () => {
  const ranges: readonly (readonly [from: number, to: number, kind: number])[] = [
    [0, 3, DatagramKind.stun], [4, 19, DatagramKind.other], [20, 63, DatagramKind.dtls], [64, 79, DatagramKind.channelData],
    [80, 127, DatagramKind.other], [128, 191, DatagramKind.rtp], [192, 255, DatagramKind.other],
  ];
  for (const [from, to, kind] of ranges) for (let byte = from; byte <= to; byte++) assert.is(datagramKind(Uint8Array.of(byte)), kind, String(byte));
  assert.is(datagramKind(new Uint8Array(0)), DatagramKind.other);
});

test('parameters are long enough, random, and of the characters of the grammar', () => {
  const [first, second] = [generateIceParameters(systemRandom), generateIceParameters(systemRandom)];
  for (const { usernameFragment, password } of [first, second]) assert.ok(isUsernameFragment(usernameFragment) && isPassword(password));
  assert.is.not(first.usernameFragment, second.usernameFragment);
  assert.is.not(first.password, second.password);
});

test('the grammar of parameters', () => {
  assert.not(isUsernameFragment('2sh') || isUsernameFragment('x'.repeat(257)) || isUsernameFragment('123\n') || isUsernameFragment('E$En'));
  assert.not(isPassword('x'.repeat(21)) || isPassword('x'.repeat(257)) || isPassword(`${'x'.repeat(21)}\n`));
});

test.run();
