import { isHostError } from '../Host';
import type { DeviceHost, HostError, MediaInputDevice, PermissionName, PermissionState, VideoInputDevice } from '../Host';
import type { DeviceIds } from './device-ids';

export type Permissions = Readonly<Partial<Record<PermissionName, PermissionState>>>;

interface Closable {
  close(): void;
}

/** The devices of the Host behind a window, under the window's names for them and with its permissions. */
export class WindowDevices implements DeviceHost {
  readonly #behind: DeviceHost;
  readonly #ids: DeviceIds;
  readonly #permissions: Partial<Record<PermissionName, PermissionState>>;
  readonly #watchers = new Set<() => void>();
  readonly #unwatch: () => void;
  readonly #open = new Set<Closable>();
  readonly #queueTask: (task: () => void) => void;

  /** `permissions` go before those of the Host behind; `queueTask` is the window's. */
  constructor(behind: DeviceHost, ids: DeviceIds, permissions: Permissions, queueTask: (task: () => void) => void) {
    this.#behind = behind;
    this.#ids = ids;
    this.#permissions = { ...permissions };
    this.#queueTask = queueTask;
    this.#unwatch = behind.watch(() => this.#changed());
  }

  inputDevices(): readonly MediaInputDevice[] {
    return this.#behind.inputDevices().map((device) => this.#expose(device));
  }

  display(): VideoInputDevice | null {
    const display = this.#behind.display();
    return display && this.#expose(display);
  }

  #expose<Device extends MediaInputDevice>(device: Device): Device {
    return { ...device, deviceId: this.#ids.expose(device.deviceId) };
  }

  permissionState(name: PermissionName): PermissionState {
    return this.#permissions[name] ?? this.#behind.permissionState(name);
  }

  requestPermissions(names: readonly PermissionName[], done: (granted: boolean) => void): void {
    this.#behind.requestPermissions(names, (granted) => this.#queueTask(() => done(granted)));
  }

  /** Grants, denies or takes back a permission in this window. */
  setPermission(name: PermissionName, state: PermissionState): void {
    if (this.permissionState(name) === state) return;
    this.#permissions[name] = state;
    this.#queueTask(() => this.#changed());
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #changed(): void {
    for (const changed of this.#watchers) changed();
  }

  openMicrophone(...[deviceId, events]: Parameters<DeviceHost['openMicrophone']>): ReturnType<DeviceHost['openMicrophone']> {
    return this.#opened(this.#behind.openMicrophone(this.#ids.resolve(deviceId), events));
  }

  openCamera(...[deviceId, mode, frame, events]: Parameters<DeviceHost['openCamera']>): ReturnType<DeviceHost['openCamera']> {
    return this.#opened(this.#behind.openCamera(this.#ids.resolve(deviceId), mode, frame, events));
  }

  #opened<Input extends Closable>(input: Input | HostError): Input | HostError {
    if (isHostError(input)) return input;
    const close = (): void => {
      if (this.#open.delete(handle)) input.close();
    };
    const handle: Input = { ...input, close };
    this.#open.add(handle);
    return handle;
  }

  /** The window is closed: so are its inputs, and nothing is called back any more. */
  close(): void {
    this.#unwatch();
    this.#watchers.clear();
    for (const input of [...this.#open]) input.close();
  }
}
