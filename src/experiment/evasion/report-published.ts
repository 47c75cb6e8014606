/** What others published on attacks against perceptual hashing, beside what this run measured, with a verdict that its numbers decide. */

import { picturesToCertify } from '../../metric/base-rate.ts';
import { lowerBound } from '../../metric/proportion.ts';
import { fraction, integer, listed, percent, rateProse, si } from '../../report/format.ts';
import type { Rate } from '../../schema/rate.ts';
import type { AttackMetrics, EvasionMetrics, TargetMetrics } from './metrics.ts';

/** Whether a published claim holds here; not refuted: the interval holds the claimed value, and values that would contradict it. */
export type Verdict = 'reproduced' | 'not refuted' | 'not reproduced' | 'not comparable';

/** A published claim beside this run. */
export interface Comparison {
  readonly source: string;
  readonly claim: string;
  readonly ours: string;
  readonly verdict: Verdict;
  readonly why: string;
  /** What the attempts do show, where they only fail to refute. */
  readonly bound?: string;
}

/** Hashes that compare DCT frequencies with their median. */
const dct = ['pdq', 'phash', 'phash-16', 'phash-simple'];
/** Photographs flagged a day, in the claim of Jain et al. */
const billion = 1e9;

const targetsOf = (metrics: EvasionMetrics, goal: TargetMetrics['goal'], names: readonly string[]): TargetMetrics[] =>
  under(metrics, goal).filter(({ type, target }) => type === 'hash' && names.includes(target));

const ratesOf = (metrics: EvasionMetrics, targets: readonly TargetMetrics[], rate: (each: TargetMetrics) => Rate) =>
  targets.length === 0
    ? `${metrics.experiment} did not attack it`
    : targets.map((each) => `${each.target} ${rateProse(rate(each))}`).join('; ');

/** Every claim, with its verdict. */
export const comparisons = (metrics: EvasionMetrics): Comparison[] => [
  evaded(metrics),
  flagged(metrics),
  withstood(metrics),
  ...collided(metrics),
  {
    source: 'Hao, Luo, Jan & Wang, CCS 2021',
    claim: 'highly successful against TinEye and Bing, moderately against Google and Yandex (pHash)',
    ours: 'no search engine was asked',
    verdict: 'not comparable',
    why: 'they attack services whose hash and threshold nobody outside knows',
  },
  {
    source: 'Struppek, Hintersdorf, Neider & Kersting, FAccT 2022',
    claim: 'NeuralHash: hashes changed, and forced to collide, by slight changes',
    ours: 'NeuralHash is not among the targets',
    verdict: 'not comparable',
    why: 'another hash, and they follow the gradients of its network',
  },
];

/** SSIM from which on a picture counts as preserved. */
const preserved = 0.9;

/** The share of pictures that Jain et al. claim to evade. */
const claimed = 0.999;

/** Attempts without failure whose one-sided 95 % lower bound reaches that share. */
const neededAttempts = picturesToCertify(1 - claimed);

function evaded(metrics: EvasionMetrics): Comparison {
  const targets = targetsOf(metrics, 'evasion', dct);
  const rate = (each: TargetMetrics): Rate => quotedAttack(each).bySsim.find(({ ssim }) => ssim === preserved)!.success;
  const rates = targets.map(rate);
  const verdict =
    rates.length === 0
      ? 'not comparable'
      : rates.some(({ high }) => high < claimed)
        ? 'not reproduced'
        : rates.every(({ low }) => low >= claimed)
          ? 'reproduced'
          : 'not refuted';
  const whys: Record<typeof verdict, string> = {
    'not comparable': 'no hash of theirs was attacked',
    reproduced: `with an SSIM of at least ${preserved}: every interval lies above ${percent(claimed)}`,
    'not reproduced': `with an SSIM of at least ${preserved}: ${percent(claimed)} lies above some interval`,
    'not refuted': `with an SSIM of at least ${preserved}: every interval holds ${percent(claimed)}, and values below it; to show it takes ${integer(neededAttempts)} attempts without failure`,
  };
  const least = Math.min(...rates.map(({ k, n }) => lowerBound(k, n)));
  return {
    source: 'Jain, Crețu & de Montjoye, USENIX Security 2022',
    claim: '> 99.9 % of images evade, black box, content preserved',
    ours: ratesOf(metrics, targets, rate),
    verdict,
    why: whys[verdict],
    ...(verdict === 'not refuted' ? { bound: `these attempts show more than ${percent(least)} (one-sided 95 %)` } : {}),
  };
}

function flagged(metrics: EvasionMetrics): Comparison {
  const prices = metrics.thresholds.flatMap(({ hash, prices: all }) => {
    const resisting = all.find(({ why }) => why === 'resisting');
    return dct.includes(hash) && resisting ? [{ hash, ...resisting }] : [];
  });
  const sure = prices.filter(({ flaggedPerDay }) => flaggedPerDay.atLeast.low >= billion);
  const never = prices.filter(({ flaggedPerDay }) => flaggedPerDay.independent.high < billion);
  const verdict =
    prices.length > 0 && sure.length === prices.length
      ? 'reproduced'
      : never.length > 0
        ? 'not reproduced'
        : 'not comparable';
  return {
    source: 'Jain, Crețu & de Montjoye, USENIX Security 2022',
    claim: '> 1 billion images flagged a day at thresholds that resist',
    ours: prices
      .map(
        ({ hash, threshold, flaggedPerDay: { atLeast, independent } }) =>
          `${hash} at ${threshold} bits: ${photographs(atLeast.estimate)} a day at least, ${photographs(independent.estimate)} with independent entries`,
      )
      .join('; '),
    verdict,
    why:
      verdict === 'not comparable'
        ? 'only the assumption of independent entries decides it'
        : `${photographs(metrics.resistance.photosPerDay.value)} photographs a day; pictures of “${metrics.dataset.name}” against each other, intervals by connected component`,
  };
}

