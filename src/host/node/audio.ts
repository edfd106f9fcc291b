import { isHostError } from '../Host';
import type { AudioDevice, AudioHost } from '../Host';
import { loadAddon } from './addon';
import type { LendableEngine } from './addon';
import { headRelatedResponses } from './hrtf';
import { NodeWorkletThread } from './worklet/WorkletThread';

/** What is there without an addon: it can name an output, not open one. */
const silentDevice: AudioDevice = {
  id: 'silent', label: 'Silent output', channels: 2, sampleRate: 48000, backend: 'silent', isDefault: true,
};

/** The render engines and output devices of the addon. `backend` is '' or the one backend that may be used. */
export function createAudioHost(now: () => number, backend: string): AudioHost {
  return {
    outputInfo(sinkId) {
      const addon = loadAddon();
      const { sampleRate, channels, label, backend: name } = isHostError(addon) ? silentDevice : addon.outputInfo(sinkId, backend);
      return { sampleRate, maxChannelCount: channels, backend: name, label };
    },

    outputDevices() {
      const addon = loadAddon();
      return isHostError(addon) ? [silentDevice] : addon.outputDevices(backend);
    },

    openRealtime({ sampleRate, renderQuantumSize, numberOfChannels, latency, sinkId, now: realmNow = now }, events) {
      const addon = loadAddon();
      if (isHostError(addon)) return addon;
      const state = new Float64Array(addon.stateWords);
      const clockOffset = realmNow() - addon.monotonicNow();
      return addon.openRealtime(
        sampleRate, renderQuantumSize, numberOfChannels, state, events, latency, sinkId, backend, clockOffset,
      );
    },

    openOffline({ sampleRate, renderQuantumSize, numberOfChannels }, events) {
      const addon = loadAddon();
      if (isHostError(addon)) return addon;
      const state = new Float64Array(addon.stateWords);
      return addon.openOffline(sampleRate, renderQuantumSize, numberOfChannels, state, events);
    },

    openWorklet: (engine, options, events) => new NodeWorkletThread(engine as unknown as LendableEngine, options, events),

    hrtf: headRelatedResponses,
  };
}
