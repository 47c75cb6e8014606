/**
 * What protocols lose that can only compare for equality: on the same pictures, as they are sent, how many the near hash finds within its
 * threshold in the clear, and how many the equality hash finds by being the same. The gap is a result of its own.
 */
import { clusteredClasses } from '../../metric/bootstrap.ts';
import { ClusterCounts, PairedCounts } from '../../metric/cluster-counts.ts';
import { pairedClasses } from '../../metric/paired-difference.ts';
import type { EqualityRow } from '../../schema/observation.ts';
import { isForwarded } from '../../score/forwarded.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { Column } from '../../util/column.ts';
import { Numbered, type Renumbering } from '../../util/numbered.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from './experiment.ts';
import type { EqualityGap } from './metrics.ts';

/** Pictures under both hashes, nine bytes a row. */
class Compared {
  readonly groups = new Column(Uint32Array);
  readonly edits = new Column(Uint16Array);
  readonly distances = new Column(Uint16Array);
  readonly equal = new Column(Uint8Array);

  push({ near, equality }: EqualityRow, group: number, edit: number): void {
    this.groups.push(group);
    this.edits.push(edit);
    this.distances.push(near.outcome.state === 'scored' ? near.outcome.distanceBits : refusedDistance);
    this.equal.push(Number(equality.outcome.state === 'scored' && equality.outcome.equal !== null));
  }

  merge(following: Compared, groups: Renumbering, edits: Renumbering): void {
    this.groups.merge(following.groups, groups);
    this.edits.merge(following.edits, edits);
    this.distances.merge(following.distances);
    this.equal.merge(following.equal);
  }
}

/** Beyond every threshold. */
const refusedDistance = 0xffff;

/** The equality rows of the evaluation: of listed pictures, and of innocent ones as they are. */
export class EqualityCounts {
  rows = 0;
  readonly transforms = new Numbered();
  readonly listed = new Compared();
  /** Those of the unedited listed pictures that were forwarded byte for byte. */
  readonly forwarded = new Compared();
  readonly innocent = new Compared();
  readonly #experiment: Pick<Experiment, 'seed' | 'messages'>;

  constructor(experiment: Pick<Experiment, 'seed' | 'messages'>) {
    this.#experiment = experiment;
  }

  /** `group`: the number of the picture's group. */
  add(row: EqualityRow, group: number): void {
    if (row.split !== 'evaluation') return;
    this.rows++;
    if (row.content === 'listed') {
      this.listed.push(row, group, this.transforms.of(row.transform));
      if (row.transform === 'none' && isForwarded(this.#experiment, row.picture)) this.forwarded.push(row, group, 0);
    } else if (row.content === 'innocent' && row.transform === 'none') this.innocent.push(row, group, 0);
  }

  merge(following: EqualityCounts, groups: Renumbering): void {
    const transforms = this.transforms.merge(following.transforms);
    this.rows += following.rows;
    this.listed.merge(following.listed, groups, transforms);
    // Their edit is not used, and has no number of its own.
    this.forwarded.merge(following.forwarded, groups, Uint32Array.of(0));
    this.innocent.merge(following.innocent, groups, Uint32Array.of(0));
  }
}

/** The gap on the evaluation split, at the threshold that strategies match with; null when nothing was compared. */
export function equalityGap(
  { rows, transforms, listed, forwarded, innocent }: EqualityCounts,
  experiment: Experiment,
  thresholdBits: number,
): EqualityGap | null {
  if (rows === 0) return null;
  const side = (of: Compared, counts: (edit: number) => boolean, stream: string): EqualityGap['allEdits'] => {
    const rng = (what: string) => seededRng(experiment.seed, `bootstrap/equality/${what}/${stream}`);
    const [near, equality, lost] = [new ClusterCounts(), new ClusterCounts(), new PairedCounts()];
    for (let i = 0; i < of.groups.length; i++) {
      if (!counts(of.edits.at(i))) continue;
      const [group, isNear, isEqual] = [of.groups.at(i), of.distances.at(i) <= thresholdBits, of.equal.at(i) === 1];
      near.add(group, isNear);
      equality.add(group, isEqual);
      lost.add(group, isNear, isEqual);
    }
    return {
      near: clusteredClasses(near.classes(), rng('near')),
      equality: clusteredClasses(equality.classes(), rng('equality')),
      lost: pairedClasses(lost.table, lost.classes(), rng('lost')),
    };
  };
  const edits = [...transforms.names()].map((transform, edit) => ({ transform, edit }));
  const asSent = transforms.find('none');
  const { hash, equalityHash, forwarded: share } = experiment.messages;
  return {
    near: { hash, thresholdBits },
    equality: { hash: equalityHash, bits: hashFactsOf(equalityHash, experiment).bits },
    // As sent first; edits stay in the order of the experiment, in which the rows are.
    listed: edits
      .sort((a, b) => Number(b.edit === asSent) - Number(a.edit === asSent))
      .map(({ transform, edit }) => ({ transform, ...side(listed, (each) => each === edit, transform) })),
    ...(share ? { forwarded: { ...share, ...side(forwarded, () => true, 'forwarded') } } : {}),
    allEdits: side(listed, (each) => each !== asSent, 'edits'),
    innocent: side(innocent, () => true, 'innocent'),
  };
}
