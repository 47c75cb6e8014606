/** What its worker threads do. */
import { seededRng } from '../../../../src/util/rng.ts';
import type { ThrowRow } from './rows.ts';

export const throwDie = ({ seed, number }: { seed: number; number: number }): ThrowRow => ({
  row: 'throw',
  number,
  face: 1 + seededRng(seed, `throw/${number}`).int(6),
});
