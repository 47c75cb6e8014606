/** Whom attacks attack: pictures of the evaluation part, one a group, chosen by the seed once hashes and scores are known. */

import { isExact } from '../../hash/exact-hashes.ts';
import { hammingDistance } from '../../hash/hamming.ts';
import { chooseScoreThreshold, type ScoreThreshold } from '../../metric/operating-point.ts';
import { foundHashes, type HashedRow } from '../../schema/hashed.ts';
import type { ClassifyRow } from '../../schema/observation.ts';
import { hashFactsOf, type WithDetectors } from '../../score/hash-facts.ts';
import { hashedRows } from '../../score/hash-table.ts';
import { classifyRows, scoreOf } from '../../score/thresholds.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { Evasion } from './experiment.ts';
import type { EvasionRow } from './rows.ts';

/** The evaded hashes that have other thresholds than their authors': all but exact ones, under which only equal files match. */
export const withThresholds = ({ evasion }: Evasion): Evasion['evasion']['targets'] =>
  evasion.targets.filter(({ hash }) => !isExact(hash));

/** A picture whose working copy has a hash of every kind that its authors trust. */
export interface Source {
  readonly picture: string;
  readonly group: string;
  readonly topic: string;
  readonly part: HashedRow['part'];
  readonly hashes: ReadonlyMap<string, Uint8Array>;
}

/** A picture that is altered, and the one whose entry it is to match. */
export interface Pair {
  readonly source: Source;
  readonly aim: Source;
}

/** The working copies that every hash of the experiment has and trusts, one a group, in the order of the rows. */
export function trusted(rows: readonly EvasionRow[], experiment: WithDetectors = {}): Source[] {
  const groups = new Set<string>();
  return hashedRows(rows).flatMap(({ picture, group, topic, part, outcome }): Source[] => {
    if (outcome.state !== 'hashed' || groups.has(group)) return [];
    const found = foundHashes(outcome);
    // A detector refused the others.
    if (found.length < Object.keys(outcome.hashes).length) return [];
    if (found.some(([name, { quality }]) => quality < hashFactsOf(name, experiment).minQuality)) return [];
    groups.add(group);
    return [{ picture, group, topic, part, hashes: new Map(found.map(([name, { hex }]) => [name, fromHex(hex)])) }];
  });
}

/** Pictures of the evaluation part, in an order drawn by the seed. */
const shuffled = (rows: readonly EvasionRow[], experiment: Evasion): Source[] =>
  seededRng(experiment.seed, 'sources').shuffle(trusted(rows, experiment).filter(({ part }) => part === 'evaluation'));

/** The pictures that are to lose their own entries. */
export const sources = (rows: readonly EvasionRow[], experiment: Evasion): Source[] =>
  shuffled(rows, experiment).slice(0, experiment.evasion.pictures);

/** The picture whose hash is furthest from the source's: what stands in its place in the positive control. */
export function furthest(source: Source, among: readonly Source[], hash: string): Source {
  const own = source.hashes.get(hash)!;
  const distance = (each: Source): number => hammingDistance(own, each.hashes.get(hash)!);
  return among.reduce((best, each) => (distance(each) > distance(best) ? each : best), source);
}

/** Pictures and their aims: the next in the drawn order that none of the hashes takes for the source already. */
export function pairs(rows: readonly EvasionRow[], experiment: Evasion): Pair[] {
  const { collision } = experiment;
  if (!collision) return [];
  const drawn = shuffled(rows, experiment);
  const apart = (a: Source, b: Source): boolean =>
    collision.targets.every(
      ({ hash }) => hammingDistance(a.hashes.get(hash)!, b.hashes.get(hash)!) > hashFactsOf(hash, experiment).threshold,
    );
  return drawn.slice(0, collision.pairs).flatMap((source, i) => {
    const others = [...drawn.slice(i + 1), ...drawn.slice(0, i)];
    const aim = others.find((each) => apart(source, each));
    return aim ? [{ source, aim }] : [];
  });
}

/** A label that is attacked: its threshold, and the pictures that it finds. */
export interface Labelled {
  readonly index: number;
  readonly threshold: ScoreThreshold;
  /** Pictures of the label at or above the threshold. */
  readonly found: readonly ClassifyRow[];
  /** The calibration picture with the lowest score: what stands in their place in the positive control. */
  readonly lowest: ClassifyRow | undefined;
}

/** The classifier's threshold (`index` is the place of the label among its scores), chosen on calibration pictures of other labels, and whom it finds; one picture a group. */
export function labelled(
  rows: readonly EvasionRow[],
  { classifier }: Evasion,
  index: number | undefined,
): Labelled | undefined {
  if (!classifier || index === undefined) return undefined;
  const scored = classifyRows(rows, classifier.name);
  const others = scored.filter(({ split }) => split === 'calibration');
  const threshold = chooseScoreThreshold(
    others.map((row) => scoreOf(row, index)),
    classifier.targetFpr,
  );
  const found = scored.filter((row) => row.split === 'evaluation' && scoreOf(row, index) >= threshold.score);
  const lowest = [...others].sort((a, b) => scoreOf(a, index) - scoreOf(b, index))[0];
  return { index, threshold, found: found.slice(0, classifier.pictures), lowest };
}
