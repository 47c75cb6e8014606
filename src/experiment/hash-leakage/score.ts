/** The metrics of a hash-leakage run: a pure function of its rows. */

import { clusteredProportion } from '../../metric/bootstrap.ts';
import { attackSuccess } from '../../metric/leakage.ts';
import { membershipRoc } from '../../metric/membership-roc.ts';
import { clopperPearsonLow } from '../../metric/proportion.ts';
import { probit } from '../../metric/special.ts';
import { ofType } from '../../schema/row.ts';
import { rounded } from '../../score/rounded.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { firstOfEach } from '../../util/group-by.ts';
import { seededRng } from '../../util/rng.ts';
import type { HashLeakageExperiment } from './experiment.ts';
import type { HashLeakageMetrics, MembershipLeak, TopicLeak } from './metrics.ts';
import type {
  HashLeakageRow,
  HashLeakControl,
  HashLeakMembershipRow,
  HashLeakSource,
  HashLeakTopicRow,
} from './rows.ts';
import {
  featureLeak,
  inversionControl,
  inversionLeak,
  type Picture,
  pictureLookup,
  sourceCounts,
} from './score-inversion.ts';

/** What the rows do not say. */
interface HashLeakageContext {
  readonly experiment: HashLeakageExperiment;
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
}

/** Derives everything. Throws a UserError where no picture could be used. */
export function hashLeakageMetrics(
  rows: readonly HashLeakageRow[],
  { experiment, dataset, notes }: HashLeakageContext,
): HashLeakageMetrics {
  const { seed } = experiment;
  const of = <T extends HashLeakageRow['row']>(kind: T) => ofType(rows, kind);
  const pictures = of('hash-leak-pictures');
  if (!pictures.some(({ source, picture }) => source === 'dataset' && picture.length > 0))
    throw new UserError(`No picture of dataset '${dataset.name}' could be decoded`);
  const lookup = pictureLookup(pictures);
  const pictureOf = (source: HashLeakSource) => (id: string) => lookup(source, id);
  const guessed = of('hash-leak-topic');
  const tests = {
    attacks: guessed.filter(({ control }) => control === 'none').length,
    shuffled: guessed.filter(({ control }) => control === 'shuffled').length,
  };
  const dealt = of('hash-leak-inversion-control');
  const inversionControls = dealt.map((row) => inversionControl(row, dealt.length));
  const listed = of('hash-leak-membership');
  const topics = guessed.map((row) => topicLeak(row, pictureOf(row.source), seed, tests));
  const inversions = of('hash-leak-inversion').map((row) => inversionLeak(row, pictureOf(row.source), seed));
  const membership = listed.map((row) =>
    membershipLeak(row, listed.filter(({ control }) => control === 'shuffled').length),
  );
  const passes = (all: readonly { readonly control: HashLeakControl; readonly passed: boolean | null }[]) => {
    const count = (control: HashLeakControl) => {
      const controls = all.filter((each) => each.control === control);
      return { k: controls.filter(({ passed }) => passed).length, n: controls.length };
    };
    return { shuffled: count('shuffled'), identity: count('identity') };
  };
  const metrics = {
    schemaVersion: 1 as const,
    kind: 'hash-leakage' as const,
    experiment: experiment.name,
    question: experiment.question,
    seed,
    dataset: {
      ...dataset,
      sources: sourceCounts(pictures),
      refused: of('refused').map(({ picture, reason }) => ({ picture, reason })),
    },
    topics,
    inversions,
    inversionControls,
    features: of('hash-leak-features').map((row) => featureLeak(row, pictureOf(row.source), seed)),
    shown: of('hash-leak-shown').map(({ row: _, ...shown }) => shown),
    membership,
    controls: {
      topics: passes(topics),
      inversion: passes([
        ...inversions,
        ...inversionControls.map((each) => ({ ...each, control: 'shuffled' as const })),
      ]),
      membership: passes(membership),
    },
  };
  return rounded({ ...metrics, limits: [...notes, ...hashLeakageLimits(metrics, experiment)] });
}

