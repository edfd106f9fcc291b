import type { VideoFrame } from 'mediant/webcodecs';
import * as webcodecs from '../../entry/webcodecs';
import type { PixelFormat } from '../../host/CodecBackend';
import { formats } from '../../webcodecs/pixels/formats';

type Samples = Uint8Array | Uint16Array | Uint32Array;

interface Plane {
  readonly samples: Samples;
  /** Samples. */
  readonly width: number;
  readonly height: number;
}

const arrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/** Of a picture's visible part. */
async function planesOf(frame: VideoFrame, format: PixelFormat): Promise<Plane[]> {
  const { width, height } = frame.visibleRect!;
  const sizes = formats[format].planes.map(({ sampleBytes, sampleWidth, sampleHeight }) => ({ sampleBytes, width: Math.ceil(width / sampleWidth), height: Math.ceil(height / sampleHeight) }));
  let bytes = 0;
  const layout = sizes.map((size) => {
    const offset = bytes;
    bytes += (size.width * size.height * size.sampleBytes + 3) & ~3;
    return { offset, stride: size.width * size.sampleBytes };
  });
  const buffer = new ArrayBuffer(bytes);
  await frame.copyTo(buffer, { layout });
  return sizes.map((size, index) => {
    const samples = new arrays[size.sampleBytes as 1 | 2 | 4](buffer, layout[index].offset, size.width * size.height);
    return { samples, width: size.width, height: size.height };
  });
}

/** Turns clockwise, then mirrors. */
function turned({ samples, width, height }: Plane, rotation: number, flip: boolean, into: Samples): void {
  const isQuarter = rotation % 180 !== 0;
  const [outWidth, outHeight] = isQuarter ? [height, width] : [width, height];
  // Where the first sample of the result stands, and how far apart those beside it and below it do.
  let [at, right, down] = ({
    0: [0, 1, width], 90: [(height - 1) * width, -width, 1], 180: [height * width - 1, -1, -width], 270: [width - 1, width, -1],
  } as Readonly<Record<number, readonly [number, number, number]>>)[rotation];
  if (flip) [at, right] = [at + (outWidth - 1) * right, -right];
  for (let row = 0, write = 0; row < outHeight; row++, at += down) {
    for (let column = 0, read = at; column < outWidth; column++, read += right, write++) into[write] = samples[read];
  }
}

/** Two rows each become one: 4:2:0 of 4:2:2, which a quarter turn would make something that has no name. */
function halved({ samples, width, height }: Plane): Plane {
  const half = { samples: new (samples.constructor as Uint8ArrayConstructor)(width * Math.ceil(height / 2)), width, height: Math.ceil(height / 2) };
  for (let row = 0, write = 0; row < half.height; row++) {
    const [upper, lower] = [2 * row * width, Math.min(height - 1, 2 * row + 1) * width];
    for (let column = 0; column < width; column++, write++) half.samples[write] = (samples[upper + column] + samples[lower + column] + 1) >> 1;
  }
  return half;
}

/**
 * A picture with its pixels where they are shown, for formats that can't tell how it is to be turned: https://w3c.github.io/webcodecs/#dom-videoframe-rotation. The
 * same one where it is upright, or its pixels can't be had.
 */
export async function upright(frame: VideoFrame): Promise<VideoFrame> {
  const { rotation, flip } = frame;
  let format = frame.format as PixelFormat | null;
  if (format === null || (rotation === 0 && !flip)) return frame;
  let planes = await planesOf(frame, format);
  const { width, height } = frame.visibleRect!;
  const isQuarter = rotation % 180 !== 0;
  if (isQuarter && format.startsWith('I422')) {
    planes = planes.map((plane, index) => (index === 1 || index === 2 ? halved(plane) : plane));
    format = format.replace('422', '420') as PixelFormat;
  }
  const { planes: kinds } = formats[format];
  const bytes = new Uint8Array(planes.reduce((sum, { samples }) => sum + ((samples.byteLength + 3) & ~3), 0));
  let offset = 0;
  const layout = planes.map((plane, index) => {
    const place = { offset, stride: (isQuarter ? plane.height : plane.width) * kinds[index].sampleBytes };
    turned(plane, rotation, flip, new (plane.samples.constructor as Uint8ArrayConstructor)(bytes.buffer, offset, plane.samples.length));
    offset += (plane.samples.byteLength + 3) & ~3;
    return place;
  });
  return new webcodecs.VideoFrame(bytes, {
    format, layout, codedWidth: isQuarter ? height : width, codedHeight: isQuarter ? width : height, timestamp: frame.timestamp, duration: frame.duration ?? undefined,
    displayWidth: frame.displayWidth, displayHeight: frame.displayHeight, colorSpace: frame.colorSpace.toJSON(),
  });
}
