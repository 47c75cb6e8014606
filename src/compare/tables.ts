/** The tables of a comparison: detectors, strategies and attacks side by side. */
import { sizeText } from '../experiment/false-positive-tail/tables.ts';
import { liftCell, numberCell } from '../experiment/hash-leakage/report-words.ts';
import type { Metrics, StrategyMetrics } from '../experiment/tradeoff/metrics.ts';
import { type Measure, measureGroups } from '../experiment/tradeoff/report-measures.ts';
import { absent, type Cell, differenceCell, integer, percent, rateCell } from '../report/format.ts';
import { plain, type ReportTable } from '../report/table.ts';
import type { Interval } from '../schema/rate.ts';
import { groupBy } from '../util/group-by.ts';
import { listCell, pairsCell, recallCell, thresholdCell, unmeasured } from './cells.ts';
import { type DetectorResult, headlineOf, type OperatingPoint, quotedSizes } from './detectors.ts';
import type { FinishedRun } from './open-run.ts';
import type { Paired } from './paired.ts';
import type { ThreatResult } from './threats.ts';

const placeOf = ({ run, set }: Pick<DetectorResult, 'run' | 'set'>): string => (set === null ? run : `${run}, ${set}`);
const short = (sha256: string | null): Cell =>
  sha256 === null ? unmeasured('no digest is recorded') : plain(sha256.slice(0, 12), sha256);

/** Sizes at which rates are quoted, and for which some detector has a figure. */
function sizesOf(results: readonly DetectorResult[]): number[] {
  const known = new Set(results.flatMap(({ points }) => points.flatMap(({ lists }) => lists.map(({ size }) => size))));
  return quotedSizes.filter((size) => known.has(size));
}

/** One detector in all runs. */
interface Detector {
  readonly name: string;
  readonly results: readonly DetectorResult[];
}

/** Results by detector. Two files or networks of one name are two detectors; presend's own hashes are one, whatever version computed them. */
export function byDetector(results: readonly DetectorResult[]): Detector[] {
  const key = ({ detector, sha256, versioned }: DetectorResult): string =>
    versioned ? detector : `${detector}\n${sha256 ?? ''}`;
  const groups = [...groupBy(results, key).values()];
  return groups.map((own) => {
    const { detector, sha256 } = own[0]!;
    const isUnique = groups.filter(([first]) => first!.detector === detector).length === 1;
    return { name: isUnique || sha256 === null ? detector : `${detector} ${sha256.slice(0, 8)}`, results: own };
  });
}

/** The figure of one column for a detector. */
interface Column {
  readonly title: string;
  cell(result: DetectorResult, point: OperatingPoint): Cell & { readonly heat?: number };
  readonly of: DetectorResult;
}

/** The columns of a run on one set of edits: what it measured, and nothing else. */
function columnsOf(of: DetectorResult, all: readonly DetectorResult[]): Column[] {
  const same = all.filter(({ run, set }) => run === of.run && set === of.set);
  const has = (holds: (point: OperatingPoint) => boolean): boolean =>
    same.some((each) => {
      const point = headlineOf(each);
      return point !== undefined && holds(point);
    });
  const sizes = sizesOf(
    same.map((each) => ({ ...each, points: each.points.filter((point) => point === headlineOf(each)) })),
  );
  const place = placeOf(of);
  const hasList = has(({ lists }) => lists.some(({ status }) => status === 'measured'));
  return [
    ...(has(({ recall }) => recall !== null)
      ? [
          {
            title: `${place}: recall under edits`,
            of,
            cell: (_: DetectorResult, point: OperatingPoint) => recallCell(point.recall),
          },
        ]
      : []),
    ...(has(({ pairs }) => pairs !== null)
      ? [
          {
            title: `${place}: unrelated pairs`,
            of,
            cell: (_: DetectorResult, point: OperatingPoint) => pairsCell(point.pairs),
          },
        ]
      : []),
    ...sizes.map((size) => ({
      title: `${place}: list of ${sizeText(size)}`,
      of,
      cell: (_: DetectorResult, { lists }: OperatingPoint) => listCell(lists.find((list) => list.size === size)),
    })),
    ...(hasList
      ? [
          {
            title: `${place}: largest measured list`,
            of,
            cell: (_: DetectorResult, { lists }: OperatingPoint) => largestCell(lists),
          },
        ]
      : []),
  ];
}