// Topics guessed from hashes: success against chance, by picture and by group.

/** Guesses that the second figure allows. */
const five = 5;

/** One attack, or one control of it; `attacks` and `controls`: how many of each the run has, which are read side by side. */
function topicLeak(
  row: HashLeakTopicRow,
  picture: (id: string) => Picture,
  seed: number,
  tests: { readonly attacks: number; readonly shuffled: number },
): TopicLeak {
  const { source, hash, control, bits, deep, attacker, candidates, training, validation, topics, likeliest } = row;
  const trials = row.test.map((id, i) => ({ ...picture(id), rank: row.rank[i]! }));
  const tries = (guesses: number): NonNullable<TopicLeak['five']> => {
    const common = new Set(likeliest.slice(0, guesses));
    const rng = seededRng(seed, `bootstrap/topic ${source} ${hash} ${control} ${guesses}`);
    return {
      success: clusteredProportion(
        trials.map(({ group, rank }) => ({ cluster: group, success: rank <= guesses })),
        rng,
      ),
      chance: {
        commonest: share(trials, ({ topic }) => common.has(topic)),
        uniform: Math.min(1, guesses / topics),
      },
    };
  };
  const first = tries(1);
  // One picture a group: independent trials, for which the exact bound holds.
  const single = firstOfEach(trials, ({ group }) => group);
  const hits = single.filter(({ rank }) => rank === 1).length;
  const chance = share(single, ({ topic }) => topic === likeliest[0]);
  const judged = attackSuccess(hits, single.length, chance, tests.attacks);
  const { estimate, low, high, clusterLow, clusterHigh } = first.success;
  // Over a chance of 0, or of no picture at all, there is no lift.
  const { commonest } = first.chance;
  const by = (rate: number): number => rate / commonest;
  const lift = estimate === null || commonest === 0 ? null : by(estimate);
  return {
    source,
    hash,
    control,
    bits,
    deep,
    attacker,
    candidates,
    training,
    validation,
    topics,
    first,
    five: topics > five ? tries(five) : null,
    lowerBound: judged.lowerBound,
    lift:
      lift === null
        ? null
        : { estimate: lift, low: by(Math.min(low, clusterLow)), high: by(Math.max(high, clusterHigh)) },
    uniformLift: estimate === null ? null : estimate * topics,
    leakedBits: lift === null ? null : Math.log2(Math.max(1, lift)),
    aboveChance: judged.aboveChance,
    passed:
      control === 'none'
        ? null
        : control === 'identity'
          ? trials.every(({ rank }) => rank === 1)
          : clopperPearsonLow(hits, single.length, 0.05 / tests.shuffled) <= chance,
  };
}

const share = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  items.length === 0 ? 0 : items.filter(holds).length / items.length;

// What a device finds out about a list: detection of members where false positives are rare.

/** False-positive rates at which detection is quoted. */
const fprs = [0.001, 0.01] as const;

/** One strategy, or one control of it; `shuffled`: how many negative controls are read side by side. */
export function membershipLeak(row: HashLeakMembershipRow, shuffled: number): MembershipLeak {
  const { source, strategy, control, means, perQuery, listed, scores } = row;
  const repeated = (at: 1 | 2 | 3): number[] => scores.flatMap((each) => Array<number>(each[at]).fill(each[0]));
  const [members, calibration, nonMembers] = [repeated(1), repeated(2), repeated(3)];
  const { at, auc, points } = membershipRoc({ members, calibration, nonMembers }, fprs);
  return {
    source,
    strategy,
    id: strategyByName(strategy).id,
    control,
    means,
    perQuery,
    listed,
    members: members.length,
    calibration: calibration.length,
    others: nonMembers.length,
    at: at.map((each) => ({ ...each, threshold: Number.isFinite(each.threshold) ? each.threshold : null })),
    auc,
    points: points.map(({ fpr, tpr }) => ({ fpr, tpr })),
    passed:
      control === 'none'
        ? null
        : control === 'identity'
          ? at.every(({ tpr }) => tpr.k === tpr.n)
          : holdsChance(auc, shuffled),
  };
}

