/** One graph judged: rules and classifiers on accounts that had no part in training or in the choice of thresholds, and what has to be kept for each. */
import { fitLogistic } from '../../metric/multinomial-logistic.ts';
import { chooseScoreThreshold } from '../../metric/operating-point.ts';
import { standardiser, type VectorPoints, vectorPoints } from '../../metric/points.ts';
import { auc } from '../../metric/roc.ts';
import { logGamma } from '../../metric/special.ts';
import { seededRng } from '../../util/rng.ts';
import type { MetadataExperiment } from './experiment.ts';
import { type Graph, graphOf, lastDays, offends, sorts } from './graph.ts';
import type { GraphRow, JudgedDetector } from './rows.ts';
import type { Shown } from './score-shown.ts';
import { rulesOf, type SignalName, signalNames, signalsOf, type Values } from './score-signals.ts';
import { learnable, valuesOf } from './signals.ts';

/** A graph to make and to judge. */
export interface GraphTask {
  readonly experiment: MetadataExperiment;
  readonly overlap: number;
  readonly graph: number;
  readonly shown: Shown;
}

/** The classifiers, by what a service keeps for them; `days`: null where no records are kept. */
export const classifierNames = ['surfaces', 'surfaces and counters', 'all', 'metadata alone'] as const;
type ClassifierName = (typeof classifierNames)[number];
const trainedOn: Readonly<Record<ClassifierName, readonly SignalName[]>> = {
  surfaces: signalsOf('surfaces'),
  'surfaces and counters': signalsOf('surfaces', 'counters'),
  all: signalNames,
  'metadata alone': signalsOf('counters', 'records'),
};

/** False-positive rates at which a curve is read. */
export const curveFprs = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5] as const;

/** Accounts by their part: numbers of accounts. */
interface Parts {
  readonly train: readonly number[];
  readonly calibration: readonly number[];
  readonly score: readonly number[];
}

/** A third each, by account. */
function partsOf({ seed, accounts }: MetadataExperiment, index: number): Parts {
  const order = seededRng(seed, `metadata/parts/${index}`).shuffle(Array.from({ length: accounts }, (_, i) => i));
  const third = Math.floor(accounts / 3);
  return { train: order.slice(0, third), calibration: order.slice(third, 2 * third), score: order.slice(2 * third) };
}

export function judgeGraph({ experiment, overlap, graph: index, shown }: GraphTask): GraphRow {
  const graph = graphOf(experiment, overlap, index, shown);
  const parts = partsOf(experiment, index);
  const { keepDays, days, ridge, targetFprs, seed } = experiment;
  const longest = Math.max(...keepDays);
  const byDays = keepDays.map((kept) => {
    const edges = lastDays(graph.edges, kept, days, seededRng(seed, `metadata/kept ${kept}/${index}`));
    return { kept, edges, values: valuesOf(graph, edges) };
  });
  const { values } = byDays.find(({ kept }) => kept === longest)!;
  const wrong = (i: number): boolean => offends(graph.sort[i]!);
  const tally = tallyOf(graph, parts.score, values);
  const rules = rulesOf(experiment).map(
    (rule): JudgedDetector => ({
      ...{ name: rule.name, kind: 'rule', threshold: null, calibration: null, targetFpr: null },
      keepDays: rule.keeps === 'records' ? longest : null,
      ...tally((i) => rule.flags(values, i)),
    }),
  );
  const wanted = [
    ...(['surfaces', 'surfaces and counters'] as const).map((name) => ({ name, kept: null, of: values })),
    ...byDays.map(({ kept, values: of }) => ({ name: 'all' as const, kept, of })),
    { name: 'metadata alone' as const, kept: longest, of: values },
  ];
  const fitOn = (names: readonly SignalName[], of: Values): Float64Array =>
    scoresOf(of, names, parts, { wrong, ridge });
  const innocentsOf = (part: readonly number[]): number[] => part.filter((i) => !wrong(i));
  const fitted = wanted.map(({ name, kept, of }) => ({ name, kept, scores: fitOn(trainedOn[name], of) }));
  const at = (scores: Float64Array, targetFpr: number) =>
    chooseScoreThreshold(
      innocentsOf(parts.calibration).map((i) => scores[i]!),
      targetFpr,
    );
  const classifiers = fitted.flatMap(({ name, kept, scores }) =>
    targetFprs.map((targetFpr): JudgedDetector => {
      const { score, calibrationFpr } = at(scores, targetFpr);
      return {
        ...{ name, kind: 'classifier', keepDays: kept, targetFpr, threshold: score },
        calibration: { k: calibrationFpr.k, n: calibrationFpr.n },
        ...tally((i) => scores[i]! >= score),
      };
    }),
  );
  const [bad, good] = [parts.score.filter(wrong), innocentsOf(parts.score)];
  const areaOn = (part: readonly number[], of: ArrayLike<number>): number =>
    auc(
      part.filter(wrong).map((i) => of[i]!),
      innocentsOf(part).map((i) => of[i]!),
    )!.estimate;
  const area = (of: ArrayLike<number>): number => areaOn(parts.score, of);
  return {
    row: 'graph',
    overlap,
    graph: index,
    edges: graph.edges.targets.length,
    detectors: [...rules, ...classifiers],
    curves: fitted.map(({ name, kept, scores }) => ({
      name,
      keepDays: kept,
      auc: area(scores),
      points: curveOf(
        bad.map((i) => scores[i]!),
        good.map((i) => scores[i]!),
      ),
    })),
    signals: signalNames.map((name) => {
      const others = signalNames.filter((each) => each !== name);
      const scores = fitOn(others, values);
      const { score } = at(scores, targetFprs[0]!);
      // Which way it points is read off the training accounts.
      const points = areaOn(parts.train, values[name]) >= 0.5 ? 1 : -1;
      return {
        name,
        alone: area(values[name].map((each) => points * each)),
        without: { k: bad.filter((i) => scores[i]! >= score).length, n: bad.length },
      };
    }),
    shown: shownOf(graph, values),
    kept: [
      keptNothing(graph),
      keptSurfaces(graph),
      keptCounters(graph, values, days),
      ...byDays.map(({ kept, edges, values: of }) => keptRecords(graph, edges, of, kept)),
    ],
  };
}

