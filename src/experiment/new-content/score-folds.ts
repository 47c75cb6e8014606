/** Folds of a new-content run: in each one source is held out, from the list and from training. Pure functions of the rows. */

import { validationGroups } from '../../score/head-split.ts';
import { seededRng } from '../../util/rng.ts';
import type { NewContent } from './experiment.ts';
import type { LookedRow } from './rows.ts';

/** What is asked in one fold. Every evaluation picture is asked once as known, target content once more as new. */
export interface Fold {
  /** The source that is held out. */
  readonly held: string;
  /** Every listed picture of the other sources. */
  readonly list: readonly LookedRow[];
  /** Innocent pictures on which thresholds are chosen. */
  readonly calibration: readonly LookedRow[];
  /** Innocent pictures of the evaluation part; `counted` are those whose false positives this fold counts. */
  readonly innocent: readonly LookedRow[];
  readonly counted: ReadonlySet<string>;
  /** Target content whose source is known in this fold, and whose detection this fold counts: every rendering. */
  readonly known: readonly LookedRow[];
  /** Unlisted pictures of the source that is held out. */
  readonly fresh: readonly LookedRow[];
}

/** One fold a source, in the order of the experiment. */
export function foldsOf(rows: readonly LookedRow[], { sources, seed }: NewContent): Fold[] {
  const names = Object.keys(sources);
  const unedited = rows.filter(({ transform }) => transform === 'none');
  // The other pictures of a listed one's series are no news, and left out.
  const listedGroups = new Set(unedited.flatMap(({ listed, group }) => (listed ? [group] : [])));
  const evaluated = rows.filter(
    ({ part, listed, group }) => part === 'evaluation' && (listed || !listedGroups.has(group)),
  );
  const calibration = unedited.filter(({ source, part }) => source === null && part === 'calibration');
  const innocent = unedited.filter(({ source, part }) => source === null && part === 'evaluation');
  const groups = seededRng(seed, 'folds').shuffle([...new Set(innocent.map(({ group }) => group))].sort());
  const foldOf = new Map(groups.map((group, i) => [group, i % names.length]));
  return names.map((held, fold): Fold => {
    // The source before this one in a ring: each source is known in exactly one fold that counts it.
    const known = names[(fold + names.length - 1) % names.length]!;
    return {
      held,
      list: unedited.filter(({ listed, source }) => listed && source !== held),
      calibration,
      innocent,
      counted: new Set(innocent.filter(({ group }) => foldOf.get(group) === fold).map(({ picture }) => picture)),
      known: evaluated.filter(({ source }) => source === known),
      fresh: evaluated.filter(({ source, listed }) => source === held && !listed),
    };
  });
}

/** What a head is trained on, and asked, in a fold. */
interface HeadPlan {
  readonly training: readonly TrainingPicture[];
  readonly validation: readonly TrainingPicture[];
  readonly asked: readonly KeptEmbedding[];
}

/** The training pictures of all sources but the one held out; whole groups of each source are drawn for validation. */
export function headPlan(rows: readonly LookedRow[], fold: Fold, { seed }: NewContent): HeadPlan {
  const scored = (row: LookedRow): boolean => row.outcome.state === 'scored';
  const pool = rows.filter(
    (row) => row.transform === 'none' && row.part === 'training' && row.source !== fold.held && scored(row),
  );
  const bySource = new Map<string, Set<string>>();
  for (const { source, group } of pool) {
    const name = source ?? 'innocent';
    bySource.set(name, (bySource.get(name) ?? new Set()).add(group));
  }
  // The same draw in every fold, so that heads differ by the source that is held out and by nothing else.
  const drawn = validationGroups(bySource, seed);
  const learnt = (validation: boolean): TrainingPicture[] =>
    pool
      .filter(({ group }) => drawn.has(group) === validation)
      .map(({ picture, group, source }) => ({ picture, group, target: source !== null }));
  return {
    training: learnt(false),
    validation: learnt(true),
    asked: [...fold.calibration, ...fold.innocent, ...fold.known, ...fold.fresh]
      .filter(scored)
      .map(({ picture, transform }) => ({ picture, transform })),
  };
}

/** A rendering whose embedding was kept. */
export interface KeptEmbedding {
  readonly picture: string;
  readonly transform: string;
}

/** A picture that a head learns from. */
export interface TrainingPicture {
  readonly picture: string;
  readonly group: string;
  readonly target: boolean;
}
