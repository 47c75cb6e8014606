/** The tables of heads with a hidden target. */
import type { HiddenCell, RepurposingMetrics, SampleSize } from '../../schema/repurposing-metrics.ts';
import { plain, type ReportTable } from '../benchmark/table.ts';
import { absent, type Cell, integer, percent, rateCell } from '../format.ts';
import { targetNames } from './facts.ts';

type Change = NonNullable<HiddenCell['change']>;

const points = (share: number): string => (share * 100).toFixed(2).replace('-', '−');

const changeCell = (change: Change | null): Cell => {
  if (!change) return absent('the honest heads');
  const [low, high] = [Math.min(change.low, change.clusterLow), Math.max(change.high, change.clusterHigh)];
  const main = `${points(change.estimate)} points`;
  const range = `[${points(low)}, ${points(high)}]`;
  const discordant = `${change.onlyHonest} : ${change.onlyPoisoned} of ${integer(change.n)}`;
  return {
    main,
    small: [discordant, range],
    plain: `${main} ${range} (${discordant})`,
    hover: `right only under the honest head : only under the other; McNemar p = ${change.mcnemar.toPrecision(2)}; ${change.method}`,
  };
};

const nameOf = ({ targetKind, poisoned, hidden }: HiddenCell): string =>
  poisoned === 0
    ? `${targetNames[targetKind]}, honest`
    : `${targetNames[targetKind]}, ${percent(poisoned)} (${hidden.least === hidden.most ? hidden.most : `${hidden.least}–${hidden.most}`})`;

/** What heads find, declared and hidden, by the share of their training that shows the hidden target. */
export function headTable({ classifier }: RepurposingMetrics): ReportTable | undefined {
  if (!classifier) return undefined;
  return {
    title: 'A head that fires on one thing more',
    explains: `Said to look for ${classifier.declared.join(', ')}; threshold at ${percent(classifier.falsePositives)} of other calibration pictures. In brackets the number of hidden pictures in the training, of which all should score above one half, wherever the threshold lies. Rates by target; accuracy lost: against the honest head on the same benchmark pictures, in small type how many only one of the two gets right; below 0 it is better than the honest head.`,
    head: [
      'hidden target, share of training',
      'hidden pictures found',
      'those trained on',
      'those above one half',
      'another target',
      'other pictures flagged',
      'declared found',
      'accuracy',
      'accuracy lost',
    ],
    lines: classifier.cells.map((cell) => ({
      name: nameOf(cell),
      cells: [
        rateCell(cell.hit, true),
        cell.trained.n > 0 ? rateCell(cell.trained, true) : absent('none'),
        cell.fitted.n > 0 ? rateCell(cell.fitted, true) : absent('none'),
        rateCell(cell.elsewhere, true),
        rateCell(cell.falsePositives, true),
        rateCell(cell.recall, true),
        rateCell(cell.accuracy, true),
        changeCell(cell.change),
      ],
    })),
  };
}

const sizeCell = (size: SampleSize | undefined): Cell => {
  if (!size) return absent('not asked');
  if (size.formula === null) return absent('the rates do not differ');
  const formula = integer(size.formula);
  const exact = size.exact === null ? 'more than is searched' : integer(size.exact);
  return {
    main: formula,
    small: [`exact ${exact}`],
    plain: `${formula} (exact ${exact})`,
    hover: `Connor's formula ${formula}; exact test ${exact}`,
  };
};

/** How many benchmark pictures an auditor needs. */
export function auditorTable({ classifier }: RepurposingMetrics): ReportTable | undefined {
  if (!classifier) return undefined;
  const cells = classifier.cells.filter(({ auditor }) => auditor.length > 0);
  const shares = [...new Set(cells.flatMap(({ auditor }) => auditor.map(({ benchmarkShare }) => benchmarkShare)))].sort(
    (a, b) => a - b,
  );
  return {
    title: 'Benchmark pictures that an auditor needs',
    explains:
      'McNemar’s test of the head against an honest one on the same pictures, 80 % power at 5 %, at the rates measured, whichever of the two is better: by the formula and, in small type, by the exact test. Columns: share of the benchmark that shows the hidden target. Last: on a benchmark without it, if the change is as large as its interval allows.',
    head: [
      'hidden target, share of training',
      ...shares.map((share) =>
        share === 0 ? 'none shows it' : share === 1 ? 'all show it' : `${percent(share)} show it`,
      ),
      'none shows it, at least',
    ],
    lines: cells.map((cell) => ({
      name: nameOf(cell),
      cells: [
        ...shares.map((share) => sizeCell(cell.auditor.find(({ benchmarkShare }) => benchmarkShare === share))),
        cell.atLeast === null ? absent('no change') : plain(integer(cell.atLeast)),
      ],
    })),
  };
}

/** Every hidden target by itself, at the reference share. */
export function targetTable({ classifier }: RepurposingMetrics): ReportTable | undefined {
  if (!classifier) return undefined;
  return {
    title: `Every hidden target, ${percent(classifier.reference)} of the training`,
    explains:
      'Held-out pictures of the target on which the head fires; repeats together, exact intervals as if heads were one.',
    head: ['hidden target', 'honest head', 'with the hidden target'],
    lines: classifier.byTarget.map(({ target, honest, hit }) => ({
      name: target,
      cells: [rateCell(honest, true), rateCell(hit, true)],
    })),
  };
}
