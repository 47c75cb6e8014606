/** What a role has of a picture, in one word: for the panels and the table of all strategies. */
import type { Inference } from './infer.ts';

export type Sees = 'content' | 'hash' | 'some' | 'nothing';

/** The most that any inference gives: the picture, its hash, a part of it or whether it matched, or nothing of it. */
export function seesOf(known: readonly Inference[]): Sees {
  const knows = (what: Inference['knows']): boolean => known.some((each) => each.knows === what);
  if (knows('content')) return 'content';
  if (knows('hash')) return 'hash';
  return (['prefix', 'bucket', 'match'] as const).some(knows) ? 'some' : 'nothing';
}
