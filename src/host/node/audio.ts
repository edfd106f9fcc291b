import { isHostError } from '../Host';
import type { AudioDevice, AudioHost } from '../Host';
import { loadAddon } from './addon';

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

    openRealtime(options, events) {
      const addon = loadAddon();
      if (isHostError(addon)) return addon;
      const clockOffset = (options.now ?? now)() - addon.monotonicNow();
      return addon.openRealtime({ ...options, backend, clockOffset }, new Float64Array(addon.stateWords), events);
    },

    openOffline(options, events) {
      const addon = loadAddon();
      if (isHostError(addon)) return addon;
      return addon.openOffline(options, new Float64Array(addon.stateWords), events);
    },
  };
}
