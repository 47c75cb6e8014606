/** The gap between a near match and equality: which rows count, and as what. */

import { describe, expect, test } from 'vitest';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { EqualityGap } from '../../../src/experiment/tradeoff/metrics.ts';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { EqualityCounts, equalityGap } from '../../../src/experiment/tradeoff/score-equality.ts';
import { ready } from '../../../src/harness/scenario/lists.ts';
import type { PictureTask } from '../../../src/harness/scenario/plan.ts';
import { pictureRows } from '../../../src/harness/scenario/rows.ts';
import { hashList } from '../../../src/match/hash-list.ts';
import { check } from '../../../src/schema/check.ts';
import type { EqualityRow } from '../../../src/schema/observation.ts';
import { isForwarded } from '../../../src/score/forwarded.ts';
import { fromHex } from '../../../src/util/hex.ts';
import { equality, match, subject, subjects } from '../../harness/scenario/rows.ts';
import { tiny } from '../../harness/tiny.ts';
import { counted } from './counted.ts';

const listed = subjects('listed', 'evaluation', 10);
const innocent = subjects('innocent', 'evaluation', 8);
const resized = { transform: 'resize(factor=0.5)' };

describe('equalityGap', () => {
  const rows: TradeoffRow[] = [
    // Edits come before the rest: as sent is still the first line.
    ...listed.map((each, i) => equality(each, i < 8 ? 20 : 21, i < 2 ? 'entry' : null, resized)),
    ...listed.map((each, i) => equality(each, i < 9 ? 0 : 'too flat', i === 9 || i < 6 ? 'entry' : null)),
    ...innocent.map((each, i) => equality(each, i === 0 ? 20 : 90, i === 1 ? 'entry' : i === 2 ? undefined : null)),
    // None of these counts.
    ...subjects('listed', 'calibration', 5).map((each) => equality(each, 0, null)),
    ...subjects('innocent', 'calibration', 5).map((each) => equality(each, 0, 'entry')),
    ...subjects('new', 'evaluation', 5).map((each) => equality(each, 0, 'entry')),
    ...subjects('near', 'evaluation', 5).map((each) => equality(each, 0, 'entry')),
    equality(innocent[3]!, 0, 'entry', resized),
    match(listed[0]!, 0),
  ];
  const gap = equalityGap(counted(rows).equality, tiny, 20)!;

  test('counts both on the same pictures, as sent first', () => {
    expect(gap.listed.map(({ transform }) => transform)).toEqual(['none', 'resize(factor=0.5)']);
    const counts = [...gap.listed, gap.allEdits, gap.innocent].map(({ near, equality, lost }) => [
      near.k,
      equality.k,
      near.n,
      equality.n,
      lost.n,
      lost.onlyFirst,
      lost.onlySecond,
    ]);
    expect(counts).toEqual([
      // 9 near, of which 6 equal; the one that has no near hash is equal.
      [9, 7, 10, 10, 10, 3, 1],
      [8, 2, 10, 10, 10, 6, 0],
      [8, 2, 10, 10, 10, 6, 0],
      [1, 1, 8, 8, 8, 1, 1],
    ]);
    expect(gap.listed[0]!.lost.estimate).toBeCloseTo(0.2, 12);
    expect(gap.near).toEqual({ hash: tiny.messages.hash, thresholdBits: 20 });
    expect(gap.equality.hash).toBe(tiny.messages.equalityHash);
    check(EqualityGap, gap, 'gap');
  });

  test('repeats, and the threshold is inclusive', () => {
    expect(equalityGap(counted(rows).equality, tiny, 20)).toEqual(gap);
    expect(equalityGap(counted(rows).equality, tiny, 19)!.allEdits.near.k).toBe(0);
    expect(equalityGap(counted(rows).equality, tiny, 21)!.allEdits.near.k).toBe(10);
  });

  test('bursts are clusters', () => {
    const burst = listed.map((each) => ({ ...each, group: 'one burst' }));
    const one = equalityGap(counted(burst.map((each) => equality(each, 0, null))).equality, tiny, 20)!;
    expect(one.listed[0]!.lost.clusters).toBe(1);
    expect(one.listed[0]!.lost.clusterLow).toBeLessThan(one.listed[0]!.lost.low);
  });

  test('is null where no picture was compared', () => {
    expect(equalityGap(counted([]).equality, tiny, 20)).toBeNull();
    expect(equalityGap(counted([match(listed[0]!, 0)]).equality, tiny, 20)).toBeNull();
  });
});

