import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** What the published package holds, as far as running it goes; `build` stands in for the prebuilt addon. */
const copied = ['package.json', 'dist', 'types'];

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };

/** Whether sound can be rendered at all; machines without a compiler run the other tests. */
export const addonIsBuilt = existsSync(join(root, 'build/Release/mediant.node'));

export interface Outcome {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder outside the repository, as a user of the package has one. */
export class UserFolder {
  readonly directory = mkdtempSync(join(tmpdir(), 'mediant-user-'));

  constructor() {
    this.write('package.json', '{ "type": "module" }');
  }

  /** Installs `mediant` with what it depends on, and `packages` from this checkout. */
  install(packages: readonly string[] = []): this {
    const target = this.path('node_modules/mediant');
    mkdirSync(target, { recursive: true });
    for (const name of copied) cpSync(join(root, name), join(target, name), { recursive: true });
    const bin = this.path('node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    chmodSync(join(target, 'dist/cli.js'), 0o755);
    symlinkSync('../mediant/dist/cli.js', join(bin, 'mediant'));
    if (addonIsBuilt) symlinkSync(join(root, 'build'), join(target, 'build'));
    for (const name of [...Object.keys(dependencies), ...packages]) {
      mkdirSync(dirname(this.path(`node_modules/${name}`)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), this.path(`node_modules/${name}`));
    }
    return this;
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  write(name: string, content: string | Uint8Array): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Runs Node in the folder. */
  node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Outcome {
    return spawnSync(process.execPath, args, { cwd: this.directory, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', ...env }, timeout: 60_000 });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
