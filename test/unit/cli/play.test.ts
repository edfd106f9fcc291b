import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addonIsBuilt, file, mediant, start, wav } from './support';

/** Output is no terminal here: plain lines, one a second. */
const song = file('song.wav', wav(0.6));

if (!addonIsBuilt) console.log('skipped: the native addon is not built');
const check = addonIsBuilt ? test : test.skip;

function finished(child: ReturnType<typeof start>): Promise<{ status: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => { stdout += chunk; });
  child.stderr.on('data', (chunk) => { stderr += chunk; });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
}

check('a file is played to its end', () => {
  const { status, stdout, stderr } = mediant(['play', song]);
  assert.is(status, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  assert.is(lines[0], 'song.wav');
  assert.match(lines[1], /^WAV · .*8 kHz · stereo$/);
  assert.match(lines[2], /kHz$/);
  assert.match(lines[3], 'No sound device was found');
  assert.match(lines[4], /^0:00 \/ 0:00 /);
  assert.match(lines.at(-1)!, /finished$/);
  assert.is(stderr, '');
});

check('levels are measured a channel', () => {
  const { stdout } = mediant(['play', file('longer.wav', wav(3.2))]);
  assert.match(stdout, /^0:0[0-3] \/ 0:03 {2}L +-?0\.\d dB {2}R +-(5\.9|6\.0|6\.1) dB$/m);
});

check('a URL', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/song.wav') response.end(wav(0.2));
    else response.writeHead(404, 'Not Found').end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const found = await finished(start(['play', `${origin}/song.wav`]));
  assert.is(found.status, 0, found.stderr);
  const missing = await finished(start(['play', `${origin}/other.wav`]));
  assert.is(missing.status, 1);
  assert.is(missing.stderr, `mediant: cannot fetch ${origin}/other.wav: 404 Not Found\n`);
  server.close();
  await once(server, 'close');
  const refused = await finished(start(['play', `${origin}/song.wav`]));
  assert.is(refused.status, 1);
  assert.match(refused.stderr, /^mediant: cannot fetch .*\n$/);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  check(`${signal} stops cleanly`, async () => {
    const child = start(['play', '--loop', song]);
    const result = finished(child);
    child.stdout.once('data', () => child.kill(signal));
    const { status, stdout, stderr } = await result;
    assert.is(status, 0, stderr);
    assert.match(stdout, /stopped\n$/);
    assert.is(stderr, '');
  });
}

check('a rate and a volume of one\'s own', () => {
  const { status, stdout } = mediant(['play', '--rate', '22050', '--volume', '0.5', song]);
  assert.is(status, 0);
  assert.match(stdout, '22.05 kHz');
});

check('without a file the sample is played', async () => {
  const child = start(['play']);
  const result = finished(child);
  child.stdout.once('data', () => child.kill('SIGINT'));
  const { status, stdout, stderr } = await result;
  assert.is(status, 0, stderr);
  assert.match(stdout, /^sample\./);
});

check('devices: a table, and JSON', () => {
  const table = mediant(['devices']).stdout;
  assert.match(table, /^BACKEND +ID +NAME +CHANNELS +RATE +DEFAULT\n/);
  const list = JSON.parse(mediant(['devices', '--json']).stdout);
  assert.ok(list.length > 0);
  assert.is(list.filter((device: { default: boolean }) => device.default).length, 1);
  for (const device of list) {
    assert.equal(Object.keys(device), ['backend', 'id', 'name', 'channels', 'rate', 'default']);
    assert.match(table, device.id);
  }
  assert.is(mediant(['play', '--device', list[0].id, song]).status, 0);
});

test('without the addon: one line that says what is missing, exit 1', () => {
  const { status, stderr } = mediant(['play', song], { MEDIANT_ADDON: '/nowhere.node' });
  assert.is(status, 1);
  assert.match(stderr, /^mediant: .*\/nowhere\.node.*\n$/);
});

test.run();
