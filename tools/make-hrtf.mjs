/**
 * Makes `assets/hrtf.bin`, the head-related responses of PannerNode, from the measurements of a KEMAR manikin at the MIT
 * Media Lab as Debian ships them; `assets/hrtf.README.md` tells their terms and the file's layout. The result is committed. To
 * make it again: `apt-get install libmysofa1 libmysofa-utils`, then `node tools/make-hrtf.mjs [SOFA FILE]`.
 *
 * 1. The measured responses are cut 2.5 ms behind their onset, before the echoes of the room.
 * 2. Diffuse-field equalisation: each spectrum is divided by the root of the mean power over all directions, which
 *    takes loudspeaker, microphone and ear canal out.
 * 3. What could not be measured is filled in: below 300 Hz the level goes to that of the diffuse field, which a head this
 *    small does not disturb; from 17 to 19 kHz on it stays where it was.
 * 4. Each becomes a minimum-phase response of 112 taps, of which the magnitudes are stored: a renderer makes the
 *    response again at its own sample rate.
 * 5. The time of arrival is that by which the measured response lags behind its minimum-phase form in the band where
 *    ears compare times, smoothed over neighbouring directions.
 * 6. Nothing was measured below −40°. One direction straight below is added: the mean of the lowest ring, for both
 *    ears at the same time.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const source = process.argv[2] ?? '/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa';
const formatVersion = 1;
const transformFrames = 4096;
const taps = 112;
const storedBins = 129;
const degrees = Math.PI / 180;

const level = { lowHertz: 300, highHertz: 17000, heldHertz: 19000 };
const cut = { beforeOnset: 10, rise: 6, whole: 80, fade: 32 };
const arrival = { lowHertz: 300, highHertz: 3000, upsampling: 8, smoothingDegrees: 7 };

/** In-place complex transform of a power of two of points; `sign` −1 forward, +1 inverse without the division. */
function transform(real, imag, sign) {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j], real[i]];
      [imag[i], imag[j]] = [imag[j], imag[i]];
    }
  }
  for (let length = 2; length <= size; length *= 2) {
    for (let k = 0; k < length / 2; k++) {
      const cosine = Math.cos((2 * Math.PI * k) / length), sine = sign * Math.sin((2 * Math.PI * k) / length);
      for (let start = k; start < size; start += length) {
        const other = start + length / 2;
        const re = real[other] * cosine - imag[other] * sine, im = real[other] * sine + imag[other] * cosine;
        real[other] = real[start] - re;
        imag[other] = imag[start] - im;
        real[start] += re;
        imag[start] += im;
      }
    }
  }
}

function spectrumOf(samples, size = transformFrames) {
  const real = new Float64Array(size), imag = new Float64Array(size);
  real.set(samples);
  transform(real, imag, -1);
  return { real, imag };
}

const decibelsOf = (power) => 10 * Math.log10(Math.max(power, 1e-12));

/** The minimum-phase response, and its spectrum, of levels given for all bins from 0 to half the size. */
function minimumPhase(decibels, size = transformFrames) {
  const real = new Float64Array(size), imag = new Float64Array(size);
  for (let k = 0; k < size; k++) real[k] = (decibels[Math.min(k, size - k)] * Math.LN10) / 20;
  transform(real, imag, 1);
  // The cepstrum, folded so that it is causal.
  for (let n = 0; n < size; n++) {
    const fold = n === 0 || n === size / 2 ? 1 : n < size / 2 ? 2 : 0;
    real[n] *= fold / size;
    imag[n] = 0;
  }
  transform(real, imag, -1);
  for (let k = 0; k < size; k++) {
    const magnitude = Math.exp(real[k]);
    [real[k], imag[k]] = [magnitude * Math.cos(imag[k]), magnitude * Math.sin(imag[k])];
  }
  const spectrum = { real: real.slice(), imag: imag.slice() };
  transform(real, imag, 1);
  return { spectrum, response: real.map((value) => value / size) };
}

const raisedCosine = (x) => 0.5 - 0.5 * Math.cos(Math.PI * x);