/** Probability that each account offends, of a classifier fitted on the training accounts alone; NaN for those. */
function scoresOf(
  values: Values,
  names: readonly SignalName[],
  { train, calibration, score }: Parts,
  { wrong, ridge }: { readonly wrong: (account: number) => boolean; readonly ridge: number },
): Float64Array {
  const columns = names.map((name) => learnable(values, name));
  const points = (of: readonly number[]): VectorPoints =>
    vectorPoints(of.map((i) => columns.map((column) => column[i]!)));
  const known = points(train);
  const standard = standardiser(known);
  const model = fitLogistic(
    standard(known),
    Int32Array.from(train, (i) => Number(wrong(i))),
    2,
    { ridge },
  );
  const scores = new Float64Array(columns[0]!.length).fill(Number.NaN);
  const judged = [...calibration, ...score];
  const posteriors = model.posteriors(standard(points(judged)));
  judged.forEach((account, i) => {
    scores[account] = posteriors[2 * i + 1]!;
  });
  return scores;
}

/** Offending accounts flagged at each rate of the curve, of which the threshold is read off the same innocent accounts. */
function curveOf(bad: readonly number[], good: readonly number[]): [number, number][] {
  return curveFprs.map((fpr) => {
    const { score } = chooseScoreThreshold(good, fpr);
    return [fpr, bad.filter((each) => each >= score).length];
  });
}

type Tally = Pick<
  JudgedDetector,
  'offending' | 'innocent' | 'trading' | 'mingled' | 'businesses' | 'bystanders' | 'shown'
>;

/** Counts flagged accounts among those that are scored. */
function tallyOf(
  graph: Graph,
  accounts: readonly number[],
  values: Values,
): (flags: (account: number) => boolean) => Tally {
  const { sort, groups, groupsOf, trueReports } = graph;
  const inTrade = (i: number): boolean => groupsOf[i]!.some((group) => groups[group]!.trades);
  const shows = (i: number): boolean => hasMatch(values, i) || trueReports[i]! > 0;
  return (flags) => {
    const flagged = new Set(accounts.filter(flags));
    const count = (of: (account: number) => boolean) => {
      const those = accounts.filter(of);
      return { k: those.filter((i) => flagged.has(i)).length, n: those.length };
    };
    const sortIs = (name: (typeof sorts)[number]) => (i: number) => sorts[sort[i]!] === name;
    const wrong = accounts.filter((i) => offends(sort[i]!));
    const right = accounts.filter((i) => !offends(sort[i]!));
    const found = wrong.filter((i) => flagged.has(i));
    return {
      offending: clustersOf(graph, wrong, (i) => flagged.has(i)),
      innocent: clustersOf(graph, right, (i) => flagged.has(i)),
      trading: count(sortIs('trading')),
      mingled: count(sortIs('mingled')),
      businesses: count(sortIs('business')),
      bystanders: count((i) => !offends(sort[i]!) && inTrade(i)),
      shown: { k: found.filter(shows).length, n: found.length },
    };
  };
}

