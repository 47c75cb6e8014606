/** From rows to what each design keeps under edits and how often it errs: pure functions of the rows and the experiment. */

import { distanceBits } from '../../hash/hamming.ts';
import { clusteredCounts, clusteredProportion, type Trial } from '../../metric/bootstrap.ts';
import { crossedProportion } from '../../metric/crossed.ts';
import { degreeRate } from '../../metric/degree-rate.ts';
import { fprAtSize, type ListEvidence, reachedAt } from '../../metric/list-bounds.ts';
import type { PairRate } from '../../metric/node-bootstrap.ts';
import type { SetFacts } from '../../schema/edit-preset.ts';
import type { ClusteredRate, Interval } from '../../schema/rate.ts';
import { ofType, refusedFiles } from '../../schema/row.ts';
import type { HashRunFacts } from '../../score/hash-table.ts';
import { rounded } from '../../score/rounded.ts';
import { UserError } from '../../util/errors.ts';
import { groupBy } from '../../util/group-by.ts';
import { fromHex } from '../../util/hex.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { Check, EqualityExperiment } from './experiment.ts';
import type { Accidents, DesignMetrics, EqualityMetrics, SecondCheck } from './metrics.ts';
import type { EqualityPictureRow, EqualityRunRow } from './rows.ts';
import { type Condition, countAccidents, within } from './score-accidents.ts';
import { agree, type Design, designsOf } from './score-designs.ts';
import { type Source, sourcesOf } from './score-sources.ts';

/** Labels and titles of the edits come with the facts; presets are read. */
type EqualityFacts = HashRunFacts<EqualityExperiment> & { readonly sets: readonly SetFacts[] };

/** How checks are named everywhere. */
const checkName = ({ hash, thresholdBits }: Check): string => `${hash} ≤ ${thresholdBits}`;

/** Metrics of an equality run. A UserError where no evaluation picture was hashed. */
export function equalityMetrics(rows: readonly EqualityRunRow[], facts: EqualityFacts): EqualityMetrics {
  const { experiment, dataset, notes, sets, onProgress } = facts;
  const { seed, second, network } = experiment;
  const pictures = ofType(rows, 'equality-picture');
  if (pictures.length === 0) throw new UserError(`The run of '${experiment.name}' hashed no evaluation picture`);
  const sources = sourcesOf(rows, experiment);
  const designs = designsOf(experiment);
  const alone: Alone = new Map();
  const fits = ofType(rows, 'equality-fit');
  const metrics: Omit<EqualityMetrics, 'limits'> = {
    schemaVersion: 1,
    kind: 'equality',
    experiment: experiment.name,
    question: experiment.question,
    seed,
    dataset: {
      ...dataset,
      calibration: ofType(rows, 'equality-features').length,
      evaluation: pictures.length,
      refused: refusedFiles(rows),
    },
    lengths: [...experiment.lengths].sort((a, b) => a - b),
    sources: sources.map(({ name, pictures: n, copiesAmong }) => {
      const copies = copiesAmong(Array.from({ length: n }, (_, i) => i));
      return { name, pictures: n, pairs: (n * (n - 1)) / 2 - copies, copies };
    }),
    fits: fits.map(({ family, medians, pictures: fitted, edits }) => ({
      family,
      bits: medians.length,
      pictures: fitted,
      edits,
    })),
    checks: [...second.checks.map(checkName), ...(network ? [checkName(network)] : [])],
    mix: experiment.mix,
    drowning: experiment.limits,
    designs: designs.map((design, i) => {
      onProgress?.(i, designs.length);
      return designMetrics(design, { rows, pictures, sources, experiment, edits: sets, alone });
    }),
  };
  return rounded({ ...metrics, limits: [...notes, ...limitsOf(metrics, experiment)] });
}

interface Evidence {
  readonly rows: readonly EqualityRunRow[];
  readonly pictures: readonly EqualityPictureRow[];
  readonly sources: readonly Source[];
  readonly experiment: EqualityExperiment;
  readonly edits: readonly SetFacts[];
  readonly alone: Alone;
}

