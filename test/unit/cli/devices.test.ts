import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mediant } from './support';

test('devices --codecs --json: what opens on this machine', () => {
  const { status, stdout, stderr } = mediant(['devices', '--codecs', '--json']);
  assert.is(status, 0, stderr);
  const rows = JSON.parse(stdout) as { codec: string; decoder: string | null; encoder: string | null }[];
  const row = (name: string) => rows.find(({ codec }) => codec === name)!;
  assert.is(row('PCM').decoder, 'built in');
  assert.type(row('VP9').decoder, 'string');
  assert.type(row('Vorbis').decoder, 'string', 'with headers of its own');
  assert.type(row('Opus').encoder, 'string');
  assert.is(row('AMR-NB').encoder, null);
});

test('devices --codecs as a table, and the devices that were tried', () => {
  const [codecs, devices] = mediant(['devices', '--codecs']).stdout.split('\n\n');
  const [heading, first] = codecs.split('\n');
  assert.match(heading, /^CODEC +TRIED +DECODER +ENCODER +HARDWARE DECODER +HARDWARE ENCODER$/);
  assert.match(first, /^H\.264 +avc1\.640028 +\S+ +\S+/);
  assert.match(devices ?? '', process.platform === 'linux' ? /^DEVICE +STATE\nvaapi +\S.*\ncuda +\S.*\nqsv +\S.*\nvulkan +\S/ : /^/);
});

test.run();