/** The left ear's responses by ring of elevation, lowest first; in a ring clockwise seen from above, from straight ahead. */
function readMeasurements() {
  const sofa = JSON.parse(execFileSync('mysofa2json', [source], { encoding: 'utf8', maxBuffer: 1 << 26 }));
  const { 'SourcePosition': positions, 'Data.IR': responses, 'Data.SamplingRate': rate } = sofa.Variables;
  const [count, ears, frames] = responses.Dimensions;
  const at = (direction, ear) => Float64Array.from(responses.Values.slice((direction * ears + ear) * frames, (direction * ears + ear + 1) * frames));
  const all = [];
  for (let i = 0; i < count; i++) {
    const [counterclockwise, elevation] = positions.Values.slice(3 * i, 3 * i + 2);
    all.push({ azimuth: (360 - counterclockwise) % 360, elevation, left: at(i, 0), right: at(i, 1) });
  }
  const elevations = [...new Set(all.map(({ elevation }) => elevation))].sort((a, b) => a - b);
  const rings = elevations.map((elevation) => {
    const directions = all.filter((direction) => direction.elevation === elevation).sort((a, b) => a.azimuth - b.azimuth);
    directions.forEach(({ azimuth, left }, index) => {
      const { length } = directions;
      if (Math.abs(azimuth - (360 * index) / length) > 1e-3) throw new Error(`The ring at ${elevation}° is not even.`);
      const mirrored = directions[(length - index) % length].right;
      if (left.some((sample, frame) => sample !== mirrored[frame])) throw new Error('The set is not symmetric.');
    });
    return { elevation, directions };
  });
  return { sampleRate: rate.Values[0], rings };
}

/** The share of the sphere that each direction of a ring stands for; the lowest ring only reaches half a step down. */
function weigh(rings) {
  const border = (a, b) => (a.elevation + b.elevation) / 2;
  rings.forEach((ring, i) => {
    const top = i + 1 < rings.length ? border(ring, rings[i + 1]) : 90;
    const bottom = i > 0 ? border(rings[i - 1], ring) : 2 * ring.elevation - top;
    for (const direction of ring.directions) {
      direction.weight = (Math.sin(top * degrees) - Math.sin(bottom * degrees)) / ring.directions.length;
    }
  });
  const all = rings.flatMap(({ directions }) => directions);
  const sum = all.reduce((total, { weight }) => total + weight, 0);
  for (const direction of all) direction.weight /= sum;
  return all;
}

/** The part of a response that is the head's. */
function cutOut(samples) {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const begin = samples.findIndex((sample) => Math.abs(sample) > 0.15 * peak) - cut.beforeOnset;
  return samples.map((sample, frame) => {
    const since = frame - begin;
    if (since < 0 || since >= cut.whole + cut.fade) return 0;
    return sample * raisedCosine(Math.min(1, (since + 0.5) / cut.rise)) * raisedCosine(Math.min(1, (cut.whole + cut.fade - since - 0.5) / cut.fade));
  });
}

function equalise(all, sampleRate) {
  const bins = transformFrames / 2 + 1;
  const binOf = (hertz) => Math.round((hertz * transformFrames) / sampleRate);
  const diffuse = new Float64Array(bins);
  for (const direction of all) {
    direction.spectrum = spectrumOf(cutOut(direction.left));
    const { real, imag } = direction.spectrum;
    direction.power = Float64Array.from({ length: bins }, (_, k) => real[k] ** 2 + imag[k] ** 2);
    direction.power.forEach((power, k) => { diffuse[k] += direction.weight * power; });
  }
  const low = binOf(level.lowHertz), high = binOf(level.highHertz), held = binOf(level.heldHertz);
  for (const direction of all) {
    const decibels = direction.power.map((power, k) => decibelsOf(power / diffuse[k]));
    const hold = decibelsOf(direction.power.slice(high, held).reduce((sum, power, k) => sum + power / diffuse[high + k], 0) / (held - high));
    for (let k = 0; k < low; k++) decibels[k] = (decibels[low] * k) / low;
    for (let k = high; k < bins; k++) {
      const share = Math.min(1, (k - high) / (held - high));
      decibels[k] += share * (hold - decibels[k]);
    }
    direction.decibels = storedLevels(decibels);
  }
}