/** Rates of second checks by themselves, by source, pictures and check: designs that look at the same pictures share them. */
type Alone = Map<string, PairRate>;

function designMetrics(design: Design, { rows, pictures, sources, experiment, edits, alone }: Evidence): DesignMetrics {
  const { name, family, bits, tables, fitted } = design;
  const rng = (use: string): Rng => seededRng(experiment.seed, `${use}/${name}`);
  const sets = recallOf(design, pictures, edits, experiment.second.checks, rng);
  const mixed = mixedOf(sets, experiment);
  const counted = sources.map((source) => accidentsOf(design, source, mixed, experiment, alone));
  return {
    name,
    family,
    bits,
    tables,
    fitted,
    sets,
    mixed,
    accidents: counted.flatMap(({ accidents }) => accidents),
    second: [...counted.flatMap(({ second }) => second), ...networkChecks(design, rows, experiment, rng)],
  };
}

// Recall under edits.

type Sets = DesignMetrics['sets'];

function recallOf(
  design: Design,
  pictures: readonly EqualityPictureRow[],
  setsOfEdits: readonly SetFacts[],
  checks: readonly Check[],
  rng: (use: string) => Rng,
): Sets {
  return setsOfEdits.map(({ name: set, edits }) => {
    const tried = edits.map(({ label }) => pictures.flatMap((picture) => trialOf(design, picture, set, label, checks)));
    const rate = (trials: readonly Tried[], check: number, use: string): ClusteredRate =>
      clusteredProportion(
        trials.map((each) => success(each, check)),
        rng(use),
      );
    return {
      set,
      edits: edits.map(({ label, title }, i) => ({
        edit: label,
        title,
        recall: rate(tried[i]!, -1, `recall/${set}/${label}`),
        withChecks: checks.map((_, c) => rate(tried[i]!, c, `recall ${c}/${set}/${label}`)),
      })),
      all: crossed(tried, -1, rng(`recall/${set}`)),
      allWithChecks: checks.map((_, c) => crossed(tried, c, rng(`recall ${c}/${set}`))),
    };
  });
}

/** One edited picture: whether its hash is that of its original, and which second checks find it as well. */
interface Tried {
  readonly cluster: string;
  readonly equal: boolean;
  readonly passes: readonly boolean[];
}

const success = ({ cluster, equal, passes }: Tried, check: number): Trial => ({
  cluster,
  success: equal && (check < 0 || passes[check]!),
});

/** None where the hash was not computed for the picture, or the edit could not be made. */
function trialOf(
  design: Design,
  { group, renderings }: EqualityPictureRow,
  set: string,
  label: string,
  checks: readonly Check[],
): Tried[] {
  const original = renderings.find(({ transform }) => transform === 'none')?.outcome;
  const edited = renderings.find((each) => each.set === set && each.transform === label)?.outcome;
  if (original?.state !== 'hashed' || edited?.state !== 'hashed') return [];
  const [from, to] = [original.hashes[design.of], edited.hashes[design.of]];
  if (from === undefined || to === undefined) return [];
  return [
    {
      cluster: group,
      equal: from !== null && to !== null && agree(design, fromHex(from), fromHex(to)),
      passes: checks.map(({ hash, thresholdBits }) => {
        const [a, b] = [original.second[hash], edited.second[hash]];
        return !!a && !!b && distanceBits(fromHex(a), fromHex(b)) <= thresholdBits;
      }),
    },
  ];
}

/** Over all edits of a set: edits and pictures are both a sample. */
function crossed(tried: readonly (readonly Tried[])[], check: number, rng: Rng): ClusteredRate {
  const counts = (trials: readonly Trial[]): [number, number] => [
    trials.filter(({ success: yes }) => yes).length,
    trials.length,
  ];
  const byEdit = tried.map((trials) => trials.map((each) => success(each, check)));
  const byGroup = groupBy(byEdit.flat(), ({ cluster }) => cluster);
  return crossedProportion(
    { rows: byEdit.map(counts).filter(([, n]) => n > 0), columns: [...byGroup.values()].map(counts) },
    rng,
  );
}

