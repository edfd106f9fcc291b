/** What holds a process that listens, and what does not. Each program must end by itself. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserFolder } from '../../interop/modes/support/user-folder';

const user = new UserFolder().install();

function endsWith(expected: string, body: string): void {
  const program = user.write('program.mjs', `
    import { AudioContext, MediaStream, addMicrophone, mediaDevices } from 'mediant';
    const microphone = async (constraints = true) => (await mediaDevices.getUserMedia({ audio: constraints })).getTracks()[0];
    const running = async () => { const context = new AudioContext(); await context.resume(); return context; };
    const read = (context, track) => context.createMediaStreamSource(new MediaStream([track])).connect(context.destination);
    ${body}`);
  const { status, signal, stdout, stderr } = user.node([program], { MEDIANT_AUDIO: 'silent' });
  assert.equal([status ?? signal, stdout.trim()], [0, expected], stderr);
}

test('a track that nobody reads does not hold the process', () => {
  endsWith('live', `console.log((await microphone()).readyState);`);
});

test('nor does one that an unconnected node, a suspended context or a disabled track makes silent', () => {
  endsWith('done', `
    const context = await running();
    context.createMediaStreamSource(new MediaStream([await microphone()]));
    const suspended = await running();
    read(suspended, await microphone());
    await suspended.suspend();
    const track = await microphone();
    track.enabled = false;
    read(context, track);
    console.log('done');`);
});

test('a context that hears a microphone holds it until the track is stopped', () => {
  endsWith('heard', `
    const [context, track] = [await running(), await microphone()];
    read(context, track);
    const from = context.currentTime;
    setTimeout(function listen() {
      if (context.currentTime < from + 0.2) return void setTimeout(listen, 10).unref();
      console.log('heard');
      track.stop();
    }, 10).unref();`);
});

test('or the context is closed', () => {
  endsWith('closed', `
    const [context, track] = [await running(), await microphone()];
    read(context, track);
    setTimeout(() => context.close().then(() => console.log('closed')), 50).unref();`);
});

test('or the device has nothing more to give', () => {
  endsWith('ended', `
    const supplied = addMicrophone({ sampleRate: 8000, isDefault: true });
    const [context, track] = [await running(), await microphone()];
    track.onended = () => console.log('ended');
    read(context, track);
    void supplied.write(new Float32Array(1600));
    supplied.end();`);
});

test('a graph of another context holds it while that sounds', () => {
  endsWith('1', `
    const [from, to] = [await running(), await running()];
    const tone = from.createOscillator();
    const destination = from.createMediaStreamDestination();
    tone.connect(destination);
    read(to, destination.stream.getTracks()[0]);
    tone.start();
    tone.stop(0.1);
    let ends = 0;
    tone.onended = () => console.log(++ends);`);
});

test('exit while a microphone is heard', () => {
  endsWith('', `read(await running(), await microphone()); setTimeout(() => process.exit(0), 50);`);
});

test('a Worker that hears one is terminated', () => {
  endsWith('terminated', `
    import { Worker } from 'node:worker_threads';
    const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(\`
      import { parentPort } from 'node:worker_threads';
      import { AudioContext, mediaDevices } from '\${import.meta.resolve('mediant')}';
      const context = new AudioContext();
      await context.resume();
      context.createMediaStreamSource(await mediaDevices.getUserMedia({ audio: true })).connect(context.destination);
      setTimeout(() => parentPort.postMessage('heard'), 50);\`)));
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
    console.log('terminated');`);
});

test.after(() => user.remove());

test.run();
