/** Cameras and microphones of this process: fake ones, and those that a program supplies. */
import type { DeviceHost, HostError, MediaInputDevice, PermissionName, PermissionState, VideoInputDevice } from '../../Host';
import { FakeCamera } from './FakeCamera';
import { FakeMicrophone } from './FakeMicrophone';

export type Permissions = Readonly<Partial<Record<PermissionName, PermissionState>>>;

const notFound = (deviceId: string): HostError => ({ code: 'device-not-found', message: `There is no device '${deviceId}'.` });

export class NodeDeviceHost implements DeviceHost {
  readonly #microphones: FakeMicrophone[];
  readonly #cameras: FakeCamera[];
  readonly #display: FakeCamera;
  readonly #watchers = new Set<() => void>();
  readonly #permissions: Partial<Record<PermissionName, PermissionState>>;

  /** Everything is permitted but what `permissions` says otherwise. */
  constructor(now: () => number, permissions: Permissions = {}) {
    this.#permissions = { ...permissions };
    this.#microphones = [new FakeMicrophone(1), new FakeMicrophone(2)];
    this.#cameras = [new FakeCamera(1, 'user', now), new FakeCamera(2, 'environment', now)];
    this.#display = FakeCamera.display(now);
  }

  inputDevices(): readonly MediaInputDevice[] {
    return [...this.#microphones, ...this.#cameras].map(({ device }) => device);
  }

  permissionState(name: PermissionName): PermissionState {
    return this.#permissions[name] ?? 'granted';
  }

  /** Nobody is there to ask. */
  requestPermissions(_names: readonly PermissionName[], done: (granted: boolean) => void): void {
    setImmediate(done, false);
  }

  setPermission(name: PermissionName, state: PermissionState): void {
    if (this.permissionState(name) === state) return;
    this.#permissions[name] = state;
    this.#changed();
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #changed(): void {
    for (const changed of this.#watchers) setImmediate(changed);
  }

  openMicrophone(...[deviceId]: Parameters<DeviceHost['openMicrophone']>): ReturnType<DeviceHost['openMicrophone']> {
    const microphone = this.#microphones.find(({ device }) => device.deviceId === deviceId);
    return microphone?.open() ?? notFound(deviceId);
  }

  openCamera(...[deviceId, mode, frame]: Parameters<DeviceHost['openCamera']>): ReturnType<DeviceHost['openCamera']> {
    const camera = [...this.#cameras, this.#display].find(({ device }) => device.deviceId === deviceId);
    return camera?.open(mode, frame) ?? notFound(deviceId);
  }

  display(): VideoInputDevice {
    return this.#display.device;
  }
}
