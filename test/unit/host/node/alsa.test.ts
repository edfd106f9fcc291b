import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineEvent, EngineState, StateWord } from '../../../../src/generated/commands';
import { createNodeHost } from '../../../../src/host/node';
import { LiveEngine, constantSource, submit, until } from '../../../support/engine';
import { pulseMissing, startPulse } from '../../../support/pulse.mjs';
import type { PulseServer } from '../../../support/pulse.mjs';

// ALSA plays to the test's own PulseAudio server, through a plugin: there need not be a sound card.
const test = suite('alsa');
const sinks = [{ name: 'first', rate: 48000, channels: 2 }];
const directory = mkdtempSync(join(tmpdir(), 'mediant-alsa-'));
const forced = createNodeHost({ audioBackend: 'alsa' });
let pulse: PulseServer;

/** The library reads a configuration once, so each has a file of its own. */
function configure(name: string, text: string): void {
  process.env.ALSA_CONFIG_PATH = join(directory, name);
  writeFileSync(process.env.ALSA_CONFIG_PATH, text);
}

/** Takes half a second, of which a clock that was late may leave out what it can catch up, a quarter; one that runs freely takes none. */
async function keepsTime(live: LiveEngine): Promise<void> {
  const start = { wall: performance.now(), context: live.currentTime };
  await until(() => live.currentTime > start.context + 0.5);
  assert.ok(performance.now() - start.wall > 200);
}

test.before(async () => {
  pulse = await startPulse(sinks);
});
test.after(async () => {
  await pulse.stop();
  rmSync(directory, { recursive: true });
});

test('plays to the default device', async () => {
  configure('pulse', 'pcm.!default { type pulse }\n');
  const recording = pulse.record(sinks[0]);
  await recording.started;
  const live = new LiveEngine(forced);
  submit(live.engine, constantSource(2, 0.25));
  await live.run();
  await until(() => live.currentTime > 0.5);
  const { state } = live.engine;
  assert.ok(state[StateWord.OutputLatency] > 0 && state[StateWord.OutputLatency] < 0.5, `${state[StateWord.OutputLatency]} s`);
  assert.ok(state[StateWord.OutputFrame] < state[StateWord.CurrentFrame]);
  await live.setState(EngineState.Suspended);
  const stopped = live.currentTime;
  await live.run();
  await until(() => live.currentTime > stopped + 0.1);
  live.close();
  const recorded = await recording.stop();
  assert.ok(recorded.filter((sample) => sample === 0.25).length > 2 * 0.3 * 48000);
  assert.ok(recorded.every((sample) => sample === 0.25 || sample === 0));
  assert.equal(live.events.filter(({ type }) => type === EngineEvent.DeviceFailed), []);
});

test('passes over the null plugin, which knows no time', async () => {
  configure('null', 'pcm.!default { type null }\n');
  const live = new LiveEngine(forced);
  await live.run();
  assert.is(live.events[0].type, EngineEvent.DeviceFailed);
  await keepsTime(live);
  live.close();
});

test('gives up on a device that takes samples without regard to time', async () => {
  configure('file', `pcm.nowhere { type null }\npcm.!default { type plug slave.pcm { type file file "/dev/null" slave.pcm nowhere } }\n`);
  const live = new LiveEngine(forced);
  const failure = live.next(({ type }) => type === EngineEvent.DeviceFailed);
  await live.run();
  live.engine.keepAlive(true);
  assert.is((await failure).first, 4);
  await keepsTime(live);
  live.close();
});

const plugins = ['/usr/lib/x86_64-linux-gnu/alsa-lib', '/usr/lib/aarch64-linux-gnu/alsa-lib', '/usr/lib/alsa-lib', '/usr/lib64/alsa-lib'];
const hasPlugin = plugins.some((path) => existsSync(path) && readdirSync(path).includes('libasound_module_pcm_pulse.so'));
const missing = pulseMissing() ?? (hasPlugin ? undefined : "ALSA's plugin for PulseAudio is not installed");
if (missing) console.log(`skipped: ${missing}`);
else test.run();
