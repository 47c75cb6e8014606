/** The tables of a new-content run. */

import {
  absent,
  areaCell,
  type Cell,
  counted,
  differenceCell,
  fraction,
  integer,
  listed,
  percent,
  percentDigits,
  percentRange,
  rateCell,
} from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { AskedContent, DetectorMetrics, NewContentMetrics } from './metrics.ts';

/** What is asked, as tables and charts name it. */
export const contentNames: Readonly<Record<AskedContent, string>> = {
  listed: 'listed, as sent',
  edited: 'listed, edited',
  'known source': 'new, known source',
  'new source': 'new, new source',
  innocent: 'innocent',
};

const contents = Object.keys(contentNames) as AskedContent[];

/** A rate of target content: the interval as if pictures were independent, and the one by source, which few sources make wide. */
function sourceCell(rate: ClusteredRate): Cell {
  const cell = rateCell(rate, true);
  if (rate.estimate === null) return cell;
  const counts = fraction(rate, true);
  const range = (low: number, high: number): string => percentRange(low, high, true);
  const small = [`${range(rate.low, rate.high)} by picture`, `${range(rate.clusterLow, rate.clusterHigh)} by source`];
  const main = percent(rate.estimate, true);
  return { ...cell, main, small: [counts, ...small], plain: `${counts} ${main} ${small.join(', ')}` };
}

/** The same inside a sentence. */
export function sourceProse(rate: ClusteredRate): string {
  if (rate.estimate === null) return 'was not tested';
  const range = (low: number, high: number): string => `${percentDigits(low, true)} to ${percent(high, true)}`;
  return `${percent(rate.estimate, true)} (${integer(rate.k)} of ${integer(rate.n)}; 95 % interval ${range(rate.low, rate.high)} by picture, ${range(rate.clusterLow, rate.clusterHigh)} by source)`;
}

/** The same, coloured by its size. */
const warm = (rate: ClusteredRate): Cell & { heat?: number } => ({
  ...sourceCell(rate),
  ...(rate.estimate === null ? {} : { heat: rate.estimate }),
});

/** The same sources and pictures, in words. */
const pictures = ({ sources, innocent }: NewContentMetrics): string =>
  `${counted(sources.length, 'source')} held out one after another; two 95 % intervals for target content: Clopper–Pearson as if pictures were independent, and by source (bootstrap; with few or similar sources, Clopper–Pearson on their number); ${integer(innocent.evaluation)} innocent pictures, each counted in one fold`;

/** What each detector finds. */
export const detectionTable = (metrics: NewContentMetrics): ReportTable => ({
  title: 'Pictures flagged by each detector',
  explains: `Pictures flagged, at an operating point chosen on ${integer(metrics.innocent.calibration)} calibration pictures for a false-positive rate of at most ${percent(metrics.targetFpr)} (the authors’ threshold apart). ${pictures(metrics)}.`,
  head: ['detector', ...contents.map((content) => contentNames[content])],
  lines: metrics.detectors.map(({ title, rates }) => ({
    name: title,
    cells: contents.map((content) => {
      const rate = rates.find((each) => each.content === content)!.rate;
      return content === 'innocent' ? rateCell(rate, true) : warm(rate);
    }),
  })),
});

const titleOf = ({ detectors }: NewContentMetrics, name: DetectorMetrics['name']): string =>
  detectors.find((each) => each.name === name)?.title ?? name;

/** Detectors compared on the same pictures. */
export const pairTable = (metrics: NewContentMetrics): ReportTable => ({
  title: 'Detectors compared on the same pictures',
  explains:
    'First minus second, in percentage points, with the wider of Newcombe’s paired interval and the bootstrap by source (by group for innocent pictures), and McNemar’s exact p-value, which assumes independent pictures.',
  head: ['first − second', ...contents.map((content) => contentNames[content])],
  lines: metrics.pairs.map(({ first, second, differences }) => {
    const names = [titleOf(metrics, first), titleOf(metrics, second)] as const;
    return {
      name: names.join(' − '),
      cells: differences.map(({ difference }) => differenceCell(difference, true, names)),
    };
  }),
});

