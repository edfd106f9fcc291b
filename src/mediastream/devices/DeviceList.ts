import type { MediaDeviceKind } from '../../generated/mediastream-types';
import type { AudioDevice, MediaInputDevice, PermissionName } from '../../host/Host';
import { generateIdentifier } from '../identifiers';
import { InputDeviceInfo } from '../InputDeviceInfo';
import { MediaDeviceInfo } from '../MediaDeviceInfo';
import type { ExposedDevice } from '../MediaDeviceInfo';
import { CameraSource, cameraCapabilities } from './CameraSource';
import { MicrophoneSource, microphoneCapabilities } from './MicrophoneSource';

export type MediaType = 'audio' | 'video';
type DeviceSource = MicrophoneSource | CameraSource;

/** https://w3c.github.io/mediacapture-main/#permissions-integration */
export const permissionNames: Readonly<Record<MediaType, PermissionName>> = { audio: 'microphone', video: 'camera' };

/** The identifier by which the default output is listed once more. */
export const defaultOutputId = 'default';

/**
 * The internal slots of a MediaDevices object: the devices there are, what script may know of them, and the sources that are in use.
 * Those which privacy indicators are made from ([[devicesLiveMap]] and the like) are not kept.
 */
export class DeviceList {
  /** [[canExposeMicrophoneInfo]] and [[canExposeCameraInfo]] */
  readonly #canExposeInfo: Record<MediaType, boolean> = { audio: false, video: false };
  /** [[mediaStreamTrackSources]] */
  readonly #sources = new Set<DeviceSource>();
  /** [[explicitlyGrantedAudioOutputDevices]] of the Audio Output Devices API */
  readonly #grantedOutputs = new Set<string>();
  /** Group identifiers, unique to this document, by the host's. */
  readonly #groupIds = new Map<string, string>();
  /** What was exposed when a change was last looked for, as text; null before. */
  #lastExposed: string | null = null;
  readonly #fireDeviceChange: (devices: MediaDeviceInfo[]) => void;