/** Whether the area may be 0.5, at 5 % for all controls together: the interval widened on its own logit scale (Bonferroni). */
function holdsChance({ estimate, low, high }: MembershipLeak['auc'], tests: number): boolean {
  const logit = (share: number): number => Math.log(share / (1 - share));
  const wider = probit(1 - 0.025 / tests) / probit(0.975);
  const chance = logit(0.5) - logit(estimate);
  return chance <= wider * (logit(high) - logit(estimate)) && chance >= wider * (logit(low) - logit(estimate));
}

// What a reader must know before quoting a number of a hash-leakage run.

/** Limits of a run, most important first. */
function hashLeakageLimits(
  { dataset, membership, shown, topics }: Omit<HashLeakageMetrics, 'limits'>,
  { inversion, split }: HashLeakageExperiment,
): string[] {
  const own = dataset.sources.find(({ source }) => source === 'dataset');
  const drawn = dataset.sources.find(({ source }) => source === 'miniatures');
  const few = membership.filter(({ control, at }) => control === 'none' && at.some(({ enough }) => !enough));
  return [
    'Every success is a lower bound on what a hash gives away: an attacker with a trained network, more pictures of the same kind or more time may find more. No upper bound is claimed.',
    ...(own
      ? [
          `${own.pictures.test} test pictures of the dataset in ${own.topics} topics, ${own.pictures.training} to learn from. Published attacks learnt from a million.`,
        ]
      : []),
    ...(drawn
      ? [
          `Miniatures are grey pictures of 64 × 64 pixels that a program composes in ${drawn.topics} ways; their "topic" is the composition, which the low frequencies of a hash are bound to show. They give numbers, not realism.`,
        ]
      : []),
    `Groups are dealt ${split.training} : ${split.validation} : ${Number((1 - split.training - split.validation).toFixed(6))} to training, validation and test within each topic, so the attacker knows how common topics are. What a real attacker learns from may be less like what he attacks.`,
    ...(dataset.name === 'generated'
      ? [
          'A quarter of the generated pictures take their composition from one of six templates of their topic, and such siblings are on both sides of the split: what looks like retrieval of a picture may be retrieval of its template.',
        ]
      : []),
    'Recovered pictures are compared with a grey thumbnail of 32 × 32 pixels: colour and finer detail are not in these hashes. The decoder is linear; generative decoders add detail that looks real and may be wrong.',
    `"Features" are those of ${inversion.classifier.name} on enlarged thumbnails. The distance is no LPIPS, and nobody calibrated it against people.`,
    ...(topics.some(({ deep }) => deep)
      ? ['The deep hash reads features of a network that was trained on other labels; it is no NeuralHash.']
      : []),
    ...(few.length > 0
      ? [
          `Too few pictures that are not listed for a false-positive rate (30 divided by the rate are needed): ${few
            .map(
              ({ source, strategy, at, others }) =>
                `${strategy} on the ${source} at ${at
                  .filter(({ enough }) => !enough)
                  .map(({ fpr }) => `${fpr * 100} %`)
                  .join(' and ')} (${others})`,
            )
            .join('; ')}.`,
        ]
      : []),
    'A member of the list and a device that tests it have the very same file. Edits would lower what equality gives away, and what a near match gives away less so.',
    'A blinded table that this attack cannot read may still be read by whoever has its secret: that is measured elsewhere, as what a stolen key gives.',
    ...(shown.length > 0
      ? ['The contact sheet holds generated pictures only; of photographs the numbers are given and nothing is shown.']
      : []),
  ];
}
