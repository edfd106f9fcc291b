// timeout: 120 s
/** Output devices as script sees them: another sink while something plays, a server that goes away. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pulseMissing, startPulse } from '../../support/pulse.mjs';

const test = suite('sink changes');
const sinks = [{ name: 'first', rate: 48_000, channels: 2 }, { name: 'second', rate: 48_000, channels: 2 }];
let pulse: Awaited<ReturnType<typeof startPulse>>;
let AudioContext: any;
let ConstantSourceNode: any;

test.before(async () => {
  pulse = await startPulse(sinks);
  process.env['MEDIANT_AUDIO'] = 'pulse';
  ({ AudioContext, ConstantSourceNode } = await import('mediant'));
});
test.after(() => pulse.stop());

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

function record(context: any): string[] {
  const events: string[] = [];
  for (const type of ['statechange', 'sinkchange', 'error']) context[`on${type}`] = () => events.push(type === 'statechange' ? context.state : type);
  return events;
}

async function playing(options = {}): Promise<any> {
  const context = new AudioContext(options);
  const source = new ConstantSourceNode(context, { offset: 0.25 });
  source.connect(context.destination);
  source.start();
  // The event comes in a task after the promise: what is recorded from here on begins with what a test does.
  await Promise.all([context.resume(), new Promise((resolve) => { context.onstatechange = resolve; })]);
  await until(() => context.currentTime > 0.05);
  return context;
}

test('what plays goes on on another sink, and in silence', async () => {
  const context = await playing();
  const events = record(context);
  const recording = pulse.record(sinks[1]);
  await recording.started;
  await context.setSinkId('second');
  assert.is(context.sinkId, 'second');
  const changed = context.currentTime;
  await until(() => context.currentTime > changed + 0.3);
  assert.equal(events, ['suspended', 'sinkchange', 'running']);
  await context.setSinkId({ type: 'none' });
  assert.is(context.sinkId.type, 'none');
  const silent = context.currentTime;
  await until(() => context.currentTime > silent + 0.1);
  await context.setSinkId('');
  assert.is(context.sinkId, '');
  assert.equal(events.filter((event) => event === 'sinkchange').length, 3);
  await context.close();
  const recorded = await recording.stop();
  const heard = recorded.filter((sample) => sample === 0.25).length / 2 / 48_000;
  assert.ok(heard > 0.2, `${heard} s were heard on the second sink`);
});

test('a sink that is not there leaves everything as it is', async () => {
  const context = await playing();
  const events = record(context);
  assert.is(await context.setSinkId('nowhere').catch((error: Error) => error.name), 'NotFoundError');
  const before = context.currentTime;
  await until(() => context.currentTime > before);
  assert.equal(events, []);
  assert.is(context.sinkId, '');
  assert.is(context.state, 'running');
  await context.close();
});

test('changes asked for at once come one after the other', async () => {
  const context = await playing();
  const events = record(context);
  await Promise.all([context.setSinkId('second'), context.setSinkId({ type: 'none' }), context.setSinkId('first')]);
  assert.is(context.sinkId, 'first');
  await until(() => events.length === 9);
  const once = ['suspended', 'sinkchange', 'running'];
  assert.equal(events, [...once, ...once, ...once]);
  await context.close();
});

test('a context that is suspended changes its sink without a sound', async () => {
  const context = await playing();
  const events = record(context);
  await context.suspend();
  await context.setSinkId('second');
  assert.equal(events, ['suspended', 'sinkchange']);
  await context.resume();
  const before = context.currentTime;
  await until(() => context.currentTime > before);
  await context.close();
});

test('a server that goes away is an error, and the clock goes on', async () => {
  const context = await playing({ sinkId: 'second' });
  const events = record(context);
  await pulse.kill();
  await until(() => events.length > 0);
  assert.equal(events, ['error']);
  assert.is(context.state, 'running');
  const before = context.currentTime;
  await until(() => context.currentTime > before + 0.1);
  await context.close();
});

const missing = pulseMissing();
if (missing) console.log(`skipped: ${missing}`);
else test.run();