  constructor(fireDeviceChange: (devices: MediaDeviceInfo[]) => void) {
    this.#fireDeviceChange = fireDeviceChange;
    host.devices?.watch(() => this.#changed());
  }

  /** Devices that can be sources of a kind, the default one first. */
  inputs(type: MediaType): readonly MediaInputDevice[] {
    const kind = type === 'audio' ? 'audioinput' : 'videoinput';
    return host.devices?.inputDevices().filter((device) => device.kind === kind) ?? [];
  }

  createSource(device: MediaInputDevice): DeviceSource {
    const stopped = (source: DeviceSource): void => void this.#sources.delete(source);
    const groupId = this.#groupId(device.group);
    return device.kind === 'audioinput' ? new MicrophoneSource(device, groupId, stopped) : new CameraSource(device, groupId, null, stopped);
  }

  /** What getDisplayMedia() captures. */
  createDisplaySource(): CameraSource | null {
    const display = host.devices?.display() ?? null;
    return display === null ? null : new CameraSource(display, null, 'monitor', (source) => void this.#sources.delete(source));
  }

  /** https://w3c.github.io/mediacapture-main/#dfn-tie-track-source-to-mediadevices */
  tie(source: DeviceSource): void {
    this.#sources.add(source);
  }

  // ---- exposure ----

  /** https://w3c.github.io/mediacapture-main/#set-device-information-exposure */
  setInformationExposure(requestedTypes: readonly MediaType[]): void {
    for (const type of requestedTypes) {
      const other = type === 'audio' ? 'video' : 'audio';
      this.#canExposeInfo[type] = true;
      if (host.devices?.permissionState(permissionNames[other]) === 'granted') this.#canExposeInfo[other] = true;
    }
  }

  /** https://w3c.github.io/mediacapture-main/#device-information-can-be-exposed */
  get canExposeInformation(): boolean {
    return this.#canExpose('audio') || this.#canExpose('video');
  }

  /** https://w3c.github.io/mediacapture-main/#microphone-information-can-be-exposed and #camera-information-can-be-exposed */
  #canExpose(type: MediaType): boolean {
    return this.#canExposeInfo[type] || [...this.#sources].some((source) => source.kind === type);
  }

  // ---- enumeration ----

  /** https://w3c.github.io/mediacapture-main/#creating-a-list-of-device-info-objects */
  createDeviceInfos(): MediaDeviceInfo[] {
    const infos = [...this.#inputInfos('audio'), ...this.#inputInfos('video'), ...this.#outputInfos()];
    this.#lastExposed = textOf(infos);
    return infos;
  }

  /** Steps 4 and 6 for microphones, 5 and 7 for cameras. */
  #inputInfos(type: MediaType): InputDeviceInfo[] {
    const isExposed = this.#canExpose(type);
    const devices = this.inputs(type);
    return (isExposed ? devices : devices.slice(0, 1)).map((device) => this.#inputInfo(device, isExposed));
  }

  /** https://w3c.github.io/mediacapture-main/#creating-a-device-info-object */
  #inputInfo(device: MediaInputDevice, isExposed: boolean): InputDeviceInfo {
    const { kind, deviceId, label } = device;
    if (!isExposed) return new InputDeviceInfo({ kind, deviceId: '', groupId: '', label: '' }, {});
    const groupId = this.#groupId(device.group);
    const capabilities = device.kind === 'audioinput' ? microphoneCapabilities(device, groupId) : cameraCapabilities(device, groupId, null);
    return new InputDeviceInfo({ kind, deviceId, groupId, label }, capabilities);
  }

  /** Step 8. The default output is listed by that name too. */
  #outputInfos(): MediaDeviceInfo[] {
    const outputs = host.audio.outputDevices().filter(({ id }) => this.#grantedOutputs.has(id) || this.#canExpose('audio'));
    const infos = outputs.map((output) => this.#outputInfo(output));
    const first = outputs.find(({ isDefault }) => isDefault);
    if (first === undefined) return infos;
    return [this.#outputInfo({ ...first, label: `Default - ${first.label}` }, defaultOutputId), ...infos];
  }

  #outputInfo({ id, label }: AudioDevice, deviceId = id): MediaDeviceInfo {
    const device: ExposedDevice = { kind: 'audiooutput', deviceId, groupId: this.#groupId(`output ${id}`), label };
    return new MediaDeviceInfo(device);
  }

  /** *Prompt the user to choose*: the host's user wants the device that was asked for, or the default one. Null where there is none. */
  chooseOutput(deviceId: string): MediaDeviceInfo | null {
    const outputs = host.audio.outputDevices();
    const chosen = outputs.find(({ id }) => id === deviceId) ?? outputs.find(({ isDefault }) => isDefault) ?? outputs[0];
    if (chosen === undefined) return null;
    this.#grantedOutputs.add(chosen.id);
    return this.#outputInfo(chosen);
  }

  #groupId(group: string): string {
    const groupId = this.#groupIds.get(group) ?? generateIdentifier();
    this.#groupIds.set(group, groupId);
    return groupId;
  }

  // ---- changes ----

  #changed(): void {
    this.#endLostSources();
    // The *device change notification steps*: https://w3c.github.io/mediacapture-main/#mediadevices
    if (host.isFullyActive?.() === false) return;
    const lastExposed = this.#lastExposed;
    const devices = this.createDeviceInfos();
    if (this.#lastExposed !== lastExposed) host.queueTask(() => this.#fireDeviceChange(devices));
  }

  /** Devices that are gone, and those whose permission was revoked: https://w3c.github.io/mediacapture-main/#ends-nostop */
  #endLostSources(): void {
    for (const source of this.#sources) {
      const isThere = source.isDisplay || this.inputs(source.kind).some(({ deviceId }) => deviceId === source.deviceId);
      const permission = source.isDisplay ? 'display-capture' : permissionNames[source.kind];
      if (!isThere || host.devices?.permissionState(permission) === 'denied') source.end();
    }
  }
}

/** Equal for lists that match. */
function textOf(infos: readonly MediaDeviceInfo[]): string {
  return JSON.stringify(infos.map(({ kind, deviceId, groupId, label }): [MediaDeviceKind, string, string, string] => [kind, deviceId, groupId, label]));
}