describe('the rows of a picture', () => {
  const picture = { ...subject('listed', 'evaluation', 0), id: 'a.jpg', path: '/a.jpg', sha256: '00' };
  const hex = { near: 'ff'.repeat(32), equality: 'ab'.repeat(8), other: 'cd'.repeat(8) };
  const list = (algorithm: string, bits: number, entries: Record<string, string>) =>
    ready(
      hashList(
        { name: 'a list', algorithm, bits },
        Object.entries(entries).map(([id, hash]) => ({ id, hash: fromHex(hash) })),
      ),
    );
  const task = {
    picture,
    hashes: [],
    sendables: ['none', 'crop(fraction=0.05)', 'copy'].map((key) => ({
      key,
      purpose: key === 'copy' ? 'attack' : 'scored',
    })),
    messageHashes: { near: 'pdq', equality: 'phash', second: 'dhash' },
    classifier: 'none',
  } as unknown as PictureTask;
  const hashed = (value: string) => ({ state: 'hashed' as const, hex: value, quality: 100 });
  const sendable = (key: string, near: string | null, same: string) => ({
    key,
    hashed: {
      near: near === null ? { state: 'refused' as const, reason: 'too flat' } : hashed(near),
      equality: hashed(same),
      second: hashed(same),
    },
    scores: [],
    hashMillis: 0,
    classifyMillis: 0,
  });
  const rowsOf = (entries: Record<string, string>): EqualityRow[] =>
    pictureRows(
      task,
      {
        state: 'done',
        index: 0,
        hashes: {},
        sendables: [
          sendable('none', `0f${hex.near.slice(2)}`, hex.equality),
          sendable('crop(fraction=0.05)', null, `aa${hex.equality.slice(2)}`),
          sendable('copy', hex.near, hex.equality),
        ],
        model: { labels: [], sha256: '', backend: '' },
        decodeMillis: 0,
        hashMillis: {},
      },
      new Map([
        ['pdq', list('pdq', 256, Object.keys(entries).length > 0 ? { near: hex.near } : {})],
        ['phash', list('phash', 64, entries)],
      ]),
      JSON.stringify,
    ).filter((row): row is EqualityRow => row.row === 'equality');

  test('hold both hashes of every file that is scored, against the list', () => {
    const rows = rowsOf({ other: hex.other, mine: hex.equality });
    for (const row of rows) check(schemas.observation, row, 'row');
    expect(rows.map(({ transform }) => transform)).toEqual(['none', 'crop(fraction=0.05)']);
    expect(rows[0]).toMatchObject({
      near: { hash: 'pdq', outcome: { state: 'scored', nearest: 'near', distanceBits: 4 } },
      equality: { hash: 'phash', outcome: { state: 'scored', equal: 'mine' } },
    });
    expect(rows[1]).toMatchObject({
      near: { outcome: { state: 'refused', reason: 'too flat' } },
      equality: { outcome: { state: 'scored', equal: null } },
    });
  });

  test('of an empty list: nothing is near, nothing equal', () => {
    expect(rowsOf({})[0]).toMatchObject({
      near: { outcome: { nearest: null, distanceBits: 257 } },
      equality: { outcome: { equal: null } },
    });
  });
});

test('of the listed pictures as sent, those that were forwarded byte for byte have a line of their own', () => {
  const messages = { ...tiny.messages, equalityHash: 'md5', forwarded: { value: 0.5, source: 'made up for a test' } };
  const experiment = { ...tiny, messages };
  const counts = new EqualityCounts(experiment);
  const sent = subjects('listed', 'evaluation', 40);
  const isSent = sent.map(({ picture }) => isForwarded(experiment, picture));
  for (const [i, each] of sent.entries()) {
    counts.add(equality(each, 0, isSent[i] ? 'entry' : null), i);
    counts.add(equality(each, 0, null, resized), i);
  }
  const { forwarded, listed: lines, equality: hash } = equalityGap(counts, experiment, 20)!;
  const many = isSent.filter(Boolean).length;
  expect(many).toBeGreaterThan(5);
  expect(hash).toEqual({ hash: 'md5', bits: 128 });
  expect([forwarded!.value, forwarded!.equality.k, forwarded!.equality.n]).toEqual([0.5, many, many]);
  expect(lines.map(({ equality: { k, n } }) => [k, n])).toEqual([
    [many, 40],
    [0, 40],
  ]);
});
