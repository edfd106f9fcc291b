/** The generated command names agree with the header they come from. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseEnumerations, writeCommands } from '../../../spec/commands';
import * as commands from '../../../src/generated/commands';

const header = readFileSync(new URL('../../../native/audio/engine/Commands.h', import.meta.url), 'utf8');

test('every enumeration of the header is exported with its values', () => {
  // Read here in a way of its own, line by line.
  const expected: Record<string, Record<string, number>> = {};
  const code = header.replace(/\/\/.*$/gm, '').replace(/\s+/g, ' ');
  for (const part of code.split('enum class ').slice(1)) {
    const [name] = part.split(' ');
    const body = part.slice(part.indexOf('{') + 1, part.indexOf('}'));
    const members = body.split(',').map((member) => member.split('=').map((half) => half.trim()));
    expected[name] = Object.fromEntries(members.filter(([member]) => member !== '').map(([member, value]) => [member, Number(value)]));
  }
  assert.ok(Object.keys(expected).length >= 10);
  assert.equal(Object.keys(commands).sort(), Object.keys(expected).sort());
  for (const [name, members] of Object.entries(expected)) assert.equal({ ...(commands as any)[name] }, members, name);
});

test('comments go along, braces in them included', () => {
  const [first] = parseEnumerations('// What it is.\nenum class Sample : int {\n  One = 1,  // takes {a, b}\n  Two = -2,\n};\n');
  assert.equal(first, {
    name: 'Sample',
    comment: 'What it is.',
    members: [
      { name: 'One', value: 1, comment: 'takes {a, b}' },
      { name: 'Two', value: -2, comment: '' },
    ],
  });
  assert.match(writeCommands([first]), /export const Sample = Object\.freeze\(/);
});

test.run();
