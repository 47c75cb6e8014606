/** From rows to sets of unrelated pictures, with what counts as a copy among them. */

import { distanceBits } from '../../hash/hamming.ts';
import { eachDistance, groupedHashes } from '../../match/pair-distances.ts';
import { ofType } from '../../schema/row.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { fromHex } from '../../util/hex.ts';
import type { EqualityExperiment } from './experiment.ts';
import type { EqualityPictureRow, EqualityRunRow } from './rows.ts';
import type { HashedPictures } from './score-accidents.ts';

/** The set of the evaluation pictures themselves. */
export const evaluationSource = 'evaluation pictures';
export const miniatureSource = 'miniatures';
export const tableSource = 'table of photographs';

/** A set of pictures of which no two have to do with each other, but for copies that nobody grouped. */
export interface Source {
  readonly name: string;
  readonly pictures: number;
  /** Pictures by hash; a picture whose hash was not computed is left out. */
  readonly byHash: ReadonlyMap<string, HashedPictures>;
  /** The same for hashes of the visual derivative. */
  readonly second: ReadonlyMap<string, HashedPictures>;
  /** Whether two pictures, by number, are as near as copies; undefined where no two can be. */
  readonly isCopy?: (a: number, b: number) => boolean;
  /** Pairs as near as copies among these pictures. */
  copiesAmong(numbers: readonly number[]): number;
}

interface Gathered {
  readonly numbers: number[];
  readonly hashes: (Uint8Array | null)[];
}

const put = (into: Map<string, Gathered>, name: string, number: number, hex: string | null): void => {
  const known = into.get(name) ?? { numbers: [], hashes: [] };
  known.numbers.push(number);
  known.hashes.push(hex === null ? null : fromHex(hex));
  into.set(name, known);
};

/** One picture a group. */
export const evaluationPictures = (rows: readonly EqualityRunRow[]): EqualityPictureRow[] => {
  const seen = new Set<string>();
  return ofType(rows, 'equality-picture').filter(({ group }) => !seen.has(group) && seen.add(group));
};

/** Every set of a run, in the order in which reports list them; those without pictures are left out. */
export function sourcesOf(rows: readonly EqualityRunRow[], experiment: EqualityExperiment): Source[] {
  const [own, derived] = [new Map<string, Gathered>(), new Map<string, Gathered>()];
  const pictures = evaluationPictures(rows);
  pictures.forEach(({ renderings }, i) => {
    const original = renderings.find(({ transform }) => transform === 'none');
    if (original?.outcome.state !== 'hashed') return;
    for (const [name, hex] of Object.entries(original.outcome.hashes)) put(own, name, i, hex);
    for (const [name, hex] of Object.entries(original.outcome.second)) put(derived, name, i, hex);
  });
  const others = [miniatureSource, tableSource].map((name) => {
    const gathered = new Map<string, Gathered>();
    let count = 0;
    for (const row of ofType(rows, 'equality-unrelated')) {
      if (row.source !== name) continue;
      count = Math.max(count, row.from + row.pictures);
      for (const [hash, { hex, none }] of Object.entries(row.hashes)) {
        const width = hex.length / row.pictures;
        const without = new Set(none);
        for (let i = 0; i < row.pictures; i++)
          put(gathered, hash, row.from + i, without.has(row.from + i) ? null : hex.slice(i * width, (i + 1) * width));
      }
    }
    return sourceOf(name, count, gathered, gathered, name === miniatureSource ? undefined : experiment);
  });
  return [sourceOf(evaluationSource, pictures.length, own, derived, experiment), ...others].filter(
    (source) => source.pictures > 0,
  );
}

function sourceOf(
  name: string,
  pictures: number,
  byHash: Map<string, Gathered>,
  second: Map<string, Gathered>,
  experiment: EqualityExperiment | undefined,
): Source {
  const apart = experiment && byHash.get(experiment.unrelated.apart.hash);
  if (!experiment || !apart) return { name, pictures, byHash, second, copiesAmong: () => 0 };
  const { hash, bits } = experiment.unrelated.apart;
  const of = new Map(apart.numbers.map((number, i) => [number, apart.hashes[i]!]));
  const isCopy = (a: number, b: number): boolean => {
    const [one, other] = [of.get(a), of.get(b)];
    return !!one && !!other && distanceBits(one, other) <= bits;
  };
  const counted = new Map<string, number>();
  const copiesAmong = (numbers: readonly number[]): number => {
    const key = numbers.length === pictures ? 'all' : numbers.join(' ');
    const known =
      counted.get(key) ??
      pairsWithin(
        numbers.flatMap((each) => of.get(each) ?? []),
        hashFactsOf(hash, experiment).bits,
        bits,
      );
    counted.set(key, known);
    return known;
  };
  return { name, pictures, byHash, second, isCopy, copiesAmong };
}

/** Pairs of hashes of a length that are within so many bits, counted and not kept. */
function pairsWithin(hashes: readonly Uint8Array[], length: number, bits: number): number {
  const laid = groupedHashes(hashes, hashes.keys(), length);
  let count = 0;
  eachDistance(laid, laid, (i, j, distance) => {
    if (i < j && distance <= bits) count++;
  });
  return count;
}