/** What it costs a detector that a source is new. */
export const newnessTable = (metrics: NewContentMetrics): ReportTable => ({
  title: 'What an unseen source costs',
  explains:
    'The same unlisted pictures, once while their source is known to list and training, and once while it is held out: new minus known, in percentage points. Others trained the label’s network: for it, only the operating point of the fold changes.',
  head: ['detector', contentNames['known source'], contentNames['new source'], 'new − known'],
  lines: metrics.detectors.map(({ title, rates, newness }) => ({
    name: title,
    cells: [
      ...(['known source', 'new source'] as const).map((content) =>
        sourceCell(rates.find((each) => each.content === content)!.rate),
      ),
      differenceCell(newness, true, ['while new', 'while known']),
    ],
  })),
});

/** Detection of new pictures, source by source. */
export const sourceTable = (metrics: NewContentMetrics): ReportTable => {
  const shown = metrics.detectors.filter(({ name }) => name === 'label' || name === 'head' || name === 'hash');
  return {
    title: 'New pictures, source by source',
    explains:
      'Unlisted pictures found while their source is known, and while it is held out, Clopper–Pearson 95 %. Last column: the pictures for training and for the list.',
    head: [
      'source',
      ...shown.flatMap(({ title }) => [`${title}: known`, `${title}: new`]),
      'pictures for training',
      'listed',
    ],
    lines: metrics.sources.map(({ name, labels, training, listed: own }) => ({
      name: labels.length > 1 ? `${name} (${listed(labels)})` : name,
      cells: [
        ...shown.flatMap(({ bySource }) => {
          const found = bySource.find(({ source }) => source === name);
          return found ? [rateCell(found.known, true), rateCell(found.fresh, true)] : [absent('none'), absent('none')];
        }),
        plain(integer(training)),
        plain(integer(own)),
      ],
    })),
  };
};

/** Detection of listed pictures after each edit. */
export const editTable = ({ detectors }: NewContentMetrics): ReportTable => ({
  title: 'Listed pictures after each edit',
  explains: 'Found, with the interval for independent pictures, and by source.',
  head: ['edit', ...detectors.map(({ title }) => title)],
  lines: (detectors[0]?.byEdit ?? []).map(({ transform }) => ({
    name: transform,
    cells: detectors.map(({ byEdit }) => warm(byEdit.find((each) => each.transform === transform)!.rate)),
  })),
});

/** How well single measures separate, whatever the threshold. */
export const areaTable = (metrics: NewContentMetrics): ReportTable => {
  const names = [...new Set(metrics.curves.map(({ detector }) => detector))];
  const shown = contents.filter((content) => content !== 'innocent');
  return {
    title: 'Area under the ROC',
    explains:
      'Against the innocent pictures of the same fold: the mean over sources with Student’s t interval, limited to [0, 1]. One half is chance.',
    head: ['measure', ...shown.map((content) => contentNames[content])],
    lines: names.map((name) => ({
      name: titleOf(metrics, name),
      cells: shown.map((content) => {
        const curve = metrics.curves.find((each) => each.detector === name && each.content === content);
        return curve && curve.points.length > 0 ? areaCell(curve.auc) : absent('none');
      }),
    })),
  };
};

/** How operating points came about. */
export const operatingTable = (metrics: NewContentMetrics): ReportTable => ({
  title: 'Operating points',
  explains:
    'Chosen separately for each source held out; the range over folds. Distances in bits, scores as probabilities, –: the detector has none, or flags at any value; none: it flags nothing. metrics.json has the scores with all digits.',
  head: [
    'detector',
    'rule',
    `${metrics.hashes.first}, bits`,
    'score',
    `${metrics.hashes.second}, bits`,
    'flagged on calibration, at most',
  ],
  lines: metrics.detectors.map(({ title, rule, operating }) => {
    const range = (values: readonly (number | null)[], write: (value: number) => string): Cell => {
      const known = values.filter((each): each is number => each !== null).sort((a, b) => a - b);
      const [least, most] = [known[0], known.at(-1)];
      if (least === undefined || most === undefined) return absent('none');
      return plain(write(least) === write(most) ? write(least) : `${write(least)} to ${write(most)}`);
    };
    const bits = (value: number): string => (value < 0 ? 'none' : String(value));
    const worst = [...operating].sort((a, b) => b.calibration.k - a.calibration.k)[0];
    return {
      name: title,
      cells: [
        plain(rule),
        range(
          operating.map((each) => each.bits),
          bits,
        ),
        range(
          operating.map((each) => each.score),
          (value) => (value > 1 ? 'none' : value < 1e-4 ? '<0.0001' : `≈ ${value.toPrecision(2)}`),
        ),
        range(
          operating.map((each) => each.secondBits),
          bits,
        ),
        worst ? rateCell(worst.calibration, true) : absent('none'),
      ],
    };
  }),
});