/**
 * Recall where a share of what is sent is unedited. The two rates come from the same pictures: bounds are added as if they moved together,
 * which no dependence between them makes too narrow (Zou & Donner, "Construction of confidence limits about effect measures", Statistics in
 * Medicine 2008, with a correlation of 1).
 */
function mixedOf(sets: Sets, { mix, second }: EqualityExperiment): DesignMetrics['mixed'] {
  const [asSent, edited] = [mix.asSent, mix.edited].map((name) => sets.find(({ set }) => set === name)!);
  const of = (set: Sets[number], check: number): ClusteredRate => (check < 0 ? set.all : set.allWithChecks[check]!);
  return [-1, ...second.checks.keys()].flatMap((check) =>
    mix.unedited.flatMap(({ share }) => {
      const [a, b] = [of(asSent!, check), of(edited!, check)];
      if (a.estimate === null || b.estimate === null) return [];
      const sum = (x: number, y: number): number => share * x + (1 - share) * y;
      const recall: Interval = {
        estimate: sum(a.estimate, b.estimate),
        low: sum(Math.min(a.low, a.clusterLow), Math.min(b.low, b.clusterLow)),
        high: sum(Math.max(a.high, a.clusterHigh), Math.max(b.high, b.clusterHigh)),
        method: `${share} of “${mix.asSent}” and ${Number((1 - share).toFixed(4))} of “${mix.edited}”, bounds added`,
      };
      return [{ share, check: check < 0 ? null : checkName(second.checks[check]!), recall }];
    }),
  );
}

// Accidents.

function accidentsOf(
  design: Design,
  source: Source,
  mixed: DesignMetrics['mixed'],
  experiment: EqualityExperiment,
  known: Alone,
): { accidents: Accidents[]; second: SecondCheck[] } {
  const pictures = source.byHash.get(design.of);
  if (!pictures || pictures.numbers.length < 2) return { accidents: [], second: [] };
  const { seed, sizes } = experiment;
  const n = pictures.numbers.length;
  const checks = experiment.second.checks.flatMap((check) => {
    // What it would pass was left out as copies: that none of the rest passes would say nothing.
    if (source.isCopy && check.hash === experiment.unrelated.apart.hash) return [];
    const second = conditionOf(check, source, pictures.numbers);
    return second ? [{ name: checkName(check), passes: second }] : [];
  });
  const order = seededRng(seed, `order/${source.name}/${n}`).shuffle(Array.from({ length: n }, (_, i) => i));
  const { counted, copies, passed } = countAccidents(design, pictures, {
    ...(source.isCopy ? { isCopy: source.isCopy } : {}),
    copies: source.copiesAmong(pictures.numbers),
    checks: checks.map(({ passes }) => passes),
    order,
    sizes,
  });
  const rng = (use: string): Rng => seededRng(seed, `${use}/${design.name}/${source.name}`);
  return {
    accidents: counted.map((each, variant): Accidents => {
      const check = variant === 0 ? null : checks[variant - 1]!.name;
      const pairs = degreeRate(each);
      const evidence: ListEvidence = {
        measured: each.measured,
        pair: { estimate: pairs.k === 0 ? null : pairs.estimate, high: pairs.nodeHigh },
      };
      return {
        source: source.name,
        check,
        pictures: n,
        pairs,
        copies,
        sizes: [...new Set([...sizes, each.measured.at(-1)?.size ?? sizes[0]!])]
          .sort((a, b) => a - b)
          .map((size) => fprAtSize(evidence, size)),
        ...drowning(evidence, mixed.find((mix) => mix.check === check)?.recall.estimate, experiment),
      };
    }),
    second: checks.map(({ name, passes }, c): SecondCheck => {
      const conditional = clusteredCounts(passed[c]!, rng(`second ${name}`));
      const same = `${source.name} ${n === source.pictures ? 'all' : design.of} ${name}`;
      const alone = known.get(same) ?? aloneOf(pictures.numbers, order, passes, source);
      known.set(same, alone);
      const ratio = conditional.estimate !== null && alone.estimate ? conditional.estimate / alone.estimate : null;
      return { source: source.name, check: name, conditional, alone, ratio };
    }),
  };
}

