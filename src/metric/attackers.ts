/** Learners of a secret from views, fitted and ready to be compared on validation examples. */
import { fitTable } from './class-table.ts';
import { type Example, partsOf, type Split, type ViewPart } from './examples.ts';
import { fitLogistic } from './multinomial-logistic.ts';
import { fitNeighbours, usualNeighbours } from './nearest-neighbours.ts';
import { type BitPoints, pointsOf, type SymbolPoints, standardiser, type VectorPoints } from './points.ts';

/** What an attacker believes of held-out examples. */
export interface Posteriors {
  /** Secrets that it knows of. */
  readonly secrets: readonly string[];
  /** The true one of each example, as a place among those; −1: one that it has never seen. */
  readonly truth: Int32Array;
  /** The same by name. */
  readonly truths: readonly string[];
  /** Probabilities, examples × secrets. */
  readonly values: Float64Array;
}

/** The kinds of learner. prior: the commonest secret of the training part, whatever was seen. */
const learners = ['prior', 'table', 'nearest neighbours', 'logistic'] as const;
export type Learner = (typeof learners)[number];

/** One learner on one part of the views. */
export interface Attacker {
  readonly learner: Learner;
  /** e.g. 'bits, logistic'. */
  readonly name: string;
}

/** An attacker that has learnt: what it believes of the validation part, and, when asked, of the test part. */
export interface FittedAttacker extends Attacker {
  /** The part of the views that it compares; none of the prior. */
  readonly part: ViewPart | null;
  readonly validation: Posteriors;
  test(): Posteriors;
}

/** The one that does best on validation by that measure; the first in case of a tie. */
export function bestAttacker(
  attackers: readonly FittedAttacker[],
  measure: (validation: Posteriors) => number,
): FittedAttacker {
  const values = attackers.map(({ validation }) => measure(validation));
  return attackers[values.reduce((best, value, i) => (value > values[best]! ? i : best), 0)]!;
}

/**
 * Every learner on every part of the views, the prior first; of neighbours, the nearest one before ln n of them. RangeError where a part of
 * the split is empty, or views differ in kind.
 */
export function fitAttackers(split: Split, wanted: readonly Learner[] = learners): FittedAttacker[] {
  const { train, validation, test } = split;
  if (train.length === 0 || validation.length === 0 || test.length === 0)
    throw new RangeError(
      `Expected examples in each part but received ${train.length}, ${validation.length} and ${test.length}.`,
    );
  const parts = partsOf([...train, ...validation, ...test]);
  const secrets = [...new Set(train.map(({ secret }) => secret))].sort();
  const numbers = new Map(secrets.map((secret, i) => [secret, i]));
  const classesOf = (examples: readonly Example[]): Int32Array =>
    Int32Array.from(examples, ({ secret }) => numbers.get(secret) ?? -1);
  const of = (examples: readonly Example[], values: Float64Array): Posteriors => ({
    secrets,
    truth: classesOf(examples),
    truths: examples.map(({ secret }) => secret),
    values,
  });
  const attacker = (
    learner: Learner,
    name: string,
    part: ViewPart | null,
    judged: Float64Array,
    ask: () => Float64Array,
  ): FittedAttacker => {
    let asked: Posteriors | undefined;
    return { learner, name, part, validation: of(validation, judged), test: () => (asked ??= of(test, ask())) };
  };
  const classes = classesOf(train);
  const count = secrets.length;
  const unseen = (n: number): SymbolPoints => ({ kind: 'symbols', n, names: Array<string>(n).fill('') });
  const blind = fitTable(unseen(train.length), classes, count);
  const found = [
    attacker('prior', 'prior', null, blind.posteriors(unseen(validation.length)), () =>
      blind.posteriors(unseen(test.length)),
    ),
  ];
  for (const part of parts) {
    if (part === 'symbol') {
      if (!wanted.includes('table')) continue;
      const model = fitTable(pointsOf(train, part), classes, count);
      const ask = (examples: readonly Example[]) => model.posteriors(pointsOf(examples, part));
      found.push(attacker('table', 'table', part, ask(validation), () => ask(test)));
      continue;
    }
    const known = pointsOf(train, part);
    const scaled = known.kind === 'vectors' ? standardiser(known) : undefined;
    const pointsIn = (examples: readonly Example[]): BitPoints | VectorPoints =>
      scaled ? scaled(pointsOf(examples, 'vector')) : pointsOf(examples, 'bits');
    if (wanted.includes('nearest neighbours')) {
      const model = fitNeighbours(pointsIn(train), classes, count);
      const ks = [...new Set(usualNeighbours(train.length))];
      const judged = model.posteriors(pointsIn(validation), ks);
      for (const [i, k] of ks.entries())
        found.push(
          attacker(
            'nearest neighbours',
            `${part}, nearest neighbours, k=${k}`,
            part,
            judged[i]!,
            () => model.posteriors(pointsIn(test), [k])[0]!,
          ),
        );
    }
    if (wanted.includes('logistic')) {
      const judges = { points: pointsIn(validation), classes: classesOf(validation) };
      const model = fitLogistic(pointsIn(train), classes, count, { validation: judges });
      found.push(
        attacker('logistic', `${part}, logistic`, part, model.posteriors(judges.points), () =>
          model.posteriors(pointsIn(test)),
        ),
      );
    }
  }
  return found;
}
