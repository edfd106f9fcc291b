import { existsSync } from 'node:fs';
import { platform } from 'node:process';
import type { CodecContext, Codec as AvCodec, HardwareDeviceContext } from 'node-av/lib';
import type { CodecParameters } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import type { NodeAv } from '../node-av';
import { AvVideoFrame } from './AvVideoFrame';
import { notSupported } from './errors';
import { trialLevel, trialOf, trialPicture } from './trial-pictures';

/** A way to a device, by FFmpeg's name. */
export interface DeviceKind {
  readonly name: 'vaapi' | 'cuda' | 'qsv' | 'vulkan' | 'videotoolbox' | 'd3d11va';
  /** One of these files is there where a device is; absent where only opening tells. */
  readonly nodes?: readonly string[];
}

/**
 * In the order in which they are tried. On Linux no driver is loaded where the kernel has no device: Vulkan's would then be one in software,
 * which takes half a second to open and decodes nothing.
 */
const kindsByPlatform: Readonly<Partial<Record<NodeJS.Platform, readonly DeviceKind[]>>> = {
  linux: [
    { name: 'vaapi', nodes: ['/dev/dri', '/dev/dxg'] },
    { name: 'cuda', nodes: ['/dev/nvidiactl', '/dev/nvhost-ctrl', '/dev/dxg'] },
    { name: 'qsv', nodes: ['/dev/dri'] },
    { name: 'vulkan', nodes: ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'] },
  ],
  darwin: [{ name: 'videotoolbox' }],
  win32: [{ name: 'd3d11va' }, { name: 'cuda' }, { name: 'qsv' }, { name: 'vulkan' }],
};

export const platformKinds: readonly DeviceKind[] = kindsByPlatform[platform] ?? [];

type KindName = DeviceKind['name'];

/** AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX */
const byDeviceContext = 1;

/** Decoders that take a device of any kind but QSV's, which has its own. FFmpeg's `av1` is for hardware alone. */
const decoders: readonly string[] = ['h264', 'hevc', 'vp8', 'vp9', 'av1'];

/**
 * The devices of this machine. Each is opened once, at its first use, and kept: it takes as long as hundreds of frames. Whether one
 * decodes a codec is found out by decoding a picture, and remembered.
 */
export class HardwareDevices {
  readonly #av: NodeAv;
  readonly #kinds: readonly DeviceKind[];
  readonly #devices = new Map<KindName, HardwareDeviceContext | HostError>();
  readonly #trials = new Map<string, boolean>();

  constructor(av: NodeAv, kinds: readonly DeviceKind[] = platformKinds) {
    this.#av = av;
    this.#kinds = kinds;
  }

  /** Those that decode such streams, the one to be used first. */
  *decoding(codec: CodecParameters): Generator<KindName> {
    const trial = trialOf(codec);
    if (trial === null) return;
    for (const { name } of this.#kinds) {
      const key = `${name} ${trial}`;
      if (!this.#trials.has(key)) this.#trials.set(key, this.#try(name, codec, trial));
      if (this.#trials.get(key)) yield name;
    }
  }

  /** Null where it can be opened, else why not. */
  problem(name: KindName): string | null {
    const device = this.#device(name);
    return isHostError(device) ? device.message : null;
  }

  /** Ready to be configured and opened. */
  allocate(name: KindName, codec: CodecParameters): { context: CodecContext; codec: AvCodec } | HostError {
    const device = this.#device(name);
    if (isHostError(device)) return device;
    const decoder = decoders.includes(codec.name) ? this.#av.Codec.findDecoderByName((name === 'qsv' ? `${codec.name}_qsv` : codec.name) as never) : null;
    const format = decoder === null ? null : pixelFormatOn(decoder, device);
    if (decoder === null || format === null) return notSupported(`FFmpeg has no decoder for ${codec.string} on ${name}.`);
    const context = new this.#av.CodecContext();
    context.allocContext3(decoder);
    context.hwDeviceCtx = device;
    context.setHardwarePixelFormat(format);
    context.threadCount = 1; // More would only be more pictures under way: the work is the device's.
    return { context, codec: decoder };
  }

  /** After a failure: it may have been taken away, or come back. What is open on it stays so. */
  forget(name: KindName): void {
    const device = this.#devices.get(name);
    if (device !== undefined && !isHostError(device)) device.free();
    this.#devices.delete(name);
    for (const key of [...this.#trials.keys()]) if (key.startsWith(`${name} `)) this.#trials.delete(key);
  }

  #device(name: KindName): HardwareDeviceContext | HostError {
    const known = this.#devices.get(name);
    if (known !== undefined) return known;
    const device = this.#open(name);
    this.#devices.set(name, device);
    return device;
  }

  #open(name: KindName): HardwareDeviceContext | HostError {
    const nodes = this.#kinds.find((kind) => kind.name === name)?.nodes;
    if (nodes !== undefined && !nodes.some((node) => existsSync(node))) return notSupported(`no device: there is no ${nodes.join(' or ')}`);
    const { HardwareDeviceContext, FFmpegError } = this.#av;
    const device = new HardwareDeviceContext();
    const status = device.create(HardwareDeviceContext.findTypeByName(name as never), null, null);
    return status >= 0 ? device : notSupported(`can't be opened: ${new FFmpegError(status).message}`);
  }

  #try(name: KindName, parameters: CodecParameters, trial: string): boolean {
    const allocated = this.allocate(name, parameters);
    if (isHostError(allocated)) return false;
    const { context, codec } = allocated;
    const isDecoded = context.open2Sync(codec, null) >= 0 && this.#decodes(context, trialPicture(trial));
    context.freeContext();
    return isDecoded;
  }

  /** Whether the picture comes out as it should, on the device, and can be read from there. */
  #decodes(context: CodecContext, data: Buffer): boolean {
    const packet = new this.#av.Packet();
    packet.alloc();
    packet.data = data;
    packet.pts = packet.dts = 0n;
    const isTaken = context.sendPacketSync(packet) >= 0 && context.sendPacketSync(null) >= 0;
    packet.free();
    if (!isTaken) return false;
    const frame = new this.#av.Frame();
    frame.alloc();
    if (context.receiveFrameSync(frame) < 0 || !frame.isHwFrame()) {
      frame.free();
      return false;
    }
    const picture = new AvVideoFrame(this.#av, frame, { timestamp: 0, duration: null });
    const level = levelOf(picture);
    picture.close();
    return level !== null && Math.abs(level - trialLevel) <= 2;
  }
}

function pixelFormatOn(decoder: AvCodec, { type }: HardwareDeviceContext): Parameters<CodecContext['setHardwarePixelFormat']>[0] | null {
  for (let index = 0; ; index++) {
    const config = decoder.getHwConfig(index);
    if (config === null) return null;
    if (config.deviceType === type && (config.methods & byDeviceContext) !== 0) return config.pixFmt;
  }
}

/** Luma in the middle of a picture, of 8 bits; null where it can't be read. */
function levelOf(picture: AvVideoFrame): number | null {
  const pixels = picture.pixels();
  if (isHostError(pixels)) return null;
  const { format, planes: [{ data, stride }], codedWidth, codedHeight } = pixels;
  const x = codedWidth >> 1;
  const row = (codedHeight >> 1) * stride;
  return format.endsWith('10') ? (data[row + 2 * x] + 256 * data[row + 2 * x + 1]) / 4 : data[row + x];
}

let shared: HardwareDevices | undefined;

/** Those of this thread. */
export function sharedDevices(av: NodeAv): HardwareDevices {
  return (shared ??= new HardwareDevices(av));
}
