/** The pictures of the fake camera. */

/** Digits of five rows of three dots, a bit a dot, from the top left. */
const digits = [0x7b6f, 0x2c97, 0x73e7, 0x72cf, 0x5bc9, 0x79cf, 0x79ef, 0x7249, 0x7bef, 0x7bcf];
const digitColumns = 3;
const digitRows = 5;

const black = 16;
const white = 235;
const neutral = 128;
/** Blue and red difference of the bar. */
const barChroma = [200, 90] as const;

/** Frames that the bar takes from left to right. */
const barFrames = 60;

/**
 * A frame in I420 (planes Y, U, V; chroma at half the size, rounded up): a grey ramp, a coloured bar that moves on with every frame, and
 * `count` in decimal digits. The same arguments give the same bytes.
 */
export function drawCountingFrame(width: number, height: number, count: number): Uint8Array {
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  const data = new Uint8Array(width * height + 2 * chromaWidth * chromaHeight);
  const luma = data.subarray(0, width * height);
  const row = Uint8Array.from({ length: width }, (_, x) => black + Math.floor(((white - black) * x) / width / 2));
  for (let y = 0; y < height; ++y) luma.set(row, y * width);
  drawDigits(luma, width, height, String(count));
  drawBar(data, width * height, chromaWidth, chromaHeight, count);
  return data;
}

function drawDigits(luma: Uint8Array, width: number, height: number, text: string): void {
  const dot = Math.max(1, Math.floor(Math.min(width / ((digitColumns + 1) * Math.max(6, text.length)), height / (4 * digitRows))));
  [...text].forEach((character, index) => {
    const left = dot * (1 + index * (digitColumns + 1));
    for (let bit = 0; bit < digitColumns * digitRows; ++bit) {
      if (((digits[Number(character)]! >> (digitColumns * digitRows - 1 - bit)) & 1) === 0) continue;
      const x = left + (bit % digitColumns) * dot;
      const y = dot * (1 + Math.floor(bit / digitColumns));
      for (let line = y; line < Math.min(height, y + dot); ++line) luma.fill(white, line * width + Math.min(width, x), line * width + Math.min(width, x + dot));
    }
  });
}

function drawBar(data: Uint8Array, start: number, width: number, height: number, count: number): void {
  data.fill(neutral, start);
  const bar = Math.max(1, width >> 4);
  const left = Math.floor(((width - bar) * (count % barFrames)) / barFrames);
  barChroma.forEach((value, plane) => {
    const from = start + plane * width * height;
    for (let y = 0; y < height; ++y) data.fill(value, from + y * width + left, from + y * width + left + bar);
  });
}
