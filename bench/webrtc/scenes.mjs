/**
 * The scenes, and the figures that are made of their samples. A figure's `of(samples)` gives a number, undefined where nobody can tell;
 * `goal` is what Mediant wants to reach: `most`, or a `ratio` to the best of the others.
 */
import { networkInterfaces } from 'node:os';
import { median } from '../shared/statistics.mjs';

const reliable = { ordered: true };
const unreliable = { ordered: false, maxRetransmits: 0 };

export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * percent / 100) - 1)];
}

const all = (samples, key) => samples.flatMap((sample) => sample[key]);
const middle = (samples, value) => median(samples.map(value));

const setUpFigures = (mostMilliseconds) => [
  { title: 'median', unit: 'ms', better: 'less', goal: { most: mostMilliseconds }, of: (samples) => median(all(samples, 'milliseconds')) },
  { title: 'p95', unit: 'ms', better: 'less', goal: { most: 30 }, of: (samples) => percentile(all(samples, 'milliseconds'), 95) },
];

const throughputFigures = [
  { title: 'received', unit: 'MB/s', better: 'more', goal: { ratio: 3 }, of: (samples) => middle(samples, ({ work, transferSeconds }) => work / transferSeconds / 1e6) },
  { title: 'processor time of both', unit: 's/GB', better: 'less', of: (samples) => middle(samples, ({ work, transferCpuSeconds }) => transferCpuSeconds / (work / 1e9)) },
];

/** Of a connection of one pair's two, a socket an interface. */
const interfaces = Object.values(networkInterfaces()).filter((addresses) => addresses.some(({ internal }) => !internal)).length;

/** What a pair holds beyond the first. */
const beyond = (key) => ([{ first, all: held, work }]) => held && (held[key] - first[key]) / (work - 1);

const idleFigures = [
  { title: 'memory a pair', unit: 'MB', better: 'less', goal: { most: 0.4 }, of: (samples) => beyond('residentBytes')(samples) / 1e6 },
  { title: 'threads a pair', unit: '', better: 'less', goal: { most: 0 }, of: beyond('threads') },
  { title: 'descriptors a pair', unit: '', better: 'less', of: beyond('descriptors') },
  { title: 'UDP sockets a pair', unit: '', better: 'less', goal: { most: 2 * interfaces }, of: beyond('udpSockets') },
  { title: 'threads in all', unit: '', better: 'less', of: ([{ all: held }]) => held?.threads },
  { title: 'descriptors in all', unit: '', better: 'less', of: ([{ all: held }]) => held?.descriptors },
];

const throughput = (kibibytes) => ({
  name: `throughput, ${kibibytes} KiB`, kind: 'transfer', processes: 2, size: kibibytes << 10, init: reliable, highBytes: 4 << 20, lowBytes: 1 << 20,
  maxDatagramBytes: 1200, figures: throughputFigures,
});

/** With what Mediant's search for the path's MTU adds: the others' datagrams are what they are. */
const throughputOfPath = (kibibytes) => ({
  ...throughput(kibibytes), name: `throughput, ${kibibytes} KiB, path MTU`, maxDatagramBytes: undefined,
  figures: throughputFigures.map((figure) => ({ ...figure, goal: undefined })),
});

export const scenes = [
  { name: 'set-up, one process', kind: 'set-up', processes: 1, figures: setUpFigures(4) },
  { name: 'set-up, two processes', kind: 'set-up', processes: 2, figures: setUpFigures(12) },
  throughput(64),
  throughput(256),
  throughputOfPath(64),
  {
    name: 'messages of 100 bytes', kind: 'transfer', processes: 2, size: 100, init: unreliable, highBytes: 1 << 18, lowBytes: 1 << 16,
    figures: [
      { title: 'received', unit: '/s', better: 'more', goal: { ratio: 1.3 }, of: (samples) => middle(samples, ({ messages, transferSeconds }) => messages / transferSeconds) },
      { title: 'processor time of both', unit: 'µs', better: 'less', of: (samples) => middle(samples, ({ messages, transferCpuSeconds }) => transferCpuSeconds * 1e6 / messages) },
    ],
  },
  {
    name: 'round trip of 100 bytes', kind: 'round trip', processes: 2, size: 100, init: reliable,
    figures: [
      { title: 'p50', unit: 'µs', better: 'less', goal: { ratio: 1 }, of: (samples) => median(all(samples, 'microseconds')) },
      { title: 'p95', unit: 'µs', better: 'less', of: (samples) => percentile(all(samples, 'microseconds'), 95) },
    ],
  },
  { name: 'idle pairs', kind: 'idle', processes: 1, rounds: 1, figures: idleFigures },
];
