/** The tables of a run, in Markdown. */
import { median, spread } from '../shared/statistics.mjs';
import { formatTable, significant, withSpread } from '../shared/table.mjs';

const good = (samples) => samples.filter(({ failure }) => failure === null);
const middle = (samples, what) => median(samples.map((sample) => sample[what]));

/** Ours over theirs, round by round: what disturbs a round disturbs both. */
function ratio({ mediant, ffmpeg }, what) {
  const ratios = mediant.flatMap((ours, round) => (ours.failure === null && ffmpeg[round].failure === null ? [ours[what] / ffmpeg[round][what]] : []));
  return ratios.length ? withSpread(spread(ratios)) : '–';
}

function videoRow(row) {
  const [ours, theirs] = [good(row.mediant), good(row.ffmpeg)];
  if (!ours.length || !theirs.length) return [row.name, row.mediant[0].failure ?? row.ffmpeg[0].failure, '', '', '', '', ''];
  const frames = middle(ours, 'outputs');
  return [
    row.name, significant(middle(ours, 'cpuSeconds')), significant(middle(theirs, 'cpuSeconds')), ratio(row, 'cpuSeconds'),
    significant(frames / middle(ours, 'wallSeconds')), significant(frames / middle(theirs, 'wallSeconds')),
    `${Math.round(middle(ours, 'peakResidentMiB'))} (${Math.round(middle(ours, 'residentBeforeMiB'))} before) / ${Math.round(middle(theirs, 'peakResidentMiB'))}`,
  ];
}

function audioRow(row) {
  const [ours, theirs] = [good(row.mediant), good(row.ffmpeg)];
  if (!ours.length || !theirs.length) return [row.name, row.mediant[0].failure ?? row.ffmpeg[0].failure, '', '', ''];
  const packets = middle(ours, 'packets');
  const perPacket = (seconds) => significant((1e6 * seconds) / packets);
  const warm = ours.flatMap(({ furtherCpuSeconds: times = [] }) => times.slice(times.length >> 1));
  return [row.name, String(packets), perPacket(middle(ours, 'cpuSeconds')), warm.length ? perPacket(median(warm)) : '–', perPacket(middle(theirs, 'cpuSeconds'))];
}

export function report({ machine, node, ffmpeg, rounds, rows }) {
  const [video, audio] = ['video', 'audio'].map((kind) => rows.filter((row) => row.kind === kind));
  const busy = rows.flatMap(({ mediant, ffmpeg: theirs }) => [...mediant, ...theirs].map(({ busyCores }) => busyCores)).filter((cores) => cores !== undefined);
  return [
    `${machine}; Node ${node}; ${ffmpeg}; ${rounds} rounds; software.`,
    busy.length ? `${significant(median(busy))} cores were busy with something else (at most ${significant(Math.max(...busy))}).` : '',
    '',
    ...(video.length ? [formatTable(['video', 'CPU s', 'ffmpeg', 'ratio', 'frames/s', 'ffmpeg', 'peak MiB'], video.map(videoRow)), ''] : []),
    ...(audio.length ? [formatTable(['audio', 'packets', 'µs a packet, the first time', 'later', 'ffmpeg'], audio.map(audioRow)), ''] : []),
  ].join('\n');
}
