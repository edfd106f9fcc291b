import { assertSamples, noise, OfflineAudioContext, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('an offline render hears what the script made, two buffers later', async () => {
  const input = [noise(4000, 1), noise(4000, 2)];
  const times: number[] = [];
  const channels = await render(2, 8192, (context) => {
    const node = context.createScriptProcessor(512, 2, 2);
    node.onaudioprocess = ({ inputBuffer, outputBuffer, playbackTime }: any) => {
      times.push(playbackTime);
      for (const channel of [0, 1]) {
        const output = outputBuffer.getChannelData(channel);
        inputBuffer.getChannelData(1 - channel).forEach((sample: number, frame: number) => (output[frame] = 2 * sample));
      }
    };
    play(context, input).connect(node).connect(context.destination);
  });
  assert.equal(times.slice(0, 2), [1024 / sampleRate, 1536 / sampleRate]);
  for (const channel of [0, 1]) {
    assertSamples(channels[channel]!, (frame) => 2 * (input[1 - channel]![frame - 1024] ?? 0), 0);
  }
});

for (const [renderSizeHint, blocks] of [[1, 2], [256, 2], [300, 3], [1024, 5]] as const) {
  test(`render quanta of ${renderSizeHint} frames: ${blocks} buffers later`, async () => {
    const context = new OfflineAudioContext({ length: 8192, sampleRate, renderSizeHint });
    const input = noise(4000, 1);
    const node = context.createScriptProcessor(256, 1, 1);
    const times: number[] = [];
    node.onaudioprocess = ({ inputBuffer, outputBuffer, playbackTime }: any) => {
      times.push(playbackTime);
      outputBuffer.copyToChannel(inputBuffer.getChannelData(0), 0);
    };
    play(context, [input]).connect(node).connect(context.destination);
    const rendered = (await context.startRendering()).getChannelData(0);
    assert.is(times[0], (256 * blocks) / sampleRate);
    assertSamples(rendered, (frame) => input[frame - 256 * blocks] ?? 0, 0);
  });
}

test.run();