/** Every detector at the threshold of its headline, a line for each, and columns for what each run measured. */
export function detectorTable(results: readonly DetectorResult[]): ReportTable {
  const places = [...new Map(results.map((each) => [placeOf(each), each])).values()];
  const columns = places.flatMap((each) => columnsOf(each, results));
  return {
    title: 'Detectors side by side',
    explains:
      'Each detector at the threshold that it comes with, else at the first that was chosen (see the operating points). Recall: edited copies that match their original, of all edits of the set. Unrelated pairs: those that match. List: innocent pictures that match something on a list of that size. 95 % intervals.',
    head: ['detector', 'threshold, bits', ...columns.map(({ title }) => title), 'detector sha256'],
    lines: byDetector(results).map(({ name, results: own }) => ({
      name,
      cells: [
        thresholdsCell(own),
        ...columns.map(({ of, cell }) => {
          const result = own.find(({ run, set }) => run === of.run && set === of.set);
          const point = result && headlineOf(result);
          return point ? cell(result, point) : unmeasured('the run does not have this detector');
        }),
        short(own[0]!.sha256),
      ],
    })),
  };
}

/** The threshold of a detector; where runs chose different ones, all of them. */
function thresholdsCell(results: readonly DetectorResult[]): Cell {
  const cells = results.flatMap((each) => {
    const point = headlineOf(each);
    return point ? [thresholdCell(point, each)] : [];
  });
  const texts = [...new Set(cells.map(({ plain: text }) => text))];
  return texts.length === 0 ? unmeasured() : plain(texts.join(', '), cells.map(({ hover }) => hover).join('; '));
}

/** The rate at the largest list that was measured. */
export function largestCell(lists: OperatingPoint['lists']): Cell {
  const largest = lists.findLast(({ status }) => status === 'measured');
  if (!largest) return unmeasured('no list was measured');
  const cell = listCell(largest);
  const size = `${integer(largest.size)} entries`;
  return { ...cell, small: [...cell.small, size], plain: `${cell.plain}, ${size}` };
}

/** What each detector is. */
export const identityTable = (results: readonly DetectorResult[]): ReportTable => ({
  title: 'What the detectors are',
  explains: 'As run records, detector files and model cards state it.',
  head: ['detector', 'what it is', 'bits', 'distance', 'source', 'licence', 'sha256', 'of'],
  lines: byDetector(results).map(({ name, results: [each] }) => ({
    name,
    cells: [
      plain(each!.what),
      each!.bits === null ? unmeasured('it gave no hashes') : plain(String(each!.bits)),
      plain(each!.distance),
      plain(each!.source ?? 'not stated'),
      plain(each!.licence ?? 'not stated'),
      short(each!.sha256),
      plain(each!.sha256Of),
    ],
  })),
});

/** Recall after each edit at the threshold of the headline, a column for each detector and run. */
export function editTable(results: readonly DetectorResult[]): ReportTable | undefined {
  const shown = results.filter((each) => (headlineOf(each)?.edits ?? []).length > 0);
  if (shown.length === 0) return undefined;
  const keys = [
    ...new Map(
      shown.flatMap((each) =>
        headlineOf(each)!.edits.map(({ title }) => [`${each.set}\n${title}`, { set: each.set, title }] as const),
      ),
    ).values(),
  ];
  const columns = [...new Map(shown.map((each) => [`${each.detector}\n${each.run}`, each])).values()];
  const runs = new Set(columns.map(({ run }) => run));
  return {
    title: 'Recall after each edit',
    explains:
      'At the thresholds above, on evaluation pictures. All edits of a set share a threshold, because nobody knows which edit a picture went through.',
    head: ['edit', ...columns.map(({ detector, run }) => (runs.size > 1 ? `${detector}, ${run}` : detector))],
    lines: keys.map(({ set, title }) => ({
      name: new Set(keys.map((key) => key.set)).size > 1 ? `${set}: ${title}` : title,
      cells: columns.map(({ detector, run }) => {
        const at = shown.find((each) => each.detector === detector && each.run === run && each.set === set);
        return recallCell(at && headlineOf(at)!.edits.find((edit) => edit.title === title)?.recall);
      }),
    })),
  };
}

