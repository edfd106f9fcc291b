/** The corpus of a container before all oracles: a row a file, a column an oracle. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../src/container/demuxers';
import { sniffContainer } from '../../../src/container/sniff';
import { corpusFile, corpusMissing } from '../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment } from '../../support/containers/demux';
import type { Corpus, CorpusEntry, Excuse, OracleName } from './corpus/CorpusEntry';
import { askPictures, askSound } from './oracles/decoded';
import { askFfprobe } from './oracles/ffprobe';
import { askMediabunny } from './oracles/mediabunny';
import { askMp4box } from './oracles/mp4box';
import type { Oracle, Question } from './oracles/Oracle';

const oracles: Readonly<Record<OracleName, Oracle>> = { ffprobe: askFfprobe, mediabunny: askMediabunny, mp4box: askMp4box, pictures: askPictures, sound: askSound };
const names = Object.keys(oracles) as OracleName[];

/** Decoding takes most of the time: of so many files one is decoded, unless the tests were asked for by name. */
const filesForOneDecoded = process.env.MEDIANT_TEST_ASKED_FOR ? 1 : 3;
const decoding: readonly OracleName[] = ['pictures', 'sound'];

type State = 'same' | 'in part' | 'skipped' | 'different';
const signs: Readonly<Record<State, string>> = { 'same': '=', 'in part': '≈', 'skipped': '–', 'different': '≠' };

interface Cell {
  readonly state: State;
  readonly reason: string;
}

export function testAgainstOracles(corpus: Corpus): void {
  if (corpusMissing) console.log(`skipped: ${corpusMissing}`);
  const rows: Cell[][] = [];
  const entries = corpusMissing ? [] : corpus.entries;
  for (const [index, entry] of entries.entries()) {
    test(entry.name, async () => {
      const row = await rowOf(corpus, entry, index % filesForOneDecoded === 0);
      rows.push(row);
      const reasons = row.flatMap(({ state, reason }, index) => (state === 'same' ? [] : [`${names[index]}: ${reason}`]));
      console.log(`matrix: ${row.map(({ state }) => signs[state]).join(' ')}  ${entry.name}${reasons.length > 0 ? `  (${reasons.join('; ')})` : ''}`);
      const differences = row.flatMap(({ state, reason }, index) => (state === 'different' ? [`${names[index]}: ${reason}`] : []));
      assert.is(differences.join('\n'), '');
    });
  }
  test('all', () => {
    const counts = names.map((name, column) => `${name} ${(Object.keys(signs) as State[]).flatMap((state) => {
      const count = rows.filter((row) => row[column].state === state).length;
      return count > 0 ? [`${count} ${state}`] : [];
    }).join(', ')}`);
    if (rows.length > 0) console.log(`measured: ${rows.length} files: ${counts.join('; ')}`);
  });
  test.run();
}

async function rowOf({ container, excuses }: Corpus, { name, command, codecs, seconds = 2, excuses: own }: CorpusEntry, isDecoded: boolean): Promise<Cell[]> {
  const file = corpusFile(name, typeof command === 'string' ? command : command());
  const { bytes } = file;
  assert.is(sniffContainer(bytes), container);
  const demuxer = (canSeek: boolean) => createDemuxer(container, canSeek ? { canSeek, size: bytes.length } : undefined)!;
  const outputs = demuxFile(demuxer(true), bytes);
  assert.equal(demuxFile(demuxer(true), bytes, 997), outputs, 'by smaller ranges');
  const stream = demuxStream(demuxer(false), bytes);
  // The movie box may lie behind the media.
  if (stream.at(-1)!.type !== 'error') assert.equal(demuxStream(demuxer(false), bytes, 37), stream, 'in pieces');
  assert.equal(outputs.at(-1), { type: 'end', isTruncated: false });
  assert.equal(initSegment(outputs)!.tracks.map(({ descriptions }) => descriptions[0].codec), codecs);
  const cells: Cell[] = [];
  for (const oracle of names) {
    if (!isDecoded && decoding.includes(oracle)) cells.push({ state: 'skipped', reason: 'not in the sample' });
    else cells.push(await ask(oracles[oracle], { container, file, outputs, seconds, excuse: own?.[oracle] ?? excuses?.[oracle] ?? {} }));
  }
  return cells;
}

async function ask(oracle: Oracle, question: Question): Promise<Cell> {
  const excuse = question.excuse as Partial<Excuse>;
  if (excuse.isSkipped) return { state: 'skipped', reason: excuse.because! };
  try {
    const reason = await oracle(question);
    if (reason) return { state: 'skipped', reason };
    return excuse.because ? { state: 'in part', reason: excuse.because } : { state: 'same', reason: '' };
  } catch (error) {
    return { state: 'different', reason: (error as Error).message.split('\n')[0] + differenceOf(error) };
  }
}

const differenceOf = (error: unknown): string => {
  const { actual, expects } = error as { actual?: unknown; expects?: unknown };
  return typeof actual === 'object' || actual === undefined || typeof actual === 'boolean' ? '' : ` (${String(actual)}, not ${String(expects)})`;
};
