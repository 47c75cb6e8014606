/**
 * The held-out attack: several learners are fitted to the training part, the one that does best on validation is scored once on the test
 * part. Its success is a lower bound on the posterior vulnerability of the secret, whatever the channel is, and its exact interval is that of
 * independent trials, one for each picture. Cherubin, Chatzikokolakis & Palamidessi, "F-BLEAU: fast black-box leakage estimation" (S&P
 * 2019); Romanelli et al., "Estimating g-leakage via machine learning" (CCS 2020).
 */
import {
  type Attacker,
  bestAttacker,
  type FittedAttacker,
  fitAttackers,
  type Learner,
  type Posteriors,
} from './attackers.ts';
import type { Split, ViewPart } from './examples.ts';
import type { Proportion } from './interval.ts';
import { type AttackSuccess, attackSuccess, commonestShare } from './leakage.ts';
import { neighbourCeiling } from './nearest-neighbours.ts';
import { likeliest } from './points.ts';
import { clopperPearsonLow, proportion } from './proportion.ts';

/** The result. */
interface HeldOutAttack {
  /** The attacker that did best on validation; the first in case of a tie of those tried. */
  readonly attacker: Attacker;
  /** Every attacker's success on the validation part. */
  readonly validation: readonly (Attacker & { readonly success: Proportion })[];
  /** Success on the test part. */
  readonly success: AttackSuccess;
  /** What it believed of each test example. */
  readonly posteriors: Posteriors;
  /**
   * The most that any attack can achieve, as the test error of the nearest neighbour says, and a one-sided 95 % bound on it: asymptotic, and
   * no bound at any finite number of examples. Null where nothing has a distance.
   */
  readonly ceiling: { readonly part: ViewPart; readonly estimate: number; readonly high: number } | null;
  readonly n: { readonly train: number; readonly validation: number; readonly test: number };
}

/** How to attack. */
interface HeldOutOptions {
  /** All by default; the prior is always tried. */
  readonly learners?: readonly Learner[];
  /** Success of the best guess without the view, where it is known; by default the largest share of a secret in the test part. */
  readonly chance?: number;
  /** How many attacks are read side by side (see attackSuccess). */
  readonly tests?: number;
}

/** The attack. RangeError where a part of the split is empty, or views differ in kind. */
export function heldOutAttack(split: Split, options: HeldOutOptions = {}): HeldOutAttack {
  return scored(split, fitAttackers(split, options.learners), options);
}

/** Attackers that are fitted already: the best on validation, scored once on the test part. */
function scored(
  { train, validation, test }: Split,
  attackers: readonly FittedAttacker[],
  { chance, tests }: HeldOutOptions = {},
): HeldOutAttack {
  const best = bestAttacker(attackers, hitsOf);
  const posteriors = best.test();
  const nearest = attackers.find((each) => each.learner === 'nearest neighbours');
  return {
    attacker: { learner: best.learner, name: best.name },
    validation: attackers.map(({ learner, name, validation: judged }) => ({
      learner,
      name,
      success: proportion(hitsOf(judged), judged.truth.length),
    })),
    success: attackSuccess(
      hitsOf(posteriors),
      test.length,
      chance ?? commonestShare(test.map(({ secret }) => secret)),
      tests,
    ),
    posteriors,
    ceiling: nearest ? ceilingOf(nearest.test(), nearest.part!) : null,
    n: { train: train.length, validation: validation.length, test: test.length },
  };
}

/** How often the likeliest secret is the true one. */
const hitsOf = ({ secrets, truth, values }: Posteriors): number =>
  likeliest(values, secrets.length).reduce((sum, guess, i) => sum + (guess === truth[i] ? 1 : 0), 0);

function ceilingOf(posteriors: Posteriors, part: ViewPart): HeldOutAttack['ceiling'] {
  const [n, classes, wrong] = [
    posteriors.truth.length,
    posteriors.secrets.length,
    posteriors.truth.length - hitsOf(posteriors),
  ];
  return {
    part,
    estimate: neighbourCeiling(wrong / n, classes),
    high: neighbourCeiling(clopperPearsonLow(wrong, n, 0.05), classes),
  };
}