/** Every threshold of every detector. */
export function pointsTable(results: readonly DetectorResult[]): ReportTable {
  const sizes = sizesOf(results);
  return {
    title: 'Operating points',
    explains:
      'Its own: the threshold that the detector comes with. Others are chosen on calibration pictures, or named by the experiment. Rates are those of evaluation pictures.',
    head: [
      'detector',
      'run, edits',
      'threshold, bits',
      'where it comes from',
      'recall under edits',
      'unrelated pairs',
      ...sizes.map((size) => `list of ${sizeText(size)}`),
    ],
    lines: results.flatMap((each) =>
      each.points.map((point) => ({
        name: each.detector,
        cells: [
          plain(placeOf(each)),
          thresholdCell(point, each),
          plain(point.rule),
          recallCell(point.recall),
          pairsCell(point.pairs),
          ...sizes.map((size) => listCell(point.lists.find((list) => list.size === size))),
        ],
      })),
    ),
  };
}

/** Paired differences of recall between detectors. */
export function pairedDetectorTable(paired: readonly Paired[]): ReportTable | undefined {
  const shown = paired.filter(({ measure }) => measure === 'recall under edits');
  if (shown.length === 0) return undefined;
  const name = ({ run, detector, threshold }: Paired['of']): string => `${detector} ≤ ${threshold}, ${run}`;
  return {
    title: 'Differences of recall on the same pictures',
    explains:
      'Each copy was seen by both detectors at the thresholds above: the difference of their recall in points, with a paired 95 % interval by picture, and the p-value of McNemar’s test, which takes copies as independent. With so many lines one in twenty excludes 0 by chance.',
    head: ['detector', 'edits', 'less', 'copies', 'found by it only', 'by the other only', 'difference of recall'],
    lines: shown.map(({ of, first, on, difference }) => ({
      name: name(of),
      cells: [
        plain(on),
        plain(name(first)),
        plain(integer(difference.n)),
        plain(integer(difference.onlyFirst)),
        plain(integer(difference.onlySecond)),
        differenceCell(difference, false, ['the detector', 'the other']),
      ],
    })),
  };
}

/** What attacks on detectors achieved. */
export function threatTable(threats: readonly ThreatResult[]): ReportTable | undefined {
  if (threats.length === 0) return undefined;
  return {
    title: 'What each detector leaks, and what attacks on it achieve',
    explains:
      'Topic: guesses of a picture’s topic from its hash, and how many times better than the best guess without it. Recovered: share of the squared error of the mean picture that a decoder removes with the hash. Evasion, collision: pictures that some attack moves beyond, or within, the threshold at the quoted change of pixels. Place: photographs of a place that match when a share of the list shows the place. An attacker who is better may achieve more.',
    head: [
      'detector',
      'run',
      'topic from the hash',
      'lift over chance',
      'picture recovered',
      'evasion',
      'collision',
      'place recognised',
    ],
    lines: threats.flatMap((each) => {
      const sources = [...new Set([...each.topic, ...each.inversion].map(({ source }) => source))];
      return (sources.length === 0 ? [undefined] : sources).map((source) => ({
        name: each.detector,
        cells: threatCells(each, source),
      }));
    }),
  };
}

/** What the best attack with a goal achieves. */
export function attackCell(threat: ThreatResult | undefined, goal: 'evasion' | 'collision'): Cell {
  const found = threat?.evasion.find((one) => one.goal === goal);
  if (!found) return unmeasured();
  const cell = rateCell(found.success);
  const at = `≤ ${found.threshold} bits, change ${percent(found.l2)}`;
  return { ...cell, small: [...cell.small, at], plain: `${cell.plain} (${at})` };
}

function threatCells(each: ThreatResult, source: ThreatResult['topic'][number]['source'] | undefined): Cell[] {
  const topic = each.topic.find((one) => one.source === source);
  const inversion = each.inversion.find((one) => one.source === source);
  const hidden = each.hidden.find(({ reasons }) => reasons.includes('operator')) ?? each.hidden[0];
  return [
    plain(source === undefined ? each.run : `${each.run}, ${source === 'dataset' ? each.dataset.name : source}`),
    topic
      ? { ...rateCell(topic.first.success), ...(topic.aboveChance ? { tone: 'warn' as const } : {}) }
      : unmeasured(),
    topic ? liftCell(topic.lift) : unmeasured(),
    inversion ? shareCell(inversion.explained.ridge) : unmeasured(),
    attackCell(each, 'evasion'),
    attackCell(each, 'collision'),
    hidden ? hiddenCell(hidden) : unmeasured(),
  ];
}

