/** A program as users write it. It is compiled, never run. */
import {
  AudioBuffer,
  AudioContext,
  AudioNode,
  GainNode,
  OfflineAudioContext,
  OscillatorNode,
  type AudioScheduledSourceNode,
  type BaseAudioContext,
  type GainOptions,
  type OfflineAudioCompletionEvent,
  type OscillatorType,
} from '../../types/webaudio';

const context = new AudioContext({ latencyHint: 'playback', sinkId: { type: 'none' } });
const options: GainOptions = { gain: 0.5, channelInterpretation: 'discrete' };
const gain = new GainNode(context, options);
const parameter: AudioNode = new OscillatorNode(context).connect(gain).connect(context.destination);
gain.gain.setValueAtTime(1, 0).linearRampToValueAtTime(0, 1).setValueCurveAtTime(new Float32Array(2), 1, 1);
new OscillatorNode(context).connect(gain.gain);

context.onstatechange = function (event) {
  const state: 'suspended' | 'running' | 'closed' | 'interrupted' = this.state;
  console.log(state, event.type);
};
context.addEventListener('statechange', { handleEvent: (event) => console.log(event.type) }, { once: true });

const offline = new OfflineAudioContext(2, 44100, 44100);
offline.addEventListener('complete', (event) => {
  const typed: OfflineAudioCompletionEvent = event;
  const channel: Float32Array<ArrayBuffer> = typed.renderedBuffer.getChannelData(0);
  console.log(channel.length);
});
const rendered: Promise<AudioBuffer> = offline.startRendering();
const decoded: Promise<AudioBuffer> = context.decodeAudioData(new ArrayBuffer(8), (buffer) => console.log(buffer.duration), null);

class Louder extends GainNode {
  constructor(owner: BaseAudioContext) {
    super(owner, { gain: 2 });
  }
}
const type: OscillatorType = 'sawtooth';
const source: AudioScheduledSourceNode = new OscillatorNode(context, { type });
source.onended = null;

// @ts-expect-error an abstract interface has no constructor
new AudioNode();
// @ts-expect-error the enumeration has no such value
new OscillatorNode(context, { type: 'noise' });
// @ts-expect-error a shared buffer is not allowed
new AudioBuffer({ length: 1, sampleRate: 44100 }).copyToChannel(new Float32Array(new SharedArrayBuffer(4)), 0);
// @ts-expect-error read-only
context.sampleRate = 1;

export { Louder, decoded, parameter, rendered };
