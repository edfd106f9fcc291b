import { camera, devicesChanged, headset, microphone, state, tasks } from './device-host';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

await import('../../../src/generated/mediastream');
const { MediaDevices } = await import('../../../src/mediastream/MediaDevices');
const { wrapperOf } = await import('../../../src/webidl/platform-object');

const newMediaDevices = (): any => wrapperOf(new MediaDevices());

/** The name of the error, and of the constraint it is for. */
async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error: any) {
    return error.constraint === undefined ? error.name : `${error.name} ${error.constraint}`;
  }
  return 'none';
}

const listed = async (mediaDevices: any): Promise<string[]> =>
  (await mediaDevices.enumerateDevices()).map(({ kind, deviceId, label }: any) => `${kind} ${deviceId} ${label}`);

test.before.each(() => {
  Object.assign(state, { isFullyActive: true, devices: [microphone, headset, camera], permissions: {}, answer: true, asked: [], failure: null });
});

test('nothing requested is a TypeError', async () => {
  assert.is(await failure(newMediaDevices().getUserMedia()), 'TypeError');
  assert.is(await failure(newMediaDevices().getUserMedia({ audio: false, video: false })), 'TypeError');
});

test('a kind without devices is not found, unless permission is denied', async () => {
  state.devices = [microphone];
  assert.is(await failure(newMediaDevices().getUserMedia({ video: true })), 'NotFoundError');
  state.permissions = { camera: 'denied' };
  assert.is(await failure(newMediaDevices().getUserMedia({ video: true })), 'NotAllowedError');
});

test('permissions that are not given yet are asked for together', async () => {
  state.permissions = { camera: 'prompt', microphone: 'prompt' };
  const stream = await newMediaDevices().getUserMedia({ audio: true, video: true });
  assert.equal(stream.getTracks().map(({ kind }: any) => kind), ['audio', 'video']);
  assert.equal(state.asked, [['microphone', 'camera']]);
  state.answer = false;
  assert.is(await failure(newMediaDevices().getUserMedia({ audio: true })), 'NotAllowedError');
});

test('the device that fits best is chosen, the default one among equals', async () => {
  const chosen = async (audio: object | true) => (await newMediaDevices().getUserMedia({ audio })).getTracks()[0].label;
  assert.is(await chosen(true), 'Desk');
  assert.is(await chosen({ channelCount: 2 }), 'Headset');
  assert.is(await chosen({ deviceId: 'm2' }), 'Headset');
  assert.is(await chosen({ deviceId: { exact: ['x', 'm2'] } }), 'Headset');
  assert.is(await chosen({ sampleRate: { min: 40000 } }), 'Headset');
});

test('what can not be satisfied is named only to a page that may know its devices', async () => {
  const mediaDevices = newMediaDevices();
  const impossible = { audio: { channelCount: { min: 3 } } };
  assert.is(await failure(mediaDevices.getUserMedia(impossible)), 'OverconstrainedError channelCount');
  state.permissions = { microphone: 'prompt' };
  assert.is(await failure(mediaDevices.getUserMedia(impossible)), 'OverconstrainedError ');
  await mediaDevices.getUserMedia({ video: true });
  assert.is(await failure(mediaDevices.getUserMedia(impossible)), 'OverconstrainedError channelCount');
});

test('constraints of the other kind are ignored, and what may not be required is refused', async () => {
  const mediaDevices = newMediaDevices();
  await mediaDevices.getUserMedia({ audio: { width: { min: 1e6 } } });
  assert.is(await failure(mediaDevices.getUserMedia({ video: { backgroundBlur: { exact: true } } })), 'TypeError');
  assert.is((await mediaDevices.getUserMedia({ video: { backgroundBlur: true } })).getTracks()[0].getSettings().backgroundBlur, true);
});

test('a document that is not fully active gets nothing', async () => {
  const mediaDevices = newMediaDevices();
  state.isFullyActive = false;
  assert.is(await failure(mediaDevices.getUserMedia({ audio: true })), 'InvalidStateError');
  let settled = false;
  mediaDevices.enumerateDevices().finally(() => (settled = true));
  await tasks();
  assert.not.ok(settled);
});

test('before anything was captured one device of a kind is listed, without its name', async () => {
  state.permissions = { camera: 'prompt', microphone: 'prompt' };
  assert.equal(await listed(newMediaDevices()), ['audioinput  ', 'videoinput  ']);
});

