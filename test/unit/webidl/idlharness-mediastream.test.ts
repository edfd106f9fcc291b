/** idlharness of web-platform-tests over the current IDL of media capture, with a host that has a microphone and a camera. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { webrefIdl } from '../../../spec/generate';
import { apis } from '../../../spec/interfaces';
import { realmFunction } from './features/build';
import { absent, idlharness } from './idlharness';

await import('../mediastream/device-host');
const { host } = globalThis as unknown as { host: object };

const [{ interfaces, specifications }] = apis.filter(({ name }) => name === 'mediastream');
const omitted = JSON.parse(readFileSync(new URL('../../../src/generated/omitted.json', import.meta.url), 'utf8')) as {
  interface: string;
  member: string;
}[];

/** Objects that only `getUserMedia` can make are put on the window by this script. */
const prepare = `(async () => {
  self.stream = await core.navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  self.track = stream.getAudioTracks()[0];
  self.devices = await core.navigator.mediaDevices.enumerateDevices();
})()`;

const objects = {
  MediaStream: ['stream', 'new MediaStream()'],
  MediaStreamTrack: ['track'],
  MediaStreamTrackAudioStats: ['track.stats'],
  MediaStreamTrackVideoStats: ['stream.getVideoTracks()[0].stats'],
  MediaStreamTrackEvent: ['new MediaStreamTrackEvent("x", { track })'],
  MediaDevices: ['core.navigator.mediaDevices'],
  InputDeviceInfo: ['devices[0]'],
  MediaDeviceInfo: ['devices.find(({ kind }) => kind === "audiooutput")'],
  DeviceChangeEvent: ['new DeviceChangeEvent("x", { devices })'],
  OverconstrainedError: ['new OverconstrainedError("width")'],
};

/** A fault of the IDL: partial interfaces name globals that the interfaces themselves are not exposed on. */
const contradiction = /^Partial interface MediaStream(Track)?: valid exposure set$/;

if (absent === undefined) {
  test('idlharness passes for every interface of media capture', async () => {
    const results = await idlharness({
      code: await realmFunction({ entryPoints: [new URL('../../../src/core.ts', import.meta.url).pathname] }),
      host,
      // Partial interfaces of other files in one text, as idlharness takes it.
      idl: specifications.map(webrefIdl).join('\n'),
      interfaces,
      omitted: omitted.map(({ interface: name, member }) => `${name}.${member}`),
      objects,
      prepare,
    });
    const failed = results.filter(({ name, status }) => status !== 0 && !contradiction.test(name));
    console.log(`idlharness: ${results.length - failed.length} passed, ${failed.length} failed`);
    assert.equal(failed.map(({ name, message }) => `${name}: ${message}`), []);
    assert.ok(results.length > 300, `${results.length} results`);
  });
} else {
  console.log(`skipped: ${absent}`);
}

test.run();
