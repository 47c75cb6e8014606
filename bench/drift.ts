/** Measures PDQ's drift when a picture is decoded at reduced scale: exact and fast hash of every photograph that is reduced. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { distanceBits } from '../src/hash/hamming.ts';
import { pdqOf } from '../src/hash/pdq.ts';
import { decode, RefusedError } from '../src/image/decode.ts';
import { decodeFast } from '../src/image/decode-fast.ts';

/** Minimum quality for Meta's rule about other implementations, and the number of bits that it allows. */
export const driftRule = { minQuality: 80, bits: 10 } as const;

/** One reduced photograph. */
export interface Drift {
  /** Path below the folder. */
  readonly file: string;
  /** Quality of the exact hash. */
  readonly quality: number;
  readonly bits: number;
}

/** Result for a folder: the number of photographs, and the reduced ones. */
export interface Drifts {
  readonly photographs: number;
  readonly reduced: readonly Drift[];
}

/** Hashes every JPEG below a folder both ways. Photographs that are not reduced do not drift: they are decoded exactly. */
export async function driftsOf(folder: string): Promise<Drifts> {
  const reduced: Drift[] = [];
  let photographs = 0;
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.jpe?g$/i.test(file)) continue;
    const bytes = readFileSync(join(folder, file));
    try {
      const fast = await decodeFast(bytes);
      photographs++;
      if (!fast.reduced) continue;
      const exact = pdqOf(await decode(bytes), {}).own;
      const bits = distanceBits(exact.hash, pdqOf(fast.image, fast).own.hash);
      reduced.push({ file, quality: exact.quality, bits });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
  }
  return { photographs, reduced };
}

/** One line for each set (the top-level folder) and one for all, over photographs of the rule's minimum quality. */
export function driftLines({ photographs, reduced }: Drifts): string[] {
  const counted = reduced.filter(({ quality }) => quality >= driftRule.minQuality);
  const sets = [...new Set(counted.map(({ file }) => file.split(/[\\/]/)[0]!))];
  const line = (name: string, drifts: readonly Drift[]): string => {
    const bits = drifts.map((each) => each.bits);
    const counts = [...new Set(bits)].sort((a, b) => a - b);
    const distribution = counts.map((value) => `${value}: ${bits.filter((each) => each === value).length}`).join(', ');
    return `${name}: ${bits.length} reduced, at most ${Math.max(0, ...bits)} bits (bits: photographs; ${distribution})`;
  };
  return [
    `drift of --fast at quality ${driftRule.minQuality} and more, of ${photographs} JPEGs (the others are decoded exactly):`,
    ...sets.map((set) =>
      line(
        set,
        counted.filter(({ file }) => file.startsWith(set)),
      ),
    ),
    line('all', counted),
  ];
}
