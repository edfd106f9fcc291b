import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, tasks } from './recording-host';
import * as api from '../../../src/generated/webaudio';

let asked = 0;
// Little-endian 16-bit integers, that do not begin where their buffer does.
const bytes = new Uint8Array([9, 1, 0, 0xfe, 0xff, 0x22, 0x56]).subarray(1);
(globalThis as any).host.audio.hrtf = () => {
  ++asked;
  return bytes;
};

async function messagesOf(build: (context: any) => void): Promise<string[]> {
  const context = new api.OfflineAudioContext(2, 128, 48000);
  const { log } = newest.offline;
  build(context);
  await tasks(1);
  return log.filter((line) => line.startsWith('Message')).map((line) => line.replace(/^Message \d+ /, '').split(' ').slice(0, 2).join(' '));
}

test('nobody asks for responses while all panners pan by equal power', async () => {
  const messages = await messagesOf((context) => {
    context.createPanner().coneInnerAngle = 90;
  });
  assert.equal(messages, ['SetPanner 0', 'SetPanner 0']);
  assert.is(asked, 0);
});

test('the listener has them before the first panner needs them, once a context', async () => {
  for (let turn = 0; turn < 2; ++turn) {
    const messages = await messagesOf((context) => {
      const panner = context.createPanner();
      panner.panningModel = 'HRTF';
      panner.panningModel = 'equalpower';
      panner.panningModel = 'HRTF';
      new api.PannerNode(context, { panningModel: 'HRTF' });
    });
    assert.equal(messages, ['SetPanner 0', 'SetHrtf {1,-2,22050}', 'SetPanner 1', 'SetPanner 0', 'SetPanner 1', 'SetPanner 1']);
  }
  assert.is(asked, 1);
});

test.run();
