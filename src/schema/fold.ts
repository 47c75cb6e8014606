/** Folding rows: state that grows by batches, so that what is computed from the rows of a run needs none of them in memory. */
import type { Row, RowSource } from './row.ts';

/** State that rows are folded into. An empty one is made by its constructor. R: the rows. */
export interface Fold<R extends Row> {
  /** Adds the next rows; rows of other types are passed over. */
  add(rows: readonly R[]): void;
  /** Adds the state of the rows that follow, as if they had been added here. The other one must not be used afterwards. */
  merge(following: this): void;
}

/** Folds the rows of some types; without types: all rows, one type after the other. */
export async function folded<R extends Row, F extends Fold<R>, T extends R['row']>(
  source: RowSource<R>,
  fold: F,
  ...types: readonly T[]
): Promise<F> {
  for await (const batch of source.of(...types)) fold.add(batch);
  return fold;
}
