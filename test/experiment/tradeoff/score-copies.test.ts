/** Notes on innocent pictures that a hash takes for listed ones. */

import { expect, test } from 'vitest';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { metricsOf } from '../../../src/experiment/tradeoff/score.ts';
import { copyNotes } from '../../../src/experiment/tradeoff/score-copies.ts';
import type { MatchRow } from '../../../src/schema/observation.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { classify, equality, match, subjects } from '../../harness/scenario/rows.ts';
import { experimentWith } from '../../harness/tiny.ts';
import { counted } from './counted.ts';

const experiment = experimentWith({
  grid: { hash: ['pdq'], strategy: ['e2ee'] },
  messages: { secondHash: 'pdq' },
});
/** The notes on rows. */
const notes = (rows: readonly MatchRow[]): string[] => {
  const counts = counted(rows, experiment);
  return copyNotes(counts.hashOf, counts.calibration, experiment);
};
const calibration = subjects('innocent', 'calibration', 10);
const evaluation = subjects('innocent', 'evaluation', 10);
const rowsWith = (...near: readonly (readonly [index: number, bits: number])[]): MatchRow[] =>
  [...calibration, ...evaluation].map((each, i) => match(each, near.find(([index]) => index === i)?.[1] ?? 120));

test('cases A7: of an innocent picture with the hash of a listed one the pair is named, and a group is suggested', () => {
  const [note, ...more] = notes(rowsWith([2, 0], [4, 0]));
  expect(more).toEqual([]);
  expect(note).toBe(
    'No threshold of pdq keeps the false-positive rate, because an innocent picture has the very hash of a listed one: ' +
      'innocent/calibration/2.jpg and entry (distance 0) (2 pairs in all). If they are copies of one picture, give all copies one group ' +
      '(a column called group in a manifest.csv), and run again.',
  );
});

test('cases A7: near copies across groups are noted where a threshold is left', () => {
  const [note] = notes(rowsWith([3, 12], [14, 4]));
  expect(note).toMatch(
    /^2 innocent pictures are within the authors' 31 bits of pdq of a listed picture of another group, the nearest innocent\/evaluation\/4\.jpg and entry \(distance 4\)\. /,
  );
});

test('where all innocent pictures are far there is no note, and neither is there without any', () => {
  expect(notes(rowsWith())).toEqual([]);
  expect(notes([])).toEqual([]);
});

test('cases A7: the note stands first among the limits of a report', () => {
  const rows: TradeoffRow[] = rowsWith([2, 0]).flatMap((row) => {
    const { picture, group, topic, content, split } = row;
    const of = { picture, group, topic, content, split };
    return [row, equality(of, 120, null), classify(of, 0.5)];
  });
  const { limits } = metricsOf(counted(rows, experiment), {
    experiment,
    dataset: { name: 'made up', sha256: sha256Hex('') },
    listEntries: 1,
    listBytes: 1,
    notes: [],
  });
  expect(limits[0]).toMatch(/^No threshold of pdq keeps the false-positive rate/);
});
