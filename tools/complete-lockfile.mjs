// Adds to package-lock.json the platform packages that an npm registry mirror left out, so that `npm ci` accepts the file
// everywhere. npm drops an optional dependency that the registry in use does not have; its name tells the platform.
// Run after each change of dependencies: node tools/complete-lockfile.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];
const processors = { arm: 'arm', arm64: 'arm64', ia32: 'ia32', loong64: 'loong64', ppc64: 'ppc64', riscv64: 'riscv64', s390x: 's390x', x64: 'x64' };

function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const system = words.findIndex((word) => systems.includes(word));
  const cpu = processors[words[system + 1]];
  if (system < 0 || !cpu) return null;
  const libc = words.at(-1).startsWith('musl') ? ['musl'] : words.at(-1).startsWith('gnu') ? ['glibc'] : undefined;
  return { cpu: [cpu], ...(libc && { libc }), os: [words[system]] };
}

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];
for (const entry of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    const platform = platformOf(name);
    if (key in lock.packages || !platform || !/^\d/.test(version)) continue;
    lock.packages[key] = { version, ...platform, ...(entry.dev && { dev: true }), license: entry.license, optional: true };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} packages added${added.length ? `: ${added.join(', ')}` : ''}`);
