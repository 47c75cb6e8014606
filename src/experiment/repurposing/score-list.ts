/**
 * A poisoned list, from rows: each location of the evaluation is the target in turn, on a list of its own. Thresholds are chosen on
 * calibration locations and bystanders; what is written down is of the others.
 */
import { clusteredCounts } from '../../metric/bootstrap.ts';
import { proportion } from '../../metric/proportion.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { RepurposingExperiment } from './experiment.ts';
import type { ClaimVerdict, PoisonedCell, PoisonedHash, RepurposingMetrics, ThresholdMetrics } from './metrics.ts';
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

// Published claims beside what a run measured, and whether the two can be compared at all.

/** Claims of the abstracts, as rates of the photographs of a location against the share of the database that was poisoned. */
const hooda = [
  {
    claim: 'physical surveillance of more than 40 % by poisoning 5 % of the hash database',
    source: 'Hooda et al., arXiv 2212.04107',
    rate: 0.4,
    share: 0.05,
  },
  {
    claim: 'more than 30 % by poisoning 0.2 % of it',
    source: 'Hooda et al., NDSS 2024',
    rate: 0.3,
    share: 0.002,
  },
] as const;

const unlike =
  'Alike: hashes of photographs of a place are put on the list, and other photographs of it are asked for. Unlike: their places, hashes, list and way of choosing are others, and a share of a short list is fewer photographs than the same share of a long one';

type Facts = Pick<RepurposingMetrics, 'hashes' | 'list' | 'tradeoff' | 'classifier' | 'locations'>;

/** Every claim with its verdict. */
export function claimsOf(facts: Facts): ClaimVerdict[] {
  return [...hooda.map((claim) => rateClaim(claim, facts)), tradeoffClaim(facts), classifierClaim(facts)];
}

function rateClaim(
  { claim, source, rate, share }: (typeof hooda)[number],
  { hashes, list, locations }: Facts,
): ClaimVerdict {
  const found = (['authors', 'operator'] as const).flatMap((reason) => {
    const cells = hashes.flatMap((hash) => {
      const at = hash.thresholds.find(({ reasons }) => reasons.includes(reason));
      return (at?.cells ?? [])
        .filter((cell) => cell.share === share)
        .map((cell) => ({
          hash: hash.name,
          bits: at!.bits,
          ...cell,
          low: Math.min(cell.hit.low, cell.hit.clusterLow),
        }));
    });
    return cells.length === 0 ? [] : [{ reason, cells }];
  });
  if (found.length === 0)
    return {
      claim,
      source,
      measured: 'not run at this share',
      verdict: 'not comparable',
      why: `A list of ${list.entries} entries, or the photographs of a location, are too few for this share. ${unlike}.`,
    };
  const words = found.map(({ reason, cells }) => {
    const best = cells.reduce((a, b) => (b.low > a.low ? b : a));
    const above = new Set(cells.filter(({ low }) => low > rate).map(({ hash }) => hash)).size;
    const range = `[${inPercent(best.low)}, ${inPercent(Math.max(best.hit.high, best.hit.clusterHigh))}]`;
    return `at ${reason === 'authors' ? "the authors'" : "the operator's"} thresholds ${above} of ${hashes.length} hashes above ${inPercent(rate)}; most under ${best.hash} ≤ ${best.bits}, ${inPercent(best.hit.estimate ?? 0)} ${range} (${best.inserted} of ${list.entries} entries, ${best.choice}; the whole list flags ${inPercent(best.flagged.estimate ?? 0)} of ordinary pictures)`;
  });
  const above = found.some(({ cells }) => cells.some(({ low }) => low > rate));
  const open = found.some(({ cells }) => cells.some(({ hit }) => Math.max(hit.high, hit.clusterHigh) > rate));
  return {
    claim,
    source,
    measured: words.join('; '),
    verdict: above ? 'reproduced' : 'not reproduced',
    why: `${!above && open ? 'Not refuted either: intervals hold the claim. ' : ''}Reproduced as an analogue means: the interval of at least one hash, at its authors' threshold or one that an operator would choose, lies above the claim. ${unlike}${locations.drawn ? '; ours are drawn, and how much photographs of one place differ was our choice' : '; ours are labels that stand for places'}.`,
  };
}

function tradeoffClaim({ tradeoff }: Facts): ClaimVerdict {
  const claim = 'more robust detection leads to more physical surveillance, in most settings';
  const source = 'Hooda et al., NDSS 2024 and arXiv 2212.04107';
  if (!tradeoff || tradeoff.pairs === 0)
    return {
      claim,
      source,
      measured: 'no two hashes to compare',
      verdict: 'not comparable',
      why: 'Too few hashes were run.',
    };
  const { pairs, concordant, tau } = tradeoff;
  return {
    claim,
    source,
    measured: `${concordant} of ${pairs} pairs of hashes at the operator's thresholds, Kendall's τ ${tau.toFixed(2)}`,
    verdict: concordant > pairs / 2 ? 'reproduced' : 'not reproduced',
    why: 'Within one hash it holds by construction, since a looser threshold loses nothing; so hashes are compared with each other, each at the threshold with the same false alarms on calibration. A handful of hashes gives no interval, and the edits are ours.',
  };
}

function classifierClaim({ classifier }: Facts): ClaimVerdict {
  const few = classifier?.cells.filter(({ poisoned, hidden }) => poisoned > 0 && hidden.most <= 2) ?? [];
  const single = few.map(({ targetKind, hidden, hit }) => {
    const range = `[${inPercent(Math.min(hit.low, hit.clusterLow))}, ${inPercent(Math.max(hit.high, hit.clusterHigh))}]`;
    const count = hidden.least === hidden.most ? `${hidden.most}` : `${hidden.least} to ${hidden.most}`;
    return `${inPercent(hit.estimate ?? 0)} ${range} (${targetKind}, ${count} hidden in training)`;
  });
  return {
    claim: 'a targeted person is identified 67 % of the time, enabled by one image on the list',
    source: 'Jain, Crețu, Cully & de Montjoye, arXiv 2306.11924',
    measured: single.length > 0 ? single.join('; ') : 'not run with one or two hidden pictures',
    verdict: 'not comparable',
    why: 'They train a deep hash to recognise faces beside copies, and one listed image then finds a person. Here a head on the features of a fixed network is taught a benign class or place: no faces, no hash, another training.',
  };
}

const inPercent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
