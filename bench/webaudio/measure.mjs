/** What runs inside each implementation, a browser included: renders scenes and times them. No import, for that reason. */

const channels = 2;

/** Wall and processor seconds that have gone by, added up over the stretches between `start` and `stop`. */
class Stopwatch {
  wallSeconds = 0;
  cpuSeconds = 0;
  #processorSeconds;

  /** `processorSeconds` tells, perhaps by a promise, what the implementation's processes have used. */
  constructor(processorSeconds) {
    this.#processorSeconds = processorSeconds;
  }

  async start() {
    this.cpuSeconds -= await this.#processorSeconds();
    this.wallSeconds -= performance.now() / 1000;
  }

  async stop() {
    this.wallSeconds += performance.now() / 1000;
    this.cpuSeconds += await this.#processorSeconds();
  }
}

/** One render, until its samples are there to be read; what `prepare` does is not counted. */
async function render(api, scene, sampleRate, watch) {
  await watch.start();
  const context = new api.OfflineAudioContext(channels, scene.seconds * sampleRate, sampleRate);
  if (scene.prepare) {
    await watch.stop();
    await scene.prepare(context);
    await watch.start();
  }
  scene.build(context, api);
  const buffer = await context.startRendering();
  const rendered = Array.from({ length: channels }, (_, channel) => buffer.getChannelData(channel));
  await watch.stop();
  return rendered;
}

function rms(rendered) {
  let sum = 0;
  for (const samples of rendered) {
    for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  }
  return Math.sqrt(sum / (rendered.length * rendered[0].length));
}

/** Renders a scene again and again until at least `seconds` have gone by. `work` is in seconds of sound. */
export async function measure(api, scene, sampleRate, seconds, processorSeconds) {
  const watch = new Stopwatch(processorSeconds);
  let work = 0;
  let rendered;
  do {
    rendered = await render(api, scene, sampleRate, watch);
    work += scene.seconds;
  } while (watch.wallSeconds < seconds);
  return { work, wallSeconds: watch.wallSeconds, cpuSeconds: watch.cpuSeconds, rms: rms(rendered) };
}

/** Milliseconds of the smallest render, from the constructor to the promise: the first, and the median of those that follow. */
export async function smallestRender(api, sampleRate, count) {
  const milliseconds = [];
  for (let i = 0; i <= count; i++) {
    const begin = performance.now();
    const context = new api.OfflineAudioContext(channels, 128, sampleRate);
    await context.startRendering();
    milliseconds.push(performance.now() - begin);
  }
  const [first, ...others] = milliseconds;
  others.sort((a, b) => a - b);
  return { first, median: others[others.length >> 1] };
}
