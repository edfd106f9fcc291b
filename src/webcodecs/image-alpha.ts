import type { ParsedFrame } from '../container/image/image';
import type { NativeVideoFrame, PixelFormat, Pixels } from '../host/CodecBackend';
import { isHostError, type HostError } from '../host/Host';
import { TrackDecoder } from './image-frames';
import { formats } from './pixels/formats';
import { copyPlanes, planesIn, tightLayout } from './pixels/layout';

/** Decodes a frame's alpha and gives a frame that has both. */
export function withAlpha(picture: NativeVideoFrame, { alpha }: ParsedFrame, type: string, done: (result: NativeVideoFrame | HostError) => void): void {
  if (alpha === undefined) return done(picture);
  const frame: ParsedFrame = { data: alpha.data, isKey: true, timestamp: 0, duration: null };
  const decoder = new TrackDecoder({ animated: false, repetitionCount: 0, codec: 'av1', frames: [frame], description: alpha.description }, type);
  return decoder.decode(0, [frame], (result) => {
    decoder.close();
    const merged = isHostError(result) ? result : merge(picture, result);
    picture.close();
    if (!isHostError(result)) result.close();
    done(merged);
  });
}

function merge(picture: NativeVideoFrame, alpha: NativeVideoFrame): NativeVideoFrame | HostError {
  const [colors, opacity] = [picture.pixels(), alpha.pixels()];
  if (isHostError(colors)) return colors;
  if (isHostError(opacity)) return opacity;
  const format = Object.keys(formats).find((name) => name !== colors.format && formats[name as PixelFormat].opaque === colors.format) as PixelFormat | undefined;
  const fits = format !== undefined && opacity.codedWidth === colors.codedWidth && opacity.codedHeight === colors.codedHeight && formats[opacity.format].depth === formats[colors.format].depth;
  if (!fits) return { code: 'encoding', message: 'The alpha of the image does not fit its colours.' };
  return inMemory(picture, { ...colors, format, planes: [...colors.planes, opacity.planes[0]] });
}

/** A copy that needs neither of the frames. */
function inMemory(like: NativeVideoFrame, { format, codedWidth, codedHeight, planes }: Pixels): NativeVideoFrame {
  const { visibleRect, displayWidth, displayHeight, timestamp, duration, colorSpace } = like;
  const layout = tightLayout(format, codedWidth, codedHeight);
  const bytes = new Uint8Array(layout.allocationSize);
  copyPlanes(planes, bytes, layout);
  const pixels: Pixels = { format, codedWidth, codedHeight, planes: planesIn(bytes, layout) };
  return {
    format, codedWidth, codedHeight, visibleRect, displayWidth, displayHeight, timestamp, duration, colorSpace, byteLength: bytes.length, pixels: () => pixels, close() {},
  };
}
