/** The tables of a re-purposing run. */

import { absent, type Cell, integer, percent, percentRange, rateCell } from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { Interval } from '../../schema/rate.ts';
import type {
  HiddenCell,
  PoisonedCell,
  PoisonedHash,
  RepurposingMetrics,
  SampleSize,
  ThresholdMetrics,
} from './metrics.ts';

const none = absent('not run');

/** A share that is no count, with its interval. */
const shareCell = (value: Interval | null): Cell => {
  if (!value) return absent('nothing flagged');
  const range = percentRange(value.low, value.high);
  const main = percent(value.estimate);
  return { main, small: [range], plain: `${main} ${range}`, hover: `${main} ${range} ${value.method}` };
};

const rate = (cell: PoisonedCell | undefined, what: 'hit' | 'visits' | 'elsewhere' | 'bystanders' | 'flagged'): Cell =>
  cell ? rateCell(cell[what], true) : none;

/** Every hash at every threshold, at the reference share: what is seen, and of whom besides. */
export function hitTable(metrics: RepurposingMetrics): ReportTable {
  const { list, visit } = metrics;
  const line = (name: string, at: ThresholdMetrics) => {
    const cell = referenceCell(at, metrics);
    return {
      name: `${name} ${thresholdName(at)}`,
      cells: [
        rate(cell, 'hit'),
        rate(referenceCell(at, metrics, 'k-medoids'), 'hit'),
        rate(cell, 'visits'),
        rate(cell, 'elsewhere'),
        rate(cell, 'bystanders'),
        cell ? shareCell(cell.fromLocation) : none,
        rate(cell, 'flagged'),
        rateCell(at.honest.location, true),
        rateCell(at.robustness, true),
      ],
    };
  };
  return {
    title: `What is flagged of a location, ${percent(list.reference)} of ${integer(list.entries)} entries inserted`,
    explains: `Operator's threshold: the loosest at which ${percent(metrics.operatorFpr)} of calibration pictures match an honest list. Insider's: the one that best separates calibration locations from other pictures. Visit: ${visit} photographs, one of which matches. From the location: the share of flags by inserted photographs that come from there, if 1 of 100 pictures is taken there. Random choice, except in the second column.`,
    head: [
      'hash, threshold',
      'location’s other photographs',
      'k-medoids chosen',
      'visits noticed',
      'other locations',
      'ordinary pictures',
      'from the location',
      'ordinary pictures, whole list',
      'location, honest list',
      'edited copies found',
    ],
    lines: metrics.hashes.flatMap((hash) => hash.thresholds.map((at) => line(hash.name, at))),
  };
}

/** Against the poisoned share, at the operator's thresholds. */
export function shareTable(metrics: RepurposingMetrics): ReportTable {
  const shares = sharesOf(metrics);
  return {
    title: 'Share of the location’s other photographs that match, by the share of the list that was inserted',
    explains: `At the authors' and the operator's thresholds. A share of ${integer(metrics.list.entries)} entries; what counts is the number of photographs, in the column heads.`,
    head: ['hash, choice', ...shares.map((share) => `${percent(share)}: ${Math.round(share * metrics.list.entries)}`)],
    lines: metrics.hashes.flatMap(({ name, thresholds }) =>
      thresholds
        .filter((at) => at.reasons.includes('authors') || at.reasons.includes('operator'))
        .flatMap((at) =>
          (['random', 'k-medoids'] as const).map((choice) => ({
            name: `${name} ${thresholdName(at)}, ${choice}`,
            cells: shares.map((share) => rate(cellOf(at, share, choice), 'hit')),
          })),
        ),
    ),
  };
}

/** From how many standpoints a location is photographed, at the operator's and the insider's thresholds. */
export function standpointTable(metrics: RepurposingMetrics): ReportTable | undefined {
  const numbers = [
    ...new Set(
      metrics.hashes.flatMap(({ thresholds }) =>
        thresholds.flatMap(({ byStandpoints }) => byStandpoints.map((each) => each.standpoints)),
      ),
    ),
  ].sort((a, b) => a - b);
  if (numbers.length === 0) return undefined;
  return {
    title: `By the number of standpoints, ${percent(metrics.list.reference)} inserted at random`,
    explains:
      'Each location is drawn with that many standpoints of photographers. There are few locations of each type, so the intervals are wide.',
    head: ['hash, threshold', ...numbers.map((each) => `${each} standpoint${each === 1 ? '' : 's'}`)],
    lines: metrics.hashes.flatMap((hash) =>
      (['operator', 'insider'] as const).flatMap((reason) => {
        const at = thresholdFor(hash, reason);
        return at
          ? [
              {
                name: `${hash.name} ${thresholdName(at)}`,
                cells: numbers.map((number) => {
                  const found = at.byStandpoints.find(({ standpoints }) => standpoints === number);
                  return found ? rateCell(found.hit, true) : none;
                }),
              },
            ]
          : [];
      }),
    ),
  };
}

/** Thresholds and what they did where they were chosen. */
export const calibrationTable = (metrics: RepurposingMetrics): ReportTable => ({
  title: 'How the thresholds were chosen',
  explains: `On ${metrics.locations.calibration} locations and ${integer(metrics.dataset.bystanders.calibration)} ordinary pictures that are not scored elsewhere.`,
  head: ['hash, threshold', 'ordinary pictures, honest list', 'location’s other photographs', ...editsOf(metrics)],
  lines: metrics.hashes.flatMap((hash) =>
    hash.thresholds.map((at) => ({
      name: `${hash.name} ${thresholdName(at)}`,
      cells: [
        rateCell(at.calibration.flagged, true),
        rateCell(at.calibration.hit, true),
        ...editsOf(metrics).map((edit) => {
          const found = at.edited.find((each) => `copies: ${each.edit}` === edit);
          return found ? rateCell(found.found, true) : none;
        }),
      ],
    })),
  ),
});

