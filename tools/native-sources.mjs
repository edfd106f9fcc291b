/**
 * Lists the addon's C++ sources for binding.gyp: `node tools/native-sources.mjs portable|sse4|avx2|avx512|neon`.
 * The instruction set is the part of a file's name before `.cc`; a file that names none is portable.
 */
import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const instructionSets = ['sse4', 'avx2', 'avx512', 'neon'];
const directories = ['base', 'audio', 'device', 'net', 'addon'];

const instructionSetOf = (name) => instructionSets.find((set) => name.endsWith(`.${set}.cc`)) ?? 'portable';

export function nativeSources(instructionSet) {
  return readdirSync(new URL('../native/', import.meta.url), { recursive: true })
    .map((name) => name.split(sep).join('/'))
    .filter((name) => name.endsWith('.cc') && directories.includes(name.split('/')[0]))
    .filter((name) => instructionSetOf(name) === instructionSet)
    .sort()
    .map((name) => `native/${name}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(nativeSources(process.argv[2]).join('\n'));
