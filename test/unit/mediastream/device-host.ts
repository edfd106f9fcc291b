/**
 * A host with two microphones and a camera, all under the test's control. It is bound to the free name `host` when this module is evaluated, so
 * import it before the interfaces under test.
 */
import type {
  AudioInputDevice,
  Host,
  HostError,
  InputEvents,
  MediaInputDevice,
  PermissionName,
  PermissionState,
  VideoFrameData,
  VideoInputDevice,
  VideoMode,
} from '../../../src/host/Host';
import { PcmRing } from '../../../src/mediastream/PcmRing';

export const microphone: AudioInputDevice = {
  kind: 'audioinput', deviceId: 'm1', group: 'desk', label: 'Desk', hasEffects: false, sampleRate: 24000, channelCount: 1, latency: 0.02,
};
export const headset: AudioInputDevice = {
  kind: 'audioinput', deviceId: 'm2', group: 'head', label: 'Headset', hasEffects: true, sampleRate: 48000, channelCount: 2, latency: 0.01,
};
export const camera: VideoInputDevice = {
  kind: 'videoinput', deviceId: 'c1', group: 'desk', label: 'Lens', hasEffects: true, facingMode: 'user',
  modes: [{ width: 640, height: 480, frameRate: 30 }, { width: 1280, height: 720, frameRate: 25 }],
};
export const display: VideoInputDevice = { ...camera, deviceId: 'd1', group: 'd1', label: 'Display', facingMode: null, hasEffects: false };

/** An input that is open. */
export interface OpenInput {
  readonly deviceId: string;
  readonly mode?: VideoMode;
  readonly events: InputEvents;
  readonly frame?: (frame: VideoFrameData) => void;
}

export const state = {
  now: 0,
  isFullyActive: true,
  devices: [microphone, headset, camera] as MediaInputDevice[],
  display: display as VideoInputDevice | null,
  permissions: {} as Partial<Record<PermissionName, PermissionState>>,
  /** What whoever is asked says. */
  answer: true,
  asked: [] as PermissionName[][],
  open: new Set<OpenInput>(),
  failure: null as HostError | null,
};

const watchers = new Set<() => void>();

/** Says that the devices are others now, and lets the consequences take their course. */
export async function devicesChanged(): Promise<void> {
  for (const changed of watchers) changed();
  await tasks();
}

/** Lets queued tasks and what they queue run. */
export async function tasks(rounds = 4): Promise<void> {
  for (let round = 0; round < rounds; ++round) await new Promise((resolve) => setImmediate(resolve));
}

function opened(input: OpenInput): { close(): void } {
  state.open.add(input);
  return { close: () => void state.open.delete(input) };
}

const host: Partial<Host> = {
  now: () => state.now,
  queueTask: (callback) => void setImmediate(callback),
  reportException: (error) => {
    throw error;
  },
  isSecureContext: true,
  isFullyActive: () => state.isFullyActive,
  getRandomValues: (bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
  audio: {
    outputInfo: () => ({ sampleRate: 48000, maxChannelCount: 2, backend: 'silent', label: '' }),
    outputDevices: () => [
      { id: 'o1', label: 'Speaker', channels: 2, sampleRate: 48000, backend: 'test', isDefault: true },
      { id: 'o2', label: 'Phones', channels: 2, sampleRate: 48000, backend: 'test', isDefault: false },
    ],
    openRealtime: () => ({ code: 'none', message: 'none' }),
    openOffline: () => ({ code: 'none', message: 'none' }),
  },
  devices: {
    inputDevices: () => state.devices,
    permissionState: (name) => state.permissions[name] ?? 'granted',
    requestPermissions(names, done) {
      state.asked.push([...names]);
      setImmediate(done, state.answer);
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    openMicrophone(deviceId, events) {
      if (state.failure !== null) return state.failure;
      const { sampleRate, channelCount } = state.devices.find((device) => device.deviceId === deviceId) as AudioInputDevice;
      return { ...opened({ deviceId, events }), ring: PcmRing.allocate(channelCount, sampleRate, 0.1), blockSeconds: 0.01 };
    },
    openCamera: (deviceId, mode, frame, events) => state.failure ?? opened({ deviceId, mode, frame, events }),
    display: () => state.display,
  },
};

(globalThis as Record<string, unknown>).host = host;
