import { imageParsers } from '../../src/container/image/parse';
import { apng, gifControl, gifImage, gifLoop, gifStart, animatedWebp, jpeg, le32, png, riff, text, webpChunk } from '../support/containers/image-files';
import { box, fullBox, u16, u32 } from '../support/containers/boxes';
import { damaged, type FuzzTarget } from './fuzz';

const avif = [
  ...box('ftyp', 'avif', u32(0), 'avif', 'mif1'),
  ...box('meta', u32(0), fullBox('hdlr', 0, 0, u32(0), 'pict', u32(0, 0, 0), [0]), fullBox('pitm', 0, 0, u16(1)),
    fullBox('iloc', 0, 0, [0x44, 0], u16(1, 1, 0, 1), u32(300, 20)), fullBox('iinf', 0, 0, u16(1), fullBox('infe', 2, 0, u16(1, 0), 'av01', [0])),
    box('iprp', box('ipco', fullBox('ispe', 0, 0, u32(1, 1)), box('irot', [1]), box('av1C', [0x81, 0, 0, 0])), fullBox('ipma', 0, 0, u32(1), u16(1), [3, 1, 2, 0x83]))),
  ...box('mdat', Array(60).fill(7)),
];

const files: readonly (readonly [type: string, bytes: readonly number[]])[] = [
  ['image/png', png], ['image/png', apng], ['image/gif', [...gifStart, ...gifLoop(5), ...gifControl(3), ...gifImage, ...gifControl(1), ...gifImage, 0x3b]],
  ['image/webp', riff(webpChunk('VP8L', [1, 2, 3]))], ['image/webp', animatedWebp], ['image/jpeg', jpeg(6)], ['image/avif', avif], ['image/bmp', [...text('BM'), ...le32(16), ...Array(10).fill(0)]],
];
const sound = files.map(([type, bytes]) => [type, Uint8Array.from(bytes)] as const);

/** Pictures sound and damaged: what is found of them lies within them, and is no more than they are. */
export const target: FuzzTarget = {
  name: 'image',
  inputsPerSubject: 1,
  begin: (random) => () => {
    let [type, bytes]: readonly [string, Uint8Array] = random.pick(sound);
    for (let count = random.below(4); count > 0; count--) bytes = damaged(random, bytes);
    if (random.chance(0.05)) [type] = random.pick(sound);
    const before = bytes.slice();
    const parsed = imageParsers[type](bytes, random.chance(0.5));
    for (let index = 0; index < before.length; index++) if (before[index] !== bytes[index]) throw new Error(`byte ${index} was changed`);
    if (!('tracks' in parsed)) return true;
    if (!(parsed.primaryTrack >= 0 && parsed.primaryTrack < parsed.tracks.length)) throw new Error(`track ${parsed.primaryTrack} of ${parsed.tracks.length}`);
    if (![0, 90, 180, 270].includes(parsed.rotation)) throw new Error(`turned by ${parsed.rotation}`);
    const frames = parsed.tracks.flatMap((track) => track.frames);
    const given = frames.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
    if (frames.length > bytes.length || given > 100 * bytes.length + 1000) throw new Error(`${frames.length} frames of ${given} bytes from ${bytes.length}`);
    if (frames.some(({ timestamp, duration }) => !Number.isFinite(timestamp) || (duration !== null && !(duration >= 0)))) throw new Error('a time that is no number');
    return true;
  },
};