const hasMatch = (values: Values, i: number): boolean => values.profile[i]! > 0 || values['group-picture'][i]! > 0;

function shownOf(graph: Graph, values: Values): GraphRow['shown'] {
  const all = Array.from({ length: graph.accounts }, (_, i) => i);
  const is = (i: number): boolean => hasMatch(values, i);
  return {
    offending: clustersOf(
      graph,
      all.filter((i) => offends(graph.sort[i]!)),
      is,
    ),
    innocent: clustersOf(
      graph,
      all.filter((i) => !offends(graph.sort[i]!)),
      is,
    ),
  };
}

/** Accounts whose signals hang together: those of one group for trading, by the first that they are in. Classes of clusters that are alike. */
function clustersOf(
  { groups, groupsOf }: Graph,
  accounts: readonly number[],
  success: (account: number) => boolean,
): GraphRow['shown']['offending'] {
  const counts = new Map<number, { k: number; n: number }>();
  for (const i of accounts) {
    const cluster = groupsOf[i]!.find((group) => groups[group]!.trades) ?? -1 - i;
    const count = counts.get(cluster) ?? { k: 0, n: 0 };
    counts.set(cluster, { k: count.k + Number(success(i)), n: count.n + 1 });
  }
  const classes = new Map<string, { clusters: number; k: number; n: number }>();
  for (const { k, n } of counts.values()) {
    const known = classes.get(`${k} ${n}`) ?? { clusters: 0, k, n };
    classes.set(`${k} ${n}`, { ...known, clusters: known.clusters + 1 });
  }
  return [...classes.values()].sort((a, b) => a.n - b.n || a.k - b.k);
}

type Kept = GraphRow['kept'][number];

/** log2 of the number of ways to choose. */
const bitsToChoose = (of: number, chosen: number): number =>
  (logGamma(of + 1) - logGamma(chosen + 1) - logGamma(of - chosen + 1)) / Math.LN2;

const meanOf = (count: number, of: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += of(i);
  return sum / count;
};

/** Accounts whose numbers no other account has. */
function aloneBy(
  accounts: number,
  numbers: (account: number) => readonly (number | string)[],
): { k: number; n: number } {
  const seen = new Map<string, number>();
  for (let i = 0; i < accounts; i++) {
    const key = numbers(i).join(' ');
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return { k: [...seen.values()].filter((count) => count === 1).length, n: accounts };
}

/** What a relay knows after delivery that keeps nothing. */
const keptNothing = ({ accounts, edges }: Graph): Kept => ({
  keeps: 'nothing',
  days: 0,
  edges: { k: 0, n: edges.targets.length },
  bits: 0,
  alone: { k: 0, n: accounts },
});

/** Who is in which group, beside pictures, names and reports. Edges within a group are as good as named. */
function keptSurfaces({ accounts, edges, groups, groupsOf }: Graph): Kept {
  const together = (i: number): ReadonlySet<number> => new Set(groupsOf[i]!.flatMap((group) => groups[group]!.members));
  let named = 0;
  for (let i = 0; i < accounts; i++) {
    const those = together(i);
    for (let at = edges.offsets[i]!; at < edges.offsets[i + 1]!; at++) named += Number(those.has(edges.targets[at]!));
  }
  return {
    keeps: 'surfaces',
    days: 0,
    edges: { k: named, n: edges.targets.length },
    bits: meanOf(accounts, (i) => bitsToChoose(groups.length, groupsOf[i]!.length)),
    alone: aloneBy(accounts, (i) => groupsOf[i]!),
  };
}

/** Per account: age, messages sent and received, large ones. They name nobody. */
function keptCounters({ accounts, edges }: Graph, { age, volume, large, received }: Values, days: number): Kept {
  return {
    keeps: 'counters',
    days,
    edges: { k: 0, n: edges.targets.length },
    bits: 0,
    alone: aloneBy(accounts, (i) => [
      Math.floor(age[i]!),
      volume[i]!,
      Math.round(large[i]! * volume[i]!),
      received[i]!,
    ]),
  };
}

/** Sender, recipient, time and size of every message of so many days. */
function keptRecords({ accounts, edges }: Graph, kept: Graph['edges'], { contacts }: Values, days: number): Kept {
  return {
    keeps: 'records',
    days,
    edges: { k: kept.targets.length, n: edges.targets.length },
    bits: meanOf(accounts, (i) => bitsToChoose(accounts - 1, contacts[i]!)),
    alone: aloneBy(accounts, (i) => Array.from(kept.targets.subarray(kept.offsets[i]!, kept.offsets[i + 1]!))),
  };
}
