import { createDemuxer } from '../../src/container/demuxers';
import { isMalformed, type Malformed } from '../../src/container/malformed';
import { sniffContainer } from '../../src/container/sniff';
import type { PacketDecoder } from '../../src/decoders/PacketDecoder';
import { bytesPerSample, isPlanar } from '../../src/webcodecs/samples';
import { corpusFile } from '../support/containers/corpus';
import { demuxFile, initSegment, samplesOf } from '../support/containers/demux';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged } from './fuzz';

export interface PacketStream {
  readonly description: Uint8Array | null;
  readonly channels: number;
  readonly packets: readonly Uint8Array[];
}

/** The packets of a file that ffmpeg makes (`corpusFile`). */
export function packetStream(name: string, command: string): PacketStream {
  const { bytes } = corpusFile(name, command);
  const outputs = demuxFile(createDemuxer(sniffContainer(bytes)!, { canSeek: true, size: bytes.length })!, bytes);
  const { description, audio } = initSegment(outputs)!.tracks[0].descriptions[0];
  return { description, channels: audio!.numberOfChannels, packets: samplesOf(outputs).map(({ data }) => data) };
}

/** Of a packet; FLAC has the longest. */
const mostFrames = 65_536;

/** A packet, mostly damaged. */
export function damagedPacket(random: SeededRandom, packets: readonly Uint8Array[]): Uint8Array {
  let packet = random.pick(packets);
  for (let count = random.below(4); count > 0; count--) packet = damaged(random, packet);
  return packet;
}

/** Gives a packet to a decoder, and checks what holds for all: a reason why not, or samples that are numbers and as many as are said. */
export function checkDecode(decoder: PacketDecoder, packet: Uint8Array): void {
  const before = packet.slice();
  const decoded = decoder.decode(packet);
  for (let index = 0; index < before.length; index++) if (before[index] !== packet[index]) throw new Error(`byte ${index} was changed`);
  if (decoded === null) return;
  if (isMalformed(decoded)) {
    checkMalformed(decoded);
    return;
  }
  const { format, sampleRate, numberOfFrames, numberOfChannels, planes } = decoded;
  if (!(numberOfFrames > 0 && numberOfFrames <= mostFrames) || !(sampleRate > 0)) throw new Error(`${numberOfFrames} frames of ${sampleRate} Hz`);
  const planeBytes = numberOfFrames * bytesPerSample(format) * (isPlanar(format) ? 1 : numberOfChannels);
  if (planes.length !== (isPlanar(format) ? numberOfChannels : 1) || planes.some(({ length }) => length !== planeBytes)) throw new Error(`planes of ${planes.map(({ length }) => length)} bytes`);
  if (format.startsWith('f32') && planes.some((plane) => !areNumbers(plane))) throw new Error('samples that are no numbers');
}

export function checkMalformed({ malformed, offset }: Malformed): void {
  if (malformed === '' || !Number.isSafeInteger(offset) || offset < 0) throw new Error(`'${malformed}' at ${offset}`);
}

function areNumbers({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  // A sum shows infinities and what is no number.
  let sum = 0;
  for (const sample of new Float32Array(buffer, byteOffset, byteLength / 4)) sum += sample;
  return Number.isFinite(sum);
}
