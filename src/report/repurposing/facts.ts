/** Names and choices that the tables, plots and sentences of a re-purposing report share. */
import type {
  HiddenCell,
  PoisonedCell,
  PoisonedHash,
  RepurposingMetrics,
  ThresholdMetrics,
} from '../../schema/repurposing-metrics.ts';

/** Why a threshold is looked at, in the order in which one speaks for several. */
export const reasons = ['operator', 'insider', 'authors', 'named'] as const;
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
export const thresholdName = ({ bits, reasons: why }: ThresholdMetrics): string =>
  `≤ ${bits} bits, ${reasons
    .filter((each) => why.includes(each))
    .map((each) => reasonNames[each])
    .join(' and ')}`;

/** The cell of a share, chosen that way. */
export const cellOf = (
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
export const sharesOf = ({ hashes }: RepurposingMetrics): number[] =>
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
