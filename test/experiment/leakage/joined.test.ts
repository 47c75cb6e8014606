/** Escrow, with all logs in one hand: what a court opened is in them, so the known channel counts it, and no attack on it beats its ceiling. */

import { describe, expect, test } from 'vitest';
import { checkLeakage } from '../../../src/experiment/leakage/kind.ts';
import type { KnownLeak } from '../../../src/experiment/leakage/metrics.ts';
import type {
  Adversary,
  Column,
  LeakAttackRow,
  LeakageRow,
  LeakMessageRow,
  LeakViewRow,
} from '../../../src/experiment/leakage/rows.ts';
import { leakageMetrics } from '../../../src/experiment/leakage/score.ts';
import { tiny } from '../../harness/tiny.ts';

/** Pictures sent, one message each and all of one padded length, and how many of them a court's orders opened. */
const [pictures, opened] = [40, 12];

const { version, seed, dataset, assignment, operatingPoint, messages } = tiny;
const experiment = checkLeakage(
  {
    version,
    kind: 'leakage',
    name: 'leakage-escrow',
    question: 'What does whoever has all logs know?',
    seed,
    dataset,
    assignment,
    strategies: ['escrow'],
    operatingPoint,
    messages,
    attacks: { recompressed: { name: 'jpeg', quality: 50 }, falseAccusationCost: 10 },
  },
  'Test experiment',
);

const places = Array.from({ length: pictures }, (_, i) => i);
const handed = places.map((i) => (i < opened ? 1 : 0));
const nothing: Column = { names: [''], at: [] };

const message = (i: number): LeakMessageRow => ({
  row: 'leak-message',
  message: `m${i}`,
  picture: `p${i}`,
  group: `g${i}`,
  topic: `t${i % 4}`,
  content: 'innocent',
  split: 'evaluation',
  transform: 'none',
  sender: 'alice',
  pictureBytes: 1000 + i,
  file: `f${i}`,
  hash: i.toString(16).padStart(64, '0'),
  equalityHash: null,
  nearBits: null,
});
const view = (adversary: Adversary): LeakViewRow => ({
  row: 'leak-view',
  cell: 'c',
  strategy: 'escrow',
  adversary,
  when: 'end',
  messages: places,
  shape: nothing,
  sizes: nothing,
  bits: nothing,
  content: nothing,
  outcome: nothing,
  entry: nothing,
  sender: nothing,
  handed,
});
/** Names what was opened, and one picture of the others by luck: as good as a guess can be. */
const attack: LeakAttackRow = {
  row: 'leak-attack',
  cell: 'c',
  strategy: 'escrow',
  adversary: 'joined',
  when: 'end',
  secret: 'identity',
  observable: 'view',
  control: 'none',
  attacker: 'content',
  known: pictures,
  chance: 1 / pictures,
  messages: places,
  rank: places.map((i) => (i <= opened ? 1 : 2)),
  handed,
};
const outcomes: LeakageRow = {
  row: 'leak-fates',
  cell: 'c',
  strategy: 'escrow',
  matched: places.map(() => 0),
  detected: handed,
  aborted: places.map(() => 0),
  sampled: [],
  thresholdBits: 31,
};

describe('escrow, all logs in one hand', () => {
  const { known } = leakageMetrics(
    [...places.map(message), outcomes, view('joined'), view('court'), view('relay'), attack],
    { experiment, dataset: { name: 'generated', sha256: '0'.repeat(64) }, listEntries: 4, notes: [] },
  );
  const leak = (adversary: Adversary, scope: KnownLeak['scope']): KnownLeak =>
    known.find((each) => each.adversary === adversary && each.scope === scope)!;

  test('counts every opened picture in its capacity, beside the one length of the others', () => {
    expect(leak('relay', 'all').capacity).toBe(1);
    expect(leak('court', 'all').capacity).toBe(1 + opened);
    expect(leak('joined', 'all')).toMatchObject({ capacity: 1 + opened, posterior: (1 + opened) / pictures });
    expect(leak('joined', 'all').shannonBits).toBeGreaterThan(1);
  });

  test('stays within what its formula allows, and above the best attack', () =>
    expect(leak('joined', 'all')).toMatchObject({ within: true, ceiling: true }));

  test('knows nothing of silent messages but their length', () => expect(leak('joined', 'silent').capacity).toBe(1));
});

describe('attacks and what they are held against', () => {
  const controlled = (row: LeakAttackRow, shuffled: (i: number) => boolean): LeakAttackRow[] => [
    row,
    { ...row, control: 'shuffled', rank: places.map((i) => (shuffled(i) ? 1 : 2)) },
    { ...row, control: 'planted', rank: places.map(() => 1) },
  ];
  const by = (adversary: Adversary, right: (i: number) => boolean): LeakAttackRow => ({
    ...attack,
    adversary,
    rank: places.map((i) => (right(i) ? 1 : 2)),
  });
  const metricsOf = (rows: readonly LeakageRow[]) =>
    leakageMetrics([...places.map(message), outcomes, view('joined'), view('court'), view('relay'), ...rows], {
      experiment,
      dataset: { name: 'generated', sha256: '0'.repeat(64) },
      listEntries: 4,
      notes: [],
    });

  test('of silent messages, what was disclosed is no candidate: chance is that of the others', () => {
    const { attacks } = metricsOf(controlled(attack, (i) => i === 20));
    const chance = (scope: string): number => attacks.find((each) => each.scope === scope)!.chance;
    expect(chance('all')).toBeCloseTo(1 / pictures, 9);
    expect(chance('silent')).toBeCloseTo(1 / (pictures - opened), 9);
    const { leastAbove, success } = attacks.find(({ scope }) => scope === 'all')!;
    expect(leastAbove).toBeGreaterThan(1);
    expect(leastAbove!).toBeLessThanOrEqual(success.n);
  });

  test('all logs together are better only if they beat every role, whichever does best on these messages', () => {
    const joined = by('joined', (i) => i < 30);
    const one = by('provider', (i) => i < 2);
    const beaten = metricsOf([joined, one, by('relay', (i) => i >= 38)]).fusion;
    expect(beaten).toMatchObject([{ better: true, best: 'provider' }]);
    const held = metricsOf([joined, one, by('relay', (i) => i < 29)]).fusion;
    expect(held).toMatchObject([{ better: false, best: 'relay' }]);
  });

  test('shuffled labels are judged together too: each control passes alone, all of them show the fault', () => {
    // Four of forty against a chance of one in forty, in each of two strategies: no single control fails for all attacks of the run.
    const rows = (strategy: string, right: (i: number) => boolean): LeakAttackRow[] =>
      controlled({ ...attack, strategy, rank: places.map(() => 2) }, right);
    const of = (right: (i: number) => boolean) => {
      const { controls, attacks } = metricsOf(
        ['escrow', 'client-list', 'oprf-lookup'].flatMap((each) => rows(each, right)),
      );
      return {
        alone: attacks.every(({ negative }) => negative.holds),
        pooled: controls.negative.pooled,
        failing: controls.failing,
      };
    };
    const leaking = of((i) => i < 4);
    expect(leaking.alone).toBe(true);
    expect(leaking.pooled).toMatchObject([{ secret: 'identity', controls: 3, k: 12, n: 120, holds: false }]);
    expect(leaking.failing).toContain('labels dealt anew, above chance, all together: identity');
    expect(of((i) => i === 0).pooled).toMatchObject([{ k: 3, holds: true }]);
  });
});
