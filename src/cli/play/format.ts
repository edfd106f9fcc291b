import type { AudioDescription } from '../../host/node/codecs';

/** Numbers and names as people read them. */

/** `3:07`, `1:02:09`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `44.1 kHz`. */
export function kilohertz(hertz: number): string {
  return `${Number((hertz / 1000).toFixed(3))} kHz`;
}

const layouts: Record<number, string> = { 1: 'mono', 2: 'stereo', 4: 'quad', 6: '5.1' };

export function channelLayout(channels: number): string {
  return layouts[channels] ?? `${channels} channels`;
}

/** One letter or two for each channel, in the order of https://webaudio.github.io/web-audio-api/#ChannelOrdering. */
const names: Record<number, readonly string[]> = {
  1: ['M'],
  2: ['L', 'R'],
  4: ['L', 'R', 'SL', 'SR'],
  6: ['L', 'R', 'C', 'LF', 'SL', 'SR'],
};

export function channelNames(channels: number): readonly string[] {
  return names[channels] ?? Array.from({ length: channels }, (_, index) => String(index + 1));
}

/** ` -6.2 dB`, seven characters wide; `  -∞ dB` for silence. */
export function decibels(value: number): string {
  return `${Number.isFinite(value) ? value.toFixed(1).replace(/^-0\.0$/, '0.0') : '-∞'} dB`.padStart(8);
}

/** `MP4 · AAC · 44.1 kHz · stereo`. */
export function describeFormat({ container, codec, sampleRate, channels }: AudioDescription): string {
  const name = codec && codec.toLowerCase() !== container.toLowerCase() ? [container, codec] : [container];
  return [...name, kilohertz(sampleRate), channelLayout(channels)].join(' · ');
}

const backends: Record<string, string> = { pulse: 'PulseAudio', alsa: 'ALSA' };

export function describeDevice({ backend, label }: { backend: string; label: string }, sampleRate: number): string {
  const names = [backends[backend], label].filter((name) => name);
  return [...(names.length ? names : [backend]), kilohertz(sampleRate)].join(' · ');
}
