/** The graph that `pulse-exact.mjs` plays and renders offline: every sample differs from its neighbours, nothing repeats for minutes. */
export function buildScene(context) {
  const noise = context.createBuffer(1, 65_521, context.sampleRate);
  const samples = noise.getChannelData(0);
  let state = 1;
  for (let frame = 0; frame < samples.length; frame++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    samples[frame] = state / 2 ** 33 + 0.1;
  }
  const player = context.createBufferSource();
  player.buffer = noise;
  player.loop = true;
  const tone = context.createOscillator();
  tone.frequency.value = 437.3;
  const gain = context.createGain();
  gain.gain.value = 0.3;
  player.connect(context.destination);
  tone.connect(gain).connect(context.destination);
  player.start(0.5);
  tone.start(0.5);
}