/** The levels of a response of `taps` taps with those of `decibels`, at `storedBins` frequencies. */
function storedLevels(decibels) {
  const { response } = minimumPhase(decibels);
  const fade = taps / 8;
  const short = response.slice(0, taps).map((value, tap) => value * raisedCosine(Math.min(1, (taps - tap) / (fade + 1))));
  const { real, imag } = spectrumOf(short, 2 * (storedBins - 1));
  // Both ears together are as loud as equal-power panning, over all directions.
  return Float64Array.from({ length: storedBins }, (_, k) => decibelsOf((real[k] ** 2 + imag[k] ** 2) / 2));
}

/** Seconds by which a measured response lags behind the minimum-phase response of the same levels. */
function lagOf({ spectrum, power }, sampleRate) {
  const minimum = minimumPhase(power.map(decibelsOf)).spectrum;
  const size = transformFrames * arrival.upsampling;
  const real = new Float64Array(size), imag = new Float64Array(size);
  const binOf = (hertz) => Math.round((hertz * transformFrames) / sampleRate);
  for (let k = binOf(arrival.lowHertz); k <= binOf(arrival.highHertz); k++) {
    real[k] = spectrum.real[k] * minimum.real[k] + spectrum.imag[k] * minimum.imag[k];
    imag[k] = spectrum.imag[k] * minimum.real[k] - spectrum.real[k] * minimum.imag[k];
  }
  transform(real, imag, 1);
  let top = 1;
  for (let i = 1; i < 100 * arrival.upsampling; i++) if (real[i] > real[top]) top = i;
  const [before, peak, after] = real.slice(top - 1, top + 2);
  const fraction = (0.5 * (before - after)) / (before - 2 * peak + after);
  return (top + fraction) / arrival.upsampling / sampleRate;
}

function vectorOf({ azimuth, elevation }) {
  const level = Math.cos(elevation * degrees);
  return [level * Math.sin(azimuth * degrees), level * Math.cos(azimuth * degrees), Math.sin(elevation * degrees)];
}

function timeArrivals(all, sampleRate) {
  for (const direction of all) {
    direction.lag = lagOf(direction, sampleRate);
    direction.vector = vectorOf(direction);
  }
  const spread = 1 / (arrival.smoothingDegrees * degrees) ** 2;
  for (const direction of all) {
    let sum = 0, weights = 0;
    for (const { vector, lag, weight } of all) {
      const cosine = vector.reduce((dot, value, i) => dot + value * direction.vector[i], 0);
      const near = weight * Math.exp(spread * (cosine - 1));
      sum += near * lag;
      weights += near;
    }
    direction.seconds = sum / weights;
  }
  const first = all.reduce((least, { seconds }) => Math.min(least, seconds), Infinity);
  for (const direction of all) direction.seconds -= first;
}

function straightBelow({ directions }) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const decibels = Float64Array.from({ length: storedBins }, (_, k) => decibelsOf(mean(directions.map((direction) => 10 ** (direction.decibels[k] / 10)))));
  return { elevation: -90, directions: [{ decibels, seconds: mean(directions.map(({ seconds }) => seconds)) }] };
}

function fileOf(rings, sampleRate) {
  const words = [formatVersion, sampleRate / 2, storedBins, taps, rings.length];
  for (const { elevation, directions } of rings) words.push(elevation, directions.length);
  for (const { seconds, decibels } of rings.flatMap(({ directions }) => directions)) {
    words.push(Math.round(seconds * 1e7), ...Array.from(decibels, (value) => Math.round(value * 100)));
  }
  const file = Buffer.alloc(2 * words.length);
  words.forEach((word, i) => file.writeInt16LE(word, 2 * i));
  return file;
}

const { sampleRate, rings } = readMeasurements();
const all = weigh(rings);
equalise(all, sampleRate);
timeArrivals(all, sampleRate);
const whole = [straightBelow(rings[0]), ...rings];
const file = fileOf(whole, sampleRate);
writeFileSync(new URL('../assets/hrtf.bin', import.meta.url), file);
console.log(`assets/hrtf.bin: ${all.length} measured directions, ${file.length} bytes`);
