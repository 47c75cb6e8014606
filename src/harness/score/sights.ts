/** What every detector of a new-content run has to go by, in one fold: distances to the fold's list, the label's score, the fold's head. */

import { hammingDistance } from '../../hash/hamming.ts';
import { hashByName } from '../../hash/index.ts';
import type { NewContent } from '../../schema/new-content.ts';
import type { HeadRow, LookedRow } from '../../schema/new-content-rows.ts';
import { fromHex } from '../../util/hex.ts';
import type { Fold } from '../new-content/folds.ts';

/** One rendering as detectors see it. A picture without a hash or score is farther than any distance and scores 0. */
export interface Sight {
  readonly row: LookedRow;
  /** To the nearest listed picture; bits + 1 without a hash. */
  readonly bits: number;
  readonly secondBits: number;
  readonly label: number;
  readonly head: number;
}

/** A fold as detectors see it. */
export interface SeenFold {
  readonly held: string;
  readonly calibration: readonly Sight[];
  readonly innocent: readonly Sight[];
  readonly counted: ReadonlySet<string>;
  readonly known: readonly Sight[];
  readonly fresh: readonly Sight[];
}

/** Looks at folds with both hashes, the label and the heads. */
export function sightsOf(
  folds: readonly Fold[],
  heads: readonly HeadRow[],
  { hash, secondHash }: NewContent,
  label: number,
): SeenFold[] {
  const first = nearest(hash);
  const second = nearest(secondHash);
  return folds.map(({ held, list, calibration, innocent, counted, known, fresh }) => {
    const head = new Map(
      heads.find((row) => row.held === held)?.scores.map((each) => [`${each.transform} ${each.picture}`, each.target]),
    );
    const see = (rows: readonly LookedRow[]): Sight[] =>
      rows.map((row) => ({
        row,
        bits: first(row, list),
        secondBits: second(row, list),
        label: row.outcome.state === 'scored' ? row.outcome.scores[label]! : 0,
        head: head.get(`${row.transform} ${row.picture}`) ?? 0,
      }));
    return {
      held,
      calibration: see(calibration),
      innocent: see(innocent),
      counted,
      known: see(known),
      fresh: see(fresh),
    };
  });
}

/** The part of a fold's known content that is so called. */
export function knownOf({ known }: SeenFold, content: 'listed' | 'edited' | 'known source'): Sight[] {
  if (content === 'known source') return known.filter(({ row }) => !row.listed);
  return known.filter(({ row }) => row.listed && (row.transform === 'none') === (content === 'listed'));
}

/** Distance to the nearest entry of a list; the same pictures are compared in many folds, so that distances are kept by source. */
function nearest(name: string): (row: LookedRow, list: readonly LookedRow[]) => number {
  const { bits, minQuality } = hashByName(name);
  const hashes = new Map<LookedRow, Uint8Array | null>();
  const hashOf = (row: LookedRow): Uint8Array | null => {
    const known = hashes.get(row);
    if (known !== undefined) return known;
    const found = row.outcome.state === 'scored' ? row.outcome.hashes[name] : undefined;
    // Below its authors' least quality a picture is refused, so it matches nothing.
    const hash = found && found.quality >= minQuality ? fromHex(found.hex) : null;
    hashes.set(row, hash);
    return hash;
  };
  const distances = new Map<LookedRow, Map<LookedRow, number>>();
  return (row, list) => {
    const own = hashOf(row);
    if (!own) return bits + 1;
    const kept = distances.get(row) ?? new Map<LookedRow, number>();
    distances.set(row, kept);
    let best = bits + 1;
    for (const entry of list) {
      const listed = hashOf(entry);
      if (!listed) continue;
      const distance = kept.get(entry) ?? hammingDistance(own, listed);
      kept.set(entry, distance);
      if (distance < best) best = distance;
    }
    return best;
  };
}
