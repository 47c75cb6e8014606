/**
 * What protocols lose that can only compare for equality: on the same pictures, as they are sent, how many the near hash finds within its
 * threshold in the clear, and how many the equality hash finds by being the same. The gap is a result of its own.
 */
import { hashByName } from '../../hash/index.ts';
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { pairedDifference } from '../../metric/paired-difference.ts';
import type { Experiment } from '../../schema/experiment.ts';
import type { EqualityGap } from '../../schema/metrics.ts';
import type { EqualityRow, Observation } from '../../schema/observation.ts';
import { seededRng } from '../../util/rng.ts';

/** The gap on the evaluation split, at the threshold that strategies match with; null when nothing was compared. */
export function equalityGap(
  all: readonly Observation[],
  experiment: Experiment,
  thresholdBits: number,
): EqualityGap | null {
  const rows = all.filter((row): row is EqualityRow => row.row === 'equality' && row.split === 'evaluation');
  if (rows.length === 0) return null;
  const near = ({ near: { outcome } }: EqualityRow): boolean =>
    outcome.state === 'scored' && outcome.distanceBits <= thresholdBits;
  const equal = ({ equality: { outcome } }: EqualityRow): boolean =>
    outcome.state === 'scored' && outcome.equal !== null;
  const side = (of: readonly EqualityRow[], stream: string): EqualityGap['allEdits'] => {
    const rng = (what: string) => seededRng(experiment.seed, `bootstrap/equality/${what}/${stream}`);
    const rate = (holds: (row: EqualityRow) => boolean) =>
      of.map((row) => ({ cluster: row.group, success: holds(row) }));
    return {
      near: clusteredProportion(rate(near), rng('near')),
      equality: clusteredProportion(rate(equal), rng('equality')),
      lost: pairedDifference(
        of.map((row) => ({ cluster: row.group, first: near(row), second: equal(row) })),
        rng('lost'),
      ),
    };
  };
  const listed = rows.filter(({ content }) => content === 'listed');
  const edits = [...new Set(listed.map(({ transform }) => transform))].sort(
    // As sent first; edits stay in the order of the experiment, in which the rows are.
    (a, b) => Number(b === 'none') - Number(a === 'none'),
  );
  const { hash, equalityHash } = experiment.messages;
  return {
    near: { hash, thresholdBits },
    equality: { hash: equalityHash, bits: hashByName(equalityHash).bits },
    listed: edits.map((transform) => ({
      transform,
      ...side(
        listed.filter((row) => row.transform === transform),
        transform,
      ),
    })),
    allEdits: side(
      listed.filter(({ transform }) => transform !== 'none'),
      'edits',
    ),
    innocent: side(
      rows.filter(({ content, transform }) => content === 'innocent' && transform === 'none'),
      'innocent',
    ),
  };
}