/** The check on pictures by their places; undefined where its hash is not known of them. */
function conditionOf(
  { hash, thresholdBits }: Check,
  source: Source,
  numbers: readonly number[],
): Condition | undefined {
  const second = source.second.get(hash);
  if (!second) return undefined;
  const of = new Map(second.numbers.map((number, i) => [number, second.hashes[i]!]));
  return within(
    numbers.map((number) => of.get(number) ?? null),
    thresholdBits,
  );
}

/** Pictures of which all pairs are put to the second check alone. */
const sample = 3000;

function aloneOf(numbers: readonly number[], order: readonly number[], passes: Condition, source: Source): PairRate {
  const drawn = order.slice(0, sample);
  const degrees = new Float64Array(drawn.length);
  const taken = new Set<number>();
  let disjoint = 0;
  for (let i = 0; i < drawn.length; i++)
    for (let j = i + 1; j < drawn.length; j++) {
      const [a, b] = [drawn[i]!, drawn[j]!];
      if (!passes(a, b) || source.isCopy?.(numbers[a]!, numbers[b]!)) continue;
      degrees[i]!++;
      degrees[j]!++;
      if (!taken.has(i) && !taken.has(j)) disjoint += Number(taken.add(i).add(j).size > 0);
    }
  const copies = source.copiesAmong(drawn.map((each) => numbers[each]!));
  return degreeRate({ degrees, pairs: (drawn.length * (drawn.length - 1)) / 2 - copies, disjoint });
}

/** When innocents outnumber what is found, and when every account passes; null where it cannot happen, or nothing is found. */
function drowning(
  evidence: ListEvidence,
  recall: number | undefined,
  { limits: { prevalence, account } }: EqualityExperiment,
): Pick<Accidents, 'outnumber' | 'everybody'> {
  const at = (rate: number) => (rate > 0 && rate < 1 ? { rate, ...reachedAt(evidence, rate) } : null);
  return {
    outnumber: recall === undefined ? null : at((prevalence.value * recall) / (1 - prevalence.value)),
    everybody: at(account.threshold / account.pictures),
  };
}

/** What a network says of accidental matches: it is asked of these alone. */
function networkChecks(
  design: Design,
  rows: readonly EqualityRunRow[],
  { network }: EqualityExperiment,
  rng: (use: string) => Rng,
): SecondCheck[] {
  if (!network) return [];
  const own = ofType(rows, 'equality-network').filter((row) => row.design === design.name);
  return [...groupBy(own, ({ source }) => source)].map(([source, asked]) => {
    const trials = asked.map(({ pair, distanceBits: bits }) => ({
      cluster: String(pair[0]),
      success: bits !== null && bits <= network.thresholdBits,
    }));
    return {
      source,
      check: checkName(network),
      conditional: clusteredProportion(trials, rng(`network/${source}`)),
      alone: null,
      ratio: null,
    };
  });
}

function limitsOf(metrics: Omit<EqualityMetrics, 'limits'>, { unrelated, second }: EqualityExperiment): string[] {
  const left = metrics.sources.filter(({ copies }) => copies > 0);
  return [
    `Bits were fitted on ${metrics.dataset.calibration} pictures and scored on ${metrics.dataset.evaluation} others; no group is in both.`,
    'Lists longer than those measured have bounds only: a longer list matches no less, and at most as often as its parts together. Both hold if further entries are like those measured, and say nothing of a list that is not.',
    ...left.map(
      ({ name, copies }) =>
        `${copies} pairs of the ${name} within ${unrelated.apart.bits} bits of ${unrelated.apart.hash} were left out as copies or one motif. Where some of them are neither, the rate of accidents is higher.`,
    ),
    ...(second.checks.some(({ hash }) => hash === unrelated.apart.hash) && left.length > 0
      ? [
          `A second check by ${unrelated.apart.hash} says nothing of those sources: pairs that it would pass were left out before.`,
        ]
      : []),
    'Miniatures are grey: bits that look at colour say the same of each of them, so that a hash of colour has fewer bits there.',
    'Benign edits of benign pictures stand for what is done to listed ones.',
  ];
}
