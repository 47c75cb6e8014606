/**
 * The pairs of a challenge: every edited copy with its own original, and with some originals of other groups. They follow from the key alone, so
 * that the scorer needs no file of the challenge for them. A decoy has pairs with other pictures' originals only.
 */
import { seededRng } from '../util/rng.ts';
import type { Key, KeyFile, KeyPicture } from './key.ts';

/** A pair of files. */
export interface Pair {
  /** The edited copy or the decoy: its name, which can be that of a duplicate. */
  readonly query: string;
  readonly original: string;
  readonly genuine: boolean;
  /** The file that the query duplicates; such pairs are only compared with that file's, and not scored. */
  readonly duplicateOf?: string;
  readonly of: KeyPicture;
  readonly edit: string;
  /** The other picture; the same as `of` if genuine. */
  readonly against: KeyPicture;
}

/** The prepared original's file. */
export const originalOf = ({ files }: KeyPicture): KeyFile | undefined => files.find(({ edit }) => edit === 'none');

/** Attempts to draw an original of another group, for each one wanted. */
const attempts = 20;

/** Every pair, in the order of the key. */
export function* pairsOf({ header, pictures }: Key): Generator<Pair> {
  const originals = { calibration: [] as KeyPicture[], evaluation: [] as KeyPicture[] };
  for (const each of pictures) if (each.role === 'original' && originalOf(each)) originals[each.part].push(each);
  for (const of of pictures) {
    const own = of.role === 'original' ? originalOf(of) : undefined;
    for (const file of of.files) {
      if (file === own) continue;
      const against: KeyPicture[] = own ? [of] : [];
      const others = originals[of.part];
      const rng = seededRng(header.seed, `challenge/pairs/${header.salt}/${file.name}`);
      const wanted = against.length + header.impostors;
      for (let i = 0; i < attempts * header.impostors && against.length < wanted && others.length > 0; i++) {
        const other = rng.pick(others);
        if (other.group !== of.group && !against.includes(other)) against.push(other);
      }
      for (const other of against) {
        const pair = { original: originalOf(other)!.name, genuine: other === of, of, edit: file.edit, against: other };
        yield { ...pair, query: file.name };
        if (file.duplicate !== undefined) yield { ...pair, query: file.duplicate, duplicateOf: file.name };
      }
    }
  }
}

/** Name of a pair, whichever file comes first. */
export const pairName = (a: string, b: string): string => (a < b ? `${a},${b}` : `${b},${a}`);
