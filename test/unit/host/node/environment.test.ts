import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setEnvironmentData } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { environment, variables } from '../../../../src/host/node/environment';

type Name = keyof typeof variables;
const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** What `text` is read as, and what is said of it. */
async function read(name: Name, text: string): Promise<{ value: unknown; warnings: string[] }> {
  const before = process.env[name];
  const warnings: string[] = [];
  const take = ({ message, code }: Error & { code?: string }) => void warnings.push(`${code}: ${message}`);
  process.on('warning', take);
  setEnvironmentData('mediant: variables that were warned of', undefined);
  process.env[name] = text;
  const value = environment(name);
  assert.equal(environment(name), value);
  // A warning is told in a task of its own.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', take);
  if (before === undefined) delete process.env[name];
  else process.env[name] = before;
  return { value, warnings };
}

const accepted: [Name, string, unknown][] = [
  ['MEDIANT_ICE_PORT', '1', 1], ['MEDIANT_ICE_PORT', '65535', 65535], ['MEDIANT_ICE_PORT', ' 5000\t', 5000], ['MEDIANT_ICE_PORT', '', 0],
  ['MEDIANT_ICE_TCP_PASSIVE', '1', true], ['MEDIANT_ICE_TCP_PASSIVE', '0', false], ['MEDIANT_ICE_TCP_PASSIVE', '', false],
  ['MEDIANT_ICE_MDNS', '1', true], ['MEDIANT_ICE_MDNS', '0', false],
  ['MEDIANT_MAX_DATAGRAM_BYTES', '1400', 1400], ['MEDIANT_MAX_DATAGRAM_BYTES', '', Infinity],
  ['MEDIANT_ICE_ADDRESSES', '10.0.0.1', ['10.0.0.1']], ['MEDIANT_ICE_ADDRESSES', '127.0.0.1, 0:0::1', ['127.0.0.1', '::1']], ['MEDIANT_ICE_ADDRESSES', '', null],
  ['MEDIANT_AUDIO', 'silent', 'silent'], ['MEDIANT_AUDIO', '', ''],
  ['MEDIANT_ISA', 'portable', 'portable'], ['MEDIANT_ADDON', '/a/b.node', '/a/b.node'],
];

for (const [name, text, expected] of accepted) {
  test(`${name}=${text}`, async () => {
    assert.equal(await read(name, text), { value: expected, warnings: [] });
  });
}

const port = 'not a whole number from 1 to 65535; each transport has a port of its own';
const refused: [Name, string, unknown, string][] = [
  ...['abc', '70000', '65536', '0', '-1', '5000x', '5e3', '0x1388', '5000.5', '1,2'].map((text): [Name, string, unknown, string] => ['MEDIANT_ICE_PORT', text, 0, port]),
  ...['yes', 'true', '2'].map((text): [Name, string, unknown, string] => [
    'MEDIANT_ICE_TCP_PASSIVE', text, false, 'not 1 or 0; no transport listens for TCP connections',
  ]),
  ['MEDIANT_ICE_MDNS', 'on', false, 'not 1 or 0; host candidates have addresses'],
  ['MEDIANT_MAX_DATAGRAM_BYTES', '1400 bytes', Infinity, 'not a whole number above 0; the path alone limits their length'],
  ['MEDIANT_MAX_DATAGRAM_BYTES', '0', Infinity, 'not a whole number above 0; the path alone limits their length'],
  ['MEDIANT_ICE_ADDRESSES', '10.0.0.1,eth0', ['10.0.0.1'], 'not a list of IP addresses with commas between; what is an address in it is used, and nothing else'],
  ['MEDIANT_ICE_ADDRESSES', 'eth0', [], 'not a list of IP addresses with commas between; what is an address in it is used, and nothing else'],
  ['MEDIANT_AUDIO', 'jack', '', 'not pulse, alsa or silent; the choice is left to the machine'],
  ['MEDIANT_ISA', 'AVX2', '', 'not portable, sse4, avx2, avx512 or neon; the best one that the processor has is used'],
];

for (const [name, text, expected, reason] of refused) {
  test(`${name}=${text} is warned of once`, async () => {
    assert.equal(await read(name, text), { value: expected, warnings: [`MEDIANT: ${name}=${text} is ${reason}.`] });
  });
}

test('a process is told once, whatever number of connections and Workers it has', () => {
  const program = `
    const { RTCPeerConnection } = require('mediant/webrtc');
    const { isMainThread, Worker } = require('node:worker_threads');
    const connections = Array.from({ length: 2 }, () => new RTCPeerConnection());
    for (const connection of connections) connection.createDataChannel('');
    Promise.all(connections.map((connection) => connection.setLocalDescription())).then(() => {
      for (const connection of connections) connection.close();
      if (isMainThread) new Worker(process.env.PROGRAM, { eval: true });
    });`;
  const { status, stderr } = spawnSync(process.execPath, ['--eval', program], {
    encoding: 'utf8', cwd: root, env: { ...process.env, PROGRAM: program, NODE_OPTIONS: '', MEDIANT_ICE_ADDRESSES: '127.0.0.1', MEDIANT_ICE_PORT: '70000', MEDIANT_ICE_TCP_PASSIVE: 'yes' },
  });
  assert.is(status, 0, stderr);
  assert.equal(stderr.match(/\[MEDIANT\] Warning: MEDIANT_\w+=\w+/g), ['[MEDIANT] Warning: MEDIANT_ICE_PORT=70000', '[MEDIANT] Warning: MEDIANT_ICE_TCP_PASSIVE=yes'], stderr);
});

test('docs/environment.md has the table', () => {
  const rows = readFileSync(`${root}docs/environment.md`, 'utf8').match(/^\| MEDIANT_.*$/gm)!;
  const withoutLinks = rows.map((line) => line.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
  assert.equal(withoutLinks, Object.entries(variables).map(([name, { accepts, does }]) => `| ${name} | ${accepts} | ${does} |`));
});

test('nothing else reads variables of its own', () => {
  const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const readers = files.filter((file) => readFileSync(`${root}src/${file}`, 'utf8').includes('process.env'));
  assert.equal(readers.map((file) => file.replaceAll('\\', '/')).sort(), ['cli/play/index.ts', 'host/node/codecs/node-av.ts', 'host/node/environment.ts']);
});

test.run();
