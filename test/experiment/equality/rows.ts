/** Made-up rows of an equality run, in which every rate is known. */
import { checkEquality } from '../../../src/experiment/equality/check.ts';
import type { EqualityPictureRow, EqualityUnrelatedRow } from '../../../src/experiment/equality/rows.ts';
import { miniatureSource, tableSource } from '../../../src/experiment/equality/score-sources.ts';
import { toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';

/** An experiment of two lengths, one edit and one as sent. */
export const small = checkEquality(
  {
    version: 1,
    kind: 'equality',
    name: 'equal',
    question: 'Which length?',
    seed: 7,
    dataset: { name: 'generated', pictures: 40 },
    calibrationShare: 0.5,
    calibrationPictures: 20,
    editedPictures: 20,
    lengths: [16, 8],
    families: [{ name: 'lda', of: 'frequencies', perSide: 3, colours: 3 }],
    hashes: [],
    banded: [{ of: 'lda', sampledBits: 8, tables: 2 }],
    sets: [
      { name: 'as-sent', edits: [{ name: 'messenger' }] },
      { name: 'edited', edits: [{ name: 'flip' }, { name: 'blur', sigma: 1 }] },
    ],
    mix: { asSent: 'as-sent', edited: 'edited', unedited: [{ share: 0.6, source: 'made up' }] },
    unrelated: { miniatures: 300, apart: { hash: 'pdq', bits: 90 } },
    sizes: [10, 1000, 1000000, 100000000],
    second: { derivative: [{ name: 'fit', side: 64 }], checks: [{ hash: 'phash', thresholdBits: 10 }] },
    limits: {
      prevalence: { value: 0.001, source: 'made up' },
      account: { pictures: 1000, threshold: 30, source: 'made up' },
    },
  },
  'small',
);

const label = { messenger: 'messenger(maxSide=1600, quality=75)', flip: 'flip(axis=0)', blur: 'blur(sigma=1)' };

/**
 * `count` evaluation pictures whose hashes differ in both bytes. As sent all are equal; flipped none; blurred the first half is equal in the
 * first byte, of which half fail the second check.
 */
export function pictureRows(count = 40): EqualityPictureRow[] {
  return Array.from({ length: count }, (_, i): EqualityPictureRow => {
    const own = Uint8Array.of(i, 255 - i);
    const [other, half] = [Uint8Array.of(i ^ 0x80, i), Uint8Array.of(i, i)];
    const pdq = toHex(seededRng(i, 'pdq').bytes(32));
    const near = toHex(seededRng(i, 'phash').bytes(8));
    const far = toHex(seededRng(i, 'far').bytes(8));
    const rendering = (set: string, transform: string, hash: Uint8Array, phash: string) => ({
      set,
      transform,
      outcome: { state: 'hashed' as const, hashes: { lda: toHex(hash), pdq }, second: { phash } },
    });
    return {
      row: 'equality-picture',
      picture: `p${i}`,
      group: `g${i}`,
      topic: 'thing',
      kind: 'made up',
      renderings: [
        rendering('none', 'none', own, near),
        rendering('as-sent', label.messenger, own, near),
        rendering('edited', label.flip, other, near),
        rendering('edited', label.blur, i < count / 2 ? half : other, i < count / 4 ? near : far),
      ],
    };
  });
}

/** Unrelated pictures by their keys; `phash` and `pdq` of each, where they are known. */
export function unrelatedRow(
  keys: readonly Uint8Array[],
  more: Readonly<Record<string, readonly Uint8Array[]>> = {},
  source: string = miniatureSource,
): EqualityUnrelatedRow {
  const hashes = Object.entries({ lda: keys, ...more }).map(([name, all]) => [
    name,
    { hex: all.map(toHex).join(''), none: [] as number[] },
  ]);
  return { row: 'equality-unrelated', source, from: 0, pictures: keys.length, hashes: Object.fromEntries(hashes) };
}

export { miniatureSource, tableSource };
