/** A uniform order from key material, for orders that must reveal nothing. A predictable generator is not sufficient. */
import { readU32 } from '../util/bytes.ts';
import type { RandomBytes } from './sodium.ts';

/** The items in a uniform order (Fisher & Yates). */
export function shuffled<T>(items: readonly T[], random: RandomBytes): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = below(i + 1, random);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/** A uniform integer from 0 to limit − 1, by rejection. */
function below(limit: number, random: RandomBytes): number {
  const fair = 0x1_0000_0000 - (0x1_0000_0000 % limit);
  for (;;) {
    const draw = readU32(random(4), 0);
    if (draw < fair) return draw % limit;
  }
}
