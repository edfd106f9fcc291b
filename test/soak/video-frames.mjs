// 10,000 pictures decoded and closed, and 10,000 dropped without close(): memory must stay within a bound in both cases, with one warning in the second.
// Run with: node test/soak/video-frames.mjs [count]
import { EncodedVideoChunk, VideoDecoder, VideoEncoder, VideoFrame } from 'mediant/webcodecs';
import { processStats, turn } from './process-stats.mjs';

const count = Number(process.argv[2] ?? 10_000);
const width = 640;
const height = 360;
/** A picture takes 0.35 MB: all of them would take gigabytes. */
const mostMiB = 250;

/** One second of a moving picture. */
async function chunks() {
  const made = [];
  let description;
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      description ??= metadata.decoderConfig;
      made.push(chunk);
    },
    error: (error) => { throw error; },
  });
  encoder.configure({ codec: 'vp8', width, height, bitrate: 1_000_000 });
  for (let index = 0; index < 30; index++) {
    const pixels = new Uint8Array((width * height * 3) / 2).fill(128);
    pixels.fill(16 + 7 * index, 0, (width * height) / 2);
    const frame = new VideoFrame(pixels, { format: 'I420', codedWidth: width, codedHeight: height, timestamp: index * 33_333 });
    encoder.encode(frame, { keyFrame: index === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  return { made, description };
}

async function decodeAll({ made, description }, closes) {
  let outputs = 0;
  const decoder = new VideoDecoder({
    output(frame) {
      outputs++;
      if (closes) frame.close();
    },
    error: (error) => { throw error; },
  });
  decoder.configure(description);
  let most = 0;
  for (let sent = 0; sent < count; sent++) {
    const chunk = made[sent % made.length];
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    decoder.decode(new EncodedVideoChunk({ type: chunk.type, timestamp: sent * 33_333, data }));
    while (decoder.decodeQueueSize > 8) await new Promise((resolve) => decoder.addEventListener('dequeue', resolve, { once: true }));
    if (sent % 100 === 99) {
      await turn();
      most = Math.max(most, processStats().rssMiB);
    }
    if (sent % Math.ceil(count / 5) === 0) console.log(`${closes ? 'closed' : 'dropped'}: ${sent}/${count}, ${processStats().rssMiB.toFixed(0)} MiB`);
  }
  await decoder.flush();
  decoder.close();
  if (outputs !== count) throw new Error(`${outputs} of ${count} pictures came out`);
  return most;
}

let warnings = 0;
process.on('warning', (warning) => { if (/without close/.test(warning.message)) warnings++; });

const film = await chunks();
await decodeAll(film, true);
const before = processStats().rssMiB;
const closed = await decodeAll(film, true);
const dropped = await decodeAll(film, false);
await new Promise((resolve) => setTimeout(resolve, 500));
console.log(`with close() at most ${(closed - before).toFixed(0)} MiB more than before, without ${(dropped - before).toFixed(0)} MiB; ${warnings} warning(s)`);
if (closed - before > 30 || dropped - before > mostMiB || warnings !== 1) process.exitCode = 1;