test('afterwards everything of the kind is, and outputs with the microphones', async () => {
  state.permissions = { microphone: 'prompt' };
  const mediaDevices = newMediaDevices();
  await mediaDevices.getUserMedia({ video: true });
  assert.equal(await listed(mediaDevices), ['audioinput  ', 'videoinput c1 Lens']);
  await mediaDevices.getUserMedia({ audio: true });
  assert.equal(await listed(mediaDevices), [
    'audioinput m1 Desk', 'audioinput m2 Headset', 'videoinput c1 Lens',
    'audiooutput default Default - Speaker', 'audiooutput o1 Speaker', 'audiooutput o2 Phones',
  ]);
});

test('devices of one piece of hardware share a group, which no other document knows', async () => {
  const groups = async (): Promise<string[]> => {
    const mediaDevices = newMediaDevices();
    await mediaDevices.getUserMedia({ audio: true });
    return (await mediaDevices.enumerateDevices()).map(({ groupId }: any) => groupId);
  };
  const [first, second] = [await groups(), await groups()];
  assert.is(first[0], first[2]);
  assert.is.not(first[0], first[1]);
  assert.is.not(first[0], second[0]);
});

test('a device has the capabilities of its tracks', async () => {
  const mediaDevices = newMediaDevices();
  const stream = await mediaDevices.getUserMedia({ video: true });
  const [device] = (await mediaDevices.enumerateDevices()).filter(({ kind }: any) => kind === 'videoinput');
  assert.equal(device.getCapabilities(), stream.getTracks()[0].getCapabilities());
  assert.equal(device.getCapabilities().width, { max: 1280, min: 1 });
  assert.equal(device.getCapabilities().facingMode, ['user']);
});

test('devicechange comes with the devices as they are now, and only when what is exposed has changed', async () => {
  const mediaDevices = newMediaDevices();
  await mediaDevices.getUserMedia({ audio: true });
  await mediaDevices.enumerateDevices();
  const events: any[] = [];
  mediaDevices.ondevicechange = (event: any) => events.push(event);
  await devicesChanged();
  assert.is(events.length, 0);
  state.devices = [headset, camera];
  await devicesChanged();
  assert.is(events.length, 1);
  assert.equal(events[0].devices.map(({ label }: any) => label).slice(0, 2), ['Headset', 'Lens']);
  assert.equal(events[0].userInsertedDevices, []);
  assert.is(events[0].devices, events[0].devices);
});

test('supported constraints are those that mean something here', () => {
  const supported = newMediaDevices().getSupportedConstraints();
  assert.is(supported.width, true);
  assert.not.ok('powerEfficient' in supported);
});

test('a display is captured after it was chosen, with constraints that only shape it', async () => {
  const mediaDevices = newMediaDevices();
  const stream = await mediaDevices.getDisplayMedia({ video: { width: { max: 400 } }, audio: true });
  const [track] = stream.getTracks();
  assert.is(stream.getTracks().length, 1);
  assert.equal([track.label, track.getSettings().displaySurface, track.getSettings().width <= 400], ['Display', 'monitor', true]);
  assert.is(await failure(mediaDevices.getDisplayMedia({ video: false })), 'TypeError');
  assert.is(await failure(mediaDevices.getDisplayMedia({ video: { width: { min: 10 } } })), 'TypeError');
  assert.is(await failure(mediaDevices.getDisplayMedia({ video: { advanced: [] } })), 'TypeError');
  assert.is(await failure(mediaDevices.getDisplayMedia({ video: { width: { max: 10 } } })), 'OverconstrainedError width');
  state.permissions = { 'display-capture': 'denied' };
  assert.is(await failure(mediaDevices.getDisplayMedia()), 'NotAllowedError');
  state.display = null;
  assert.is(await failure(mediaDevices.getDisplayMedia()), 'NotFoundError');
});

test('an output that was chosen is listed though no microphone was ever used', async () => {
  const mediaDevices = newMediaDevices();
  assert.is((await mediaDevices.selectAudioOutput()).deviceId, 'o1');
  assert.is((await mediaDevices.selectAudioOutput({ deviceId: 'o2' })).label, 'Phones');
  assert.equal((await listed(mediaDevices)).slice(-3), ['audiooutput default Default - Speaker', 'audiooutput o1 Speaker', 'audiooutput o2 Phones']);
  state.permissions = { 'speaker-selection': 'denied' };
  assert.is(await failure(mediaDevices.selectAudioOutput()), 'NotAllowedError');
});

test.run();
