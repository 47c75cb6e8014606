/** The tables of a re-purposing run. */
import type { Interval } from '../../schema/rate.ts';
import type { PoisonedCell, RepurposingMetrics, ThresholdMetrics } from '../../schema/repurposing-metrics.ts';
import { plain, type ReportTable } from '../benchmark/table.ts';
import { absent, type Cell, integer, percent, percentDigits, rateCell } from '../format.ts';
import { cellOf, reasons, referenceCell, sharesOf, thresholdFor, thresholdName } from './facts.ts';

const none = absent('not run');

/** A share that is no count, with its interval. */
const shareCell = (value: Interval | null): Cell => {
  if (!value) return absent('nothing flagged');
  const range = `[${percentDigits(value.low)}, ${percentDigits(value.high)}]`;
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
    title: `What is seen of a location, ${percent(list.reference)} of ${integer(list.entries)} entries inserted`,
    explains: `Operator's threshold: the loosest at which ${percent(metrics.operatorFpr)} of calibration pictures match an honest list. Insider's: the one that tells calibration locations from other pictures best. Visit: ${visit} photographs, one of which matches. From the location: the share of flags by inserted photographs that come from there, if 1 of 100 pictures is taken there. Random choice but in the second column.`,
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
    explains: `At the authors' and the operator's thresholds. A share of ${integer(metrics.list.entries)} entries; what counts is the number of photographs, in the heads.`,
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
      'Locations are drawn with so many spots from which people photograph them. Few locations each, so the intervals are wide.',
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
  explains: `On ${metrics.locations.calibration} locations and ${integer(metrics.dataset.bystanders.calibration)} ordinary pictures that are scored nowhere else.`,
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
  explains: `At ${percent(metrics.list.reference)} inserted at random. Positive: the inserted photographs themselves, which must all match. Negative: each location's list asked for the next location's photographs, which must match no more often than those of all other locations.`,
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
    'Reproduced as an analogue, not reproduced, or not comparable; why, in the last column. Their data are not ours: read the verdict with its reason.',
  head: ['claim', 'source', 'measured here', 'verdict', 'why'],
  lines: claims.map(({ claim, source, measured, verdict, why }) => ({
    name: claim,
    cells: [plain(source), plain(measured), plain(verdict), plain(why)],
  })),
});