const editsOf = ({ hashes }: RepurposingMetrics): string[] => [
  ...new Set(
    hashes.flatMap(({ thresholds }) => thresholds.flatMap(({ edited }) => edited.map(({ edit }) => `copies: ${edit}`))),
  ),
];

/** Negative and positive controls of the list. */
export const controlTable = (metrics: RepurposingMetrics): ReportTable => ({
  title: 'Controls of the list',
  explains: `At ${percent(metrics.list.reference)} inserted at random. Positive: the inserted photographs themselves, which must all match. Negative: each location's list, queried with the next location's photographs, which must match no more often than those of all other locations.`,
  head: ['hash, threshold', 'inserted ones', 'next location’s', 'all other locations', 'holds'],
  lines: metrics.hashes.flatMap(({ name, controls }) =>
    [...controls]
      .sort((a, b) => reasons.indexOf(a.reason) - reasons.indexOf(b.reason))
      .map((each) => ({
        name: `${name} ≤ ${each.threshold} bits, ${each.reason}'s`,
        cells: [
          rateCell(each.inserted, true),
          rateCell(each.shuffled, true),
          rateCell(each.chance, true),
          each.holds ? plain('yes') : { ...plain('no'), tone: 'warn' as const },
        ],
      })),
  ),
});

/** Published claims, each with its verdict. */
export const claimTable = ({ claims }: RepurposingMetrics): ReportTable => ({
  title: 'Published claims',
  explains:
    'Reproduced as an analogue, not refuted (the interval holds the claim), not reproduced, or not comparable; why, in the last column. Their data differ from ours: read the verdict with its reason.',
  head: ['claim', 'source', 'measured here', 'verdict', 'why'],
  lines: claims.map(({ claim, source, measured, verdict, why }) => ({
    name: claim,
    cells: [plain(source), plain(measured), plain(verdict), plain(why)],
  })),
});

// The tables of heads with a hidden target.

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
    title: 'A head with a hidden target',
    explains: `Declared target: ${classifier.declared.join(', ')}; threshold at ${percent(classifier.falsePositives)} of other calibration pictures. In brackets the number of hidden pictures in the training, all of which should score above one half, at any threshold. Rates by target; accuracy lost: against the honest head on the same benchmark pictures, in small type how many pictures only one of the two gets right; below 0 it is better than the honest head.`,
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
      'McNemar’s test of the head against an honest one on the same pictures, 80 % power at 5 %, at the measured rates, whichever of the two is better: by the formula and, in small type, by the exact test. Columns: share of the benchmark with the hidden target. Last: on a benchmark without it, if the change is as large as its interval allows.',
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
      'Held-out pictures of the target that the head flags; repeats together, with exact intervals as if there were one head.',
    head: ['hidden target', 'honest head', 'with the hidden target'],
    lines: classifier.byTarget.map(({ target, honest, hit }) => ({
      name: target,
      cells: [rateCell(honest, true), rateCell(hit, true)],
    })),
  };
}

// Names and choices that the tables, plots and sentences of a re-purposing report share.

/** Why a threshold is looked at, in the order in which one speaks for several. */
const reasons = ['operator', 'insider', 'authors', 'named'] as const;
type Reason = (typeof reasons)[number];

/** Whose threshold it is. */
export const reasonNames: Readonly<Record<Reason, string>> = {
  operator: "operator's",
  insider: "insider's",
  authors: "authors'",
  named: 'looser',
};

/** The threshold of a hash that somebody would take. */
export const thresholdFor = ({ thresholds }: PoisonedHash, reason: Reason): ThresholdMetrics | undefined =>
  thresholds.find((each) => each.reasons.includes(reason));

/** '≤ 33 bits, operator's'. */
const thresholdName = ({ bits, reasons: why }: ThresholdMetrics): string =>
  `≤ ${bits} bits, ${reasons
    .filter((each) => why.includes(each))
    .map((each) => reasonNames[each])
    .join(' and ')}`;

/** The cell of a share, chosen that way. */
const cellOf = (
  threshold: ThresholdMetrics | undefined,
  share: number,
  choice: PoisonedCell['choice'],
): PoisonedCell | undefined => threshold?.cells.find((cell) => cell.share === share && cell.choice === choice);

/** The cell at the reference share. */
export const referenceCell = (
  threshold: ThresholdMetrics | undefined,
  { list }: RepurposingMetrics,
  choice: PoisonedCell['choice'] = 'random',
): PoisonedCell | undefined => cellOf(threshold, list.reference, choice);

/** Shares of the list that were run, ascending. */
const sharesOf = ({ hashes }: RepurposingMetrics): number[] =>
  [
    ...new Set(hashes.flatMap(({ thresholds }) => thresholds.flatMap(({ cells }) => cells.map(({ share }) => share)))),
  ].sort((a, b) => a - b);

/** What is hidden, in words. */
export const targetNames: Readonly<Record<HiddenCell['targetKind'], string>> = {
  label: 'hidden label',
  location: 'hidden location',
};

/** Cells of one kind of target, by poisoned share. */
export const hiddenCells = ({ classifier }: RepurposingMetrics, kind: HiddenCell['targetKind']): HiddenCell[] =>
  classifier?.cells.filter(({ targetKind }) => targetKind === kind) ?? [];