/** A share that is not a proportion of trials, in percent with its interval. */
export const shareCell = ({ estimate, low, high, method }: Interval): Cell =>
  numberCell({ estimate: 100 * estimate, low: 100 * low, high: 100 * high, method }, '%', 1);

/** Photographs of a place that match. */
export function hiddenCell({ hit, threshold, share }: ThreatResult['hidden'][number]): Cell {
  const cell = rateCell(hit);
  const at = `≤ ${threshold} bits, ${percent(share)} of the list`;
  return { ...cell, small: [...cell.small, at], plain: `${cell.plain} (${at})` };
}

/** Measures of a strategy that are compared, by the titles of the trade-off's own table; the first is the answer. */
const answer = /^reports, of/;
const compared: readonly RegExp[] = [
  answer,
  /^listed, as sent$/,
  /^listed, edited$/,
  /^false positives$/,
  /^innocents$/,
  /^provider: identity$/,
  /^provider: topic$/,
  /^added bytes$/,
];

/** A trade-off run. */
export type TradeoffRun = FinishedRun & { readonly metrics: Metrics };
export const tradeoffsOf = (runs: readonly FinishedRun[]): TradeoffRun[] =>
  runs.filter((run): run is TradeoffRun => !('kind' in run.metrics));

/** One table for each measure of the strategies: the runs side by side, with differences from the first where they are paired. */
export function strategyTables(runs: readonly FinishedRun[], paired: readonly Paired[]): ReportTable[] {
  const all = tradeoffsOf(runs);
  const [first, ...others] = all;
  if (!first || others.length === 0) return [];
  const names = [...new Set(all.flatMap(({ metrics }) => metrics.strategies.map(({ name }) => name)))];
  const measures = all.map(({ metrics }) => measureGroups(metrics).flatMap((group) => group.measures));
  return compared.flatMap((title): ReportTable[] => {
    const of = measures.map((own) => own.find((each) => title.test(each.title)));
    const known = of.find((each) => each !== undefined);
    if (!known) return [];
    const differences = (run: TradeoffRun) =>
      new Map(
        paired
          .filter((each) => each.measure === known.title && each.of.run === run.name)
          .map((each) => [each.on, each.difference]),
      );
    const columns = others
      .map((run) => ({ run, differences: differences(run) }))
      .filter((each) => each.differences.size > 0);
    return [
      {
        title: title === answer ? `The answer by strategy: ${known.title}` : `By strategy: ${known.title}`,
        explains: `${known.explains}${columns.length > 0 ? ` Differences from ${first.name} on the same messages, in points, with a paired 95 % interval by picture (by account where a strategy decides on accounts).` : ''}`,
        head: [
          'strategy',
          ...all.map(({ name }) => name),
          ...columns.map(({ run }) => `${run.name} less ${first.name}`),
        ],
        lines: names.map((name) => ({
          name,
          cells: [
            ...all.map(({ metrics }, i) => strategyCell(metrics, of[i], name)),
            ...columns.map(({ differences: found }) => {
              const difference = found.get(name);
              return difference ? differenceCell(difference, false, ['the run', 'the first']) : absent('not in both');
            }),
          ],
        })),
      },
    ];
  });
}

function strategyCell({ strategies }: Metrics, measure: Measure | undefined, name: string): Cell {
  const strategy = strategies.find((each) => each.name === name) as StrategyMetrics | undefined;
  return strategy && measure ? measure.cell(strategy) : unmeasured('the run does not have this strategy');
}

/** Title of the table of runs. */
export const runsTitle = 'Runs';

/** The runs: what was run, on which pictures, by which seed. */
export const runsTable = (runs: readonly FinishedRun[]): ReportTable => ({
  title: runsTitle,
  explains:
    'Dataset: the digest of the pictures. Two runs are on the same pictures if dataset, seed and choice of pictures agree.',
  head: ['run', 'kind', 'experiment', 'dataset', 'dataset sha256', 'seed', 'limit', 'commit', 'metrics sha256'],
  lines: runs.map(({ name, kind, metrics, record }) => ({
    name,
    cells: [
      plain(kind),
      plain(metrics.experiment),
      plain(record.dataset.name),
      short(record.dataset.sha256),
      plain(String(record.seed)),
      plain(record.limit === undefined ? 'none' : integer(record.limit)),
      plain(record.commit?.slice(0, 10) ?? 'not known'),
      short(record.metrics?.sha256 ?? null),
    ],
  })),
});
