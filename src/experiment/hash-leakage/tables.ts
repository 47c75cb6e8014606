/** The table of topics guessed from hashes. */
import type { HashLeakageMetrics, TopicLeak } from '../../schema/hash-leakage-metrics.ts';
import type { HashLeakSource } from '../../schema/hash-leakage-rows.ts';
import { type Line, plain, type ReportTable } from '../benchmark/table.ts';
import { absent, type Cell, integer, notMeasured, percent, rateCell } from '../format.ts';
import { controlCell, verdict } from './control-cells.ts';
import { liftCell, sourceName } from './words.ts';

/** Topics guessed from each hash of a source, each beside its negative control; the positive one at the end. */
export function topicTable(metrics: HashLeakageMetrics, source: HashLeakSource): ReportTable {
  const of = metrics.topics.filter((each) => each.source === source);
  const first = of[0];
  const fives = of.some(({ five }) => five);
  const line = (each: TopicLeak): Line => {
    const { first: one, five, lift, uniformLift, leakedBits, lowerBound, aboveChance, control, bits, attacker } = each;
    return {
      name: each.hash,
      cells: [
        plain(String(bits)),
        plain(attacker),
        { ...rateCell(one.success), ...(aboveChance && control === 'none' ? { tone: 'warn' as const } : {}) },
        plain(`≥ ${percent(lowerBound)}`),
        plain(percent(one.chance.commonest)),
        liftCell(lift),
        plain(uniformLift === null ? notMeasured : `${uniformLift.toFixed(2)}×`),
        plain(leakedBits === null ? notMeasured : leakedBits.toFixed(2)),
        ...(fives
          ? five
            ? [rateCell(five.success), plain(percent(five.chance.commonest))]
            : [absent('too few'), absent('too few')]
          : []),
        control === 'none' ? plain(aboveChance ? '▲ above chance' : 'not above') : verdict(each.passed, 'all right'),
        shuffledCell(of, each),
      ],
    };
  };
  return {
    title: `Topic from hash: ${sourceName(metrics, source)}`,
    explains: `${first ? `${integer(first.topics)} topics, ${integer(first.training)} pictures to learn from, ${integer(first.validation)} to choose the learner on, ${integer(first.first.success.n)} to guess, once (the deep hash: fewer). ` : ''}Lift: success over always naming the topic commonest in training; over 1/K: over blind guessing among K topics. Bits: log₂ of the lift. Bound: one-sided 95 %, Clopper–Pearson, one picture a group. Above chance: at 5 % for all attacks together (Bonferroni).`,
    head: [
      'hash',
      'bits',
      'learner chosen',
      'top-1',
      'bound',
      'commonest topic',
      'lift',
      'over 1/K',
      'bits leaked',
      ...(fives ? ['top-5', '5 commonest'] : []),
      'verdict',
      'hashes dealt anew',
    ],
    lines: of
      .filter(({ control }) => control !== 'shuffled')
      .toSorted(identityLast)
      .map(line),
  };
}

const identityLast = (a: { readonly control: string }, b: { readonly control: string }): number =>
  Number(a.control === 'identity') - Number(b.control === 'identity');

/** The same attack after hashes were dealt anew. */
const shuffledCell = (all: readonly TopicLeak[], { hash, deep }: TopicLeak): Cell =>
  controlCell(
    all.find((each) => each.control === 'shuffled' && each.hash === hash && each.deep === deep),
    ({ first }) => rateCell(first.success),
  );
