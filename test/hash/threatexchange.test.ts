/**
 * PDQ of ThreatExchange's own regression pictures, decoding included. They are not in the repository: the expected values come from
 * the C++ reference with ImageMagick as decoder (README.txt beside them).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pdq, pdqDihedral } from '../../src/hash/pdq.ts';
import { plainPdq } from '../../src/hash/pdq-plain.ts';
import { decode } from '../../src/image/decode.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { toHex } from '../../src/util/hex.ts';
import { threatExchange } from './vectors.ts';

if (!threatExchange) {
  describe.skip('PDQ of ThreatExchange pictures: skipped, no pictures (set PRESEND_VECTORS)', () => {
    test('every bit', () => {});
  });
} else {
  const folder = join(threatExchange, 'images');
  const rows = readFileSync(join(threatExchange, 'expected.tsv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map(([path, , , , , , channels, pixels, , quality, ...hashes]) => ({
      path: path!,
      channels: Number(channels),
      pixels: pixels!,
      quality: Number(quality),
      hashes,
    }))
    .filter(({ path }) => existsSync(join(folder, path)));

  test('the pictures are there', () => expect(rows.length).toBeGreaterThanOrEqual(38));

  test.each(rows)('PDQ of ThreatExchange $path', async ({ path, channels, pixels, quality, hashes }) => {
    const image = await decode(join(folder, path));
    const ours = pdq.hash(image);
    if (quality < pdq.minQuality) return expect(ours.quality).toBeLessThan(pdq.minQuality);
    expect(image.channels).toBe(channels);
    expect(sha256Hex(image.data)).toBe(pixels);
    expect(ours.quality).toBe(quality);
    expect(toHex(ours.hash)).toBe(hashes[0]);
    expect(pdqDihedral(image).map((each) => toHex(each.hash))).toEqual(hashes);
    expect(plainPdq.hash(image)).toEqual(ours);
    expect(plainPdq.dihedral(image)).toEqual(pdqDihedral(image));
  });
}
