import type { Summary, TrackSummary } from './Summary';

const containerNames: Readonly<Record<string, string>> = {
  wav: 'WAV', mp3: 'MP3', adts: 'ADTS', flac: 'FLAC', mp4: 'MP4 (ISO base media)', ogg: 'Ogg', webm: 'WebM / Matroska', mpegts: 'MPEG-TS',
};

/** A summary for people. */
export function asText({ container, bytes, duration, hasIndex, segments, eventMessages, initData, isTruncated, error, tracks }: Summary): string {
  const facts = [
    containerNames[container] ?? container,
    bytes !== null && size(bytes),
    duration === Infinity ? 'without end' : duration !== null && seconds(duration),
    hasIndex && 'has an index',
    segments > 1 && `${segments} segments`,
    eventMessages > 0 && `${eventMessages} event messages`,
    ...Object.entries(initData).map(([type, count]) => `${count} × ${type} init data`),
    isTruncated && 'truncated',
  ];
  return [joined(facts), ...tracks.flatMap(trackLines), ...(error === null ? [] : [`error: ${error}`]), ''].join('\n');
}

function trackLines(track: TrackSummary): string[] {
  const { id, type, codec, format, language, width, height, rotation, sampleRate, channels, duration, samples, bytes, bitsPerSecond } = track;
  const { keySamples, keyDistance, encryption, encryptedSamples } = track;
  return [
    `  ${joined([
      `${type} ${id}`,
      codec || format,
      width !== null && `${width} × ${height}`,
      rotation !== null && rotation !== 0 && `turned by ${rotation}°`,
      sampleRate !== null && `${sampleRate} Hz`,
      channels !== null && (channels === 1 ? 'mono' : channels === 2 ? 'stereo' : `${channels} channels`),
      language !== 'und' && language,
      encryption !== null && `${encryption}, ${encryptedSamples} of ${samples} samples encrypted`,
    ])}`,
    `    ${joined([
      duration !== null && seconds(duration),
      `${samples} samples`,
      size(bytes),
      bitsPerSecond !== null && `${Math.round(bitsPerSecond / 1000)} kbit/s`,
      type === 'video' && duration !== null && samples > 1 && `${(samples / duration).toFixed(2)} frames/s`,
      type === 'video' && keys(keySamples, keyDistance),
    ])}`,
  ];
}

function keys(count: number, distance: TrackSummary['keyDistance']): string {
  if (distance === null) return `${count} key frame${count === 1 ? '' : 's'}`;
  const { least, mean, most } = distance;
  return `${count} key frames, ${least === most ? seconds(mean) : `${seconds(least)} to ${seconds(most)}, on average ${seconds(mean)}`} apart`;
}

function joined(facts: readonly (string | false)[]): string {
  return facts.filter((fact) => fact !== false).join(', ');
}

function seconds(value: number): string {
  if (value < 60) return `${Number(value.toFixed(3))} s`;
  const whole = Math.floor(value);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = (value - whole + (whole % 60)).toFixed(3).padStart(6, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}
