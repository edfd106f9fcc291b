/** Cameras and microphones of this process: fake ones, and those that a program supplies. */
import type { CodecHost, DeviceHost, HostError, MediaInputDevice, PermissionName, PermissionState, VideoInputDevice } from '../../Host';
import { FakeCamera } from './FakeCamera';
import { FakeMicrophone } from './FakeMicrophone';
import type { FedMicrophone } from './FedMicrophone';
import { SuppliedMicrophone } from './SuppliedMicrophone';
import type { MicrophoneOptions } from './SuppliedMicrophone';

export type Permissions = Readonly<Partial<Record<PermissionName, PermissionState>>>;

const notFound = (deviceId: string): HostError => ({ code: 'device-not-found', message: `There is no device '${deviceId}'.` });

export class NodeDeviceHost implements DeviceHost {
  #microphones: FedMicrophone[];
  #lastMicrophone = 0;
  readonly #codecs: CodecHost;
  readonly #cameras: FakeCamera[];
  readonly #display: FakeCamera;
  readonly #watchers = new Set<() => void>();
  readonly #permissions: Partial<Record<PermissionName, PermissionState>>;

  /** Everything is permitted but what `permissions` says otherwise. */
  constructor(now: () => number, codecs: CodecHost, permissions: Permissions = {}) {
    this.#codecs = codecs;
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

  /** A microphone of the program's own, until it ends. */
  addMicrophone(options: MicrophoneOptions = {}): SuppliedMicrophone {
    const microphone = new SuppliedMicrophone(++this.#lastMicrophone, options, this.#codecs, (removed) => {
      this.#microphones = this.#microphones.filter((other) => other !== removed);
      this.#changed();
    });
    this.#microphones = microphone.isDefault ? [microphone, ...this.#microphones] : [...this.#microphones, microphone];
    this.#changed();
    return microphone;
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #changed(): void {
    for (const changed of this.#watchers) setImmediate(changed);
  }

  openMicrophone(...[deviceId, events]: Parameters<DeviceHost['openMicrophone']>): ReturnType<DeviceHost['openMicrophone']> {
    const microphone = this.#microphones.find(({ device }) => device.deviceId === deviceId);
    return microphone?.open(events) ?? notFound(deviceId);
  }

  openCamera(...[deviceId, mode, frame]: Parameters<DeviceHost['openCamera']>): ReturnType<DeviceHost['openCamera']> {
    const camera = [...this.#cameras, this.#display].find(({ device }) => device.deviceId === deviceId);
    return camera?.open(mode, frame) ?? notFound(deviceId);
  }

  display(): VideoInputDevice {
    return this.#display.device;
  }
}
