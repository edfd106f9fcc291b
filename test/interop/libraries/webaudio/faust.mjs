/** Faust compiles a DSP program to WebAssembly, which runs within process() of an AudioWorkletProcessor. */
import assert from 'node:assert/strict';
import { install } from 'mediant';
import { assertSound, assertTone } from './support/signal.mjs';

// Not mediant/polyfill: where there is a window, Faust fetches its compiler.
install();
const { FaustCompiler, FaustMonoDspGenerator, FaustPolyDspGenerator, LibFaust, instantiateFaustModuleFromFile } =
  await import('@grame/faustwasm/dist/esm/index.js');
const { fileURLToPath } = await import('node:url');

const compilerFile = fileURLToPath(import.meta.resolve('@grame/faustwasm/libfaust-wasm/libfaust-wasm.js'));
const compiler = new FaustCompiler(new LibFaust(await instantiateFaustModuleFromFile(compilerFile)));
const rate = 48000;

async function render(generator, name, program, use, ...voices) {
  await generator.compile(compiler, name, `import("stdfaust.lib"); ${program}`, '-ftz 2');
  const context = new OfflineAudioContext(1, rate, rate);
  const node = await generator.createNode(context, ...voices);
  assert(node instanceof AudioWorkletNode);
  node.connect(context.destination);
  use(node);
  return context.startRendering();
}

const tone = await render(new FaustMonoDspGenerator(), 'tone', 'process = os.osc(hslider("freq", 440, 20, 2000, 1)) * 0.5;', (node) => {
  assert.deepEqual(node.getParams(), ['/tone/freq']);
  node.setParamValue('/tone/freq', 660);
});
assertTone(tone.getChannelData(0).subarray(rate / 2), 660, rate);

const voice = 'process = os.sawtooth(hslider("freq", 440, 20, 2000, 1)) * hslider("gain", 0.5, 0, 1, 0.01) * en.adsr(0.01, 0.1, 0.8, 0.1, button("gate"));';
assertSound(await render(new FaustPolyDspGenerator(), 'voice', voice, (node) => {
  node.keyOn(0, 60, 100);
  node.keyOn(0, 67, 100);
}, 4), 0.01);
