// timeout: 240 s
/** The soaks of WebRTC in short: nothing fails or is left behind, and their processes end by themselves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canCount } from '../../support/process-state';
import { addonIsBuilt } from '../../interop/modes/support/user-folder';

const root = fileURLToPath(new URL('../../../', import.meta.url));

async function runs(name: string, ...args: (string | number)[]): Promise<string> {
  const child = spawn(process.execPath, ['--expose-gc', `test/soak/${name}.mjs`, ...args.map(String)], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } });
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  assert.is(status, 0, output);
  return output;
}

if (!addonIsBuilt || !canCount) console.log('skipped: no addon, or not on Linux');
const soakTest = addonIsBuilt && canCount ? test : test.skip;

soakTest('30 connections one after the other and 10 at once leave nothing behind', async () => {
  assert.match(await runs('connection-cycles', 30, 10), /after 10 pairs: .*\n.*after 1 Workers: /);
});

soakTest('connections come about where a tenth of the packets is lost', async () => {
  assert.match(await runs('handshakes-under-loss', 8, 10), /^10 % lost: 8 connected, .* 0 failed$/m);
});

soakTest('a channel runs at full throughput', async () => {
  assert.match(await runs('channel-throughput', 0.03), /GB, [\d.]+ MB\/s$/m);
});

test.run();
