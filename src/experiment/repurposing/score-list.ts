/**
 * A poisoned list, from rows: each location of the evaluation is the target in turn, on a list of its own. Thresholds are chosen on
 * calibration locations and bystanders; what is written down is of the others.
 */
import { clusteredCounts } from '../../metric/bootstrap.ts';
import { proportion } from '../../metric/proportion.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { RepurposingExperiment } from './experiment.ts';
import type { PoisonedCell, PoisonedHash, ThresholdMetrics } from './metrics.ts';
import { insertedAt } from './score-facts.ts';
import {
  choices,
  type HashWorld,
  type InsertChoice,
  insertedNumbers,
  nearestOfFirst,
  never,
} from './score-matching.ts';
import {
  type Counts,
  chosenThresholds,
  controlAt,
  countRows,
  crossedRate,
  elsewhereRate,
  ownRate,
  shareFromLocation,
  type TargetList,
  targetLists,
} from './score-parts.ts';

/** Everything that one hash does. */
export function poisonedHash(world: HashWorld, experiment: RepurposingExperiment): PoisonedHash {
  const { facts, listed, bystanders } = world;
  const { list, seed, visit } = experiment;
  const numbers = insertedNumbers(list.poisoned, list.entries);
  const inserted = numbers.map((each) => each.inserted);
  const reference = inserted.indexOf(insertedAt(list.reference, list.entries));
  const lists = {
    random: targetLists(world, 'random', inserted),
    'k-medoids': targetLists(world, 'k-medoids', inserted),
  };
  const { columns, groups } = lists.random;
  const photographs = lists.random.lists.flatMap(({ location }) => location.heldOut);
  // Honest lists, shortened by what was inserted; the last is whole.
  const sizes = [...inserted.map((number) => list.entries - number), list.entries].sort((a, b) => a - b);
  const honest = {
    photographs: nearestOfFirst(photographs, listed, sizes, facts.bits),
    bystanders: nearestOfFirst(bystanders.evaluation, listed, sizes, facts.bits),
  };
  const onHonest = (table: Uint16Array, row: number, size: number, bits: number): boolean =>
    table[row * sizes.length + sizes.indexOf(size)]! <= bits;
  const rngOf = (...what: (string | number)[]): Rng => seededRng(seed, `interval/${facts.name}/${what.join('/')}`);

  const cellAt = (bits: number, column: number, choice: InsertChoice): PoisonedCell | undefined => {
    const { share, inserted: number } = numbers[column]!;
    const able = lists[choice].lists.filter(({ location }) => location.orders[choice].length >= number);
    if (able.length < 2) return undefined;
    const rng = rngOf(bits, share, choice);
    const photograph = (target: TargetList, row: number): boolean =>
      target.photographs[row * columns + column]! <= bits;
    const stranger = (target: TargetList, row: number): boolean => target.bystanders[row * columns + column]! <= bits;
    const hit = ownRate(able, photograph, rng);
    const alarms = crossedRate(able, groups, stranger, rng);
    return {
      share,
      inserted: number,
      choice,
      hit,
      visits: clusteredCounts(
        able.map((target) =>
          countRows(Math.floor((target.to - target.from) / visit), (tour) =>
            Array.from({ length: visit }, (_, i) => target.from + tour * visit + i).some((row) =>
              photograph(target, row),
            ),
          ),
        ),
        rng,
      ),
      elsewhere: elsewhereRate(able, photographs.length, photograph, rng),
      bystanders: alarms,
      flagged: crossedRate(
        able,
        groups,
        (target, row) => stranger(target, row) || onHonest(honest.bystanders, row, list.entries - number, bits),
        rng,
      ),
      fromLocation: shareFromLocation(hit, alarms),
    };
  };

  const thresholds = chosenThresholds(world, experiment).map(
    ({ bits, reasons, calibration }): ThresholdMetrics => ({
      bits,
      reasons,
      calibration,
      honest: {
        flagged: clusteredCounts(
          byCluster(groups, (row) => onHonest(honest.bystanders, row, list.entries, bits)),
          rngOf(bits, 'flagged'),
        ),
        location: ownRate(
          lists.random.lists,
          (_, row) => onHonest(honest.photographs, row, list.entries, bits),
          rngOf(bits, 'location'),
        ),
      },
      ...robustnessAt(world, bits, rngOf(bits, 'edited')),
      cells: choices.flatMap((choice) => numbers.flatMap((_, column) => cellAt(bits, column, choice) ?? [])),
      byStandpoints: standpointsOf(lists.random.lists).map((standpoints) => ({
        standpoints,
        share: list.reference,
        hit: ownRate(
          lists.random.lists.filter(({ location }) => location.standpoints === standpoints),
          (target, row) => target.photographs[row * columns + reference]! <= bits,
          rngOf(bits, 'standpoints', standpoints),
        ),
      })),
    }),
  );
  return {
    name: facts.name,
    bits: facts.bits,
    deep: facts.deep,
    belowQuality: world.belowQuality,
    thresholds,
    controls: thresholds.flatMap(({ bits: threshold, reasons }) =>
      (['operator', 'insider'] as const)
        .filter((reason) => reasons.includes(reason))
        .map((reason) =>
          controlAt(
            lists.random,
            { threshold, reason, inserted: inserted[reference]!, column: reference, bits: facts.bits },
            rngOf('control', threshold, reason),
          ),
        ),
    ),
  };
}

const standpointsOf = (lists: readonly TargetList[]): number[] =>
  [...new Set(lists.flatMap(({ location }) => location.standpoints ?? []))].sort((a, b) => a - b);

/** Counts by cluster of the row. */
function byCluster(clusters: readonly number[], holds: (row: number) => boolean): Counts[] {
  const counts = new Map<number, Counts>();
  clusters.forEach((cluster, row) => {
    const [k, n] = counts.get(cluster) ?? [0, 0];
    counts.set(cluster, [k + Number(holds(row)), n + 1]);
  });
  return [...counts.values()];
}

/** Edited copies that match their own original, by edit, and all together by picture. */
function robustnessAt(
  { edited, facts }: HashWorld,
  bits: number,
  rng: Rng,
): Pick<ThresholdMetrics, 'edited' | 'robustness'> {
  const found = edited.map(({ edit, copy, original }) => {
    const distance = copy.hash ? nearestOfFirst([copy], [original], [1], facts.bits)[0]! : never;
    return { edit, picture: original.picture, match: distance <= bits };
  });
  const pictures = new Map<string, number>();
  const clusters = found.map(({ picture }) => {
    if (!pictures.has(picture)) pictures.set(picture, pictures.size);
    return pictures.get(picture)!;
  });
  return {
    edited: [...new Set(found.map(({ edit }) => edit))].map((edit) => {
      const these = found.filter((each) => each.edit === edit);
      return { edit, found: proportion(these.filter(({ match }) => match).length, these.length) };
    }),
    robustness: clusteredCounts(
      byCluster(clusters, (row) => found[row]!.match),
      rng,
    ),
  };
}