function withstood(metrics: EvasionMetrics): Comparison {
  const targets = targetsOf(metrics, 'evasion', ['pdq']);
  const rates = targets.map((each) => atQuoted(quotedAttack(each), metrics).success);
  const verdict =
    rates.length === 0
      ? 'not comparable'
      : rates.every(({ high }) => high < 0.5)
        ? 'reproduced'
        : rates.every(({ low }) => low > 0.5)
          ? 'not reproduced'
          : 'not comparable';
  return {
    source: 'Madden, Bhavsar, Dorje & Li, arXiv 2406.00918 (2024)',
    claim: 'PDQ, PhotoDNA and NeuralHash withstand black-box attacks within realistic distortion and queries',
    ours: ratesOf(metrics, targets, (each) => atQuoted(quotedAttack(each), metrics).success),
    verdict,
    why: `here at L2 ${metrics.quoted} with ${listed(targets.map(({ queries }) => String(queries)))} queries an attack among low frequencies, on ${metrics.side}-pixel copies; their budgets may be tighter`,
  };
}

function collided(metrics: EvasionMetrics): Comparison[] {
  const targets = under(metrics, 'collision');
  const ours = ratesOf(metrics, targets, (each) => quotedAttack(each).byL2.at(-1)!.success);
  const largest = metrics.l2.at(-1)!;
  return [
    {
      source: 'Leblanc-Albarel, eprint 2026/486',
      claim: 'near 100 % collisions and evasion in seconds to minutes, “alleged PhotoDNA”',
      ours: `at L2 ${largest}: ${ours}`,
      verdict: 'not comparable',
      why: 'another hash, attacked by its own arithmetic; here attackers see distances alone',
    },
    {
      source: 'Prokos et al., USENIX Security 2023',
      claim: 'targeted second preimages of PDQ and PhotoDNA (rates not readable to us)',
      ours: `at L2 ${largest}: ${ours}`,
      verdict: 'not comparable',
      why: 'no published rate at hand to compare with',
    },
  ];
}

/** Verdicts in a sentence. */
export const verdicts = (metrics: EvasionMetrics): string =>
  comparisons(metrics)
    .filter(({ verdict }) => verdict !== 'not comparable')
    .map(
      ({ source, claim, verdict, bound }) =>
        `${source.split(',')[0]}’s “${claim}” is ${verdict}${bound ? `: ${bound}` : ''}`,
    )
    .join('; ')
    .concat('.');

/** Whether nothing but attacks succeeded: the sentence on controls. */
export function controlsSentence({ targets, quoted }: EvasionMetrics): string {
  const started = targets.filter(({ controls }) => controls.untouched.k > 0);
  const replaced = targets.filter(({ controls: { replaced: rate } }) => rate.k < rate.n);
  const noisy = targets.flatMap((target) => {
    const { noise } = target.controls.byL2.find(({ l2 }) => l2 === quoted)!;
    return noise.k > 0 ? [{ target, noise }] : [];
  });
  const name = ({ goal, target }: TargetMetrics): string => `${target} (${goal})`;
  return [
    started.length === 0
      ? 'With 0 queries nothing succeeds.'
      : `With 0 queries, these already succeed: ${listed(started.map(name))}.`,
    replaced.length === 0
      ? 'Replacing the picture by another one always succeeds.'
      : `Replacing the picture by another one fails for ${listed(replaced.map(name))}.`,
    noisy.length === 0
      ? `White noise of L2 ${quoted} never succeeds.`
      : `White noise of L2 ${quoted} succeeds for ${listed(noisy.map(({ target, noise }) => `${name(target)} ${fraction(noise)}`))}${noisy.length < targets.length ? ', and for no other target' : ''}.`,
  ].join(' ');
}

// How the reports of attacks name what they show.

/** Names of attacks. */
export const attackName = {
  nes: 'NES',
  simba: 'SimBA',
  boundary: 'boundary',
  any: 'best of all',
} as const satisfies Record<AttackMetrics['attack'], string>;

/** What an attack sees of a target. */
export const seen = ({ sees }: AttackMetrics, { type }: TargetMetrics): string =>
  sees === 'decision' ? 'match or not' : type === 'hash' ? 'distance' : 'score';

/** A target as lines of tables have it. */
export const targetName = ({ goal, target }: TargetMetrics): string =>
  goal === 'collision' ? `${target}, collision` : target;

/** The attack that is quoted for a target: the best of all, or the only one. */
export const quotedAttack = ({ attacks }: TargetMetrics): AttackMetrics => attacks.at(-1)!;

/** An L2 with what it is in grey levels: '0.04 (10 of 255 levels)'. */
export const l2Words = (l2: number): string => `${l2} (${Number((255 * l2).toPrecision(2))} of 255 levels)`;

/** Success of an attack at the budget of L2 that is quoted. */
export const atQuoted = ({ byL2 }: AttackMetrics, { quoted }: EvasionMetrics) => byL2.find(({ l2 }) => l2 === quoted)!;

/** Numbers of photographs: '1.1 billion', '390 million', or as other numbers are written. */
export function photographs(count: number): string {
  for (const [size, word] of [
    [1e9, 'billion'],
    [1e6, 'million'],
  ] as const)
    if (count >= size) return `${Number((count / size).toPrecision(2))} ${word}`;
  return si(count);
}

/** Targets under one goal. */
export const under = ({ targets }: EvasionMetrics, goal: TargetMetrics['goal']): TargetMetrics[] =>
  targets.filter((target) => target.goal === goal);
