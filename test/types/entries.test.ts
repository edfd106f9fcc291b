// timeout: 240 s
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserFolder } from '../interop/modes/support/user-folder';

/** A program that uses every entry, compiled as users compile theirs. */
const program = `
  import { AudioContext, GainNode, install as installGlobals } from 'mediant';
  import { OfflineAudioContext } from 'mediant/webaudio';
  import { install as polyfill } from 'mediant/polyfill';
  import { install } from 'mediant/jsdom';
  import type { Installation } from 'mediant/happy-dom';
  import { isHostError, realmNames, realmOf, script } from 'mediant/realm';
  import type { Core, Host, Mediant, Realm } from 'mediant/realm';

  const context = new AudioContext({ latencyHint: 'playback' });
  const gain: GainNode = new GainNode(context, { gain: 0.5 });
  gain.connect(context.destination).channelCount = 1;
  gain.gain.setValueAtTime(0, 1).linearRampToValueAtTime(1, 2);
  context.addEventListener('statechange', (event) => event.type.length);
  export const frames: Promise<number> = new OfflineAudioContext(1, 128, 44100).startRendering().then((buffer) => buffer.length);

  export const names: string[] = [...installGlobals(), ...polyfill({}), ...realmNames];
  const installation: Installation = install({}, { isSecureContext: true });
  installation.close();

  declare const host: Host;
  const mediant = (0, eval)(script) as Mediant;
  const realm: Realm = realmOf(globalThis);
  const core: Core = mediant(realm, host);
  core.install(globalThis, { exposed: 'DedicatedWorker', onlyMissing: true });
  const engine = host.audio.openOffline({ sampleRate: 1, renderQuantumSize: 128, numberOfChannels: 1 }, () => {});
  if (isHostError(engine)) throw new Error(engine.message);
  engine.resume();

  // @ts-expect-error: gain takes a number
  new GainNode(context, { gain: 'loud' });
`;

const user = new UserFolder().install(['@types/node', 'undici-types']);
const file = user.write('program.mts', program);

const resolutions = {
  NodeNext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  Bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

/** Event, EventTarget and DOMException come from the DOM's types or from Node's. */
const environments = {
  'the DOM': { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [] },
  Node: { lib: ['lib.es2022.d.ts'], types: ['node'] },
  both: { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: ['node'] },
};

const combinations = [['NodeNext', 'Node'], ['NodeNext', 'the DOM'], ['Bundler', 'both']] as const;

for (const [name, types] of combinations) {
  test(`${name} resolution, types of ${types}`, () => {
    const options = {
      ...resolutions[name], ...environments[types], target: ts.ScriptTarget.ES2022, strict: true, noEmit: true, skipDefaultLibCheck: true,
    };
    const host = { ...ts.createCompilerHost(options), getCurrentDirectory: () => user.directory };
    const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
    assert.is(ts.formatDiagnostics(diagnostics, host), '');
  });
}

test.after(() => user.remove());

test.run();
