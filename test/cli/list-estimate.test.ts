/** `presend list estimate`: innocent pictures against a list, counted. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { image, presend, scratch } from './presend.ts';

const folder = scratch();
const at = (name: string): string => join(folder, name);
const names = ['document.png', 'leaves-320x240.png', 'meme.png'];
mkdirSync(at('innocent'));
for (const name of names) copyFileSync(image(name), at(`innocent/${name}`));

/** PDQ hashes that no picture of the vectors is near: random hex, the same at each call. */
const far = (i: number): string =>
  Array.from({ length: 64 }, (_, j) => ((i * 7919 + j * 104_729 + ((i * j) % 31) * 131) % 16).toString(16)).join('');

test('counts k of n with the exact interval, names what matches, and bounds longer lists', async () => {
  const [line] = (await presend('hash', image('meme.png'))).lines;
  const meme = line!.split(',')[0]!;
  writeFileSync(
    at('list.txt'),
    [`${meme},listed`, ...Array.from({ length: 119 }, (_, i) => `${far(i)},far-${i}`), ''].join('\n'),
  );
  const { code, out } = await presend('list', 'estimate', at('list.txt'), '--dataset', at('innocent'), '--json');
  expect(code).toBe(0);
  const found = JSON.parse(out);
  expect(found.list).toMatchObject({ algorithm: 'pdq', bits: 256, entries: 120 });
  expect(found.threshold).toBe(31);
  const { pictures } = found.dataset;
  expect(found.falsePositives).toMatchObject({ k: 1, n: pictures, method: 'Clopper-Pearson 95 %' });
  expect(found.matched).toEqual([{ picture: 'meme.png', entry: 'listed', distance: 0 }]);
  // Parts of the list are within each other, so that no distance shrinks with the size.
  expect(found.nearest.map(({ size }: { size: number }) => size)).toEqual([12, 120]);
  for (const { counts } of found.nearest) expect(counts.reduce((a: number, b: number) => a + b, 0)).toBe(pictures);
  // More is matched at every larger threshold, and beyond the list there are bounds only.
  const whole = found.curve.map(
    ({ rates }: { rates: { size: number; rate: { k: number } | null }[] }) => rates[1]!.rate!.k,
  );
  expect(whole).toEqual(whole.toSorted((a: number, b: number) => a - b));
  for (const { rates } of found.curve)
    for (const { size, rate, low, high } of rates) {
      expect(rate === null).toBe(size > 120);
      expect(low).toBeLessThanOrEqual(high);
    }

  const text = await presend('list', 'estimate', at('list.txt'), '--dataset', at('innocent'), '--threshold', '0');
  expect(text.out).toMatch(new RegExp(`\\nfalse positives +1/${pictures} .*at a distance of at most 0 of 256 bits\\n`));
  expect(text.out).toContain('meme.png matches listed, distance 0');
  expect(text.out).toMatch(/\n0 \* /);
});

test('refuses what cannot be counted, in one sentence', async () => {
  writeFileSync(at('md5.txt'), `${'0'.repeat(32)},a\n`);
  const exact = await presend('list', 'estimate', at('md5.txt'), '--hash', 'md5', '--dataset', at('innocent'));
  expect(exact).toMatchObject({ code: 2, out: '' });
  expect(exact.err).toContain('md5 matches only equal files');
  const high = await presend('list', 'estimate', at('list.txt'), '--dataset', at('innocent'), '--threshold', '257');
  expect(high).toMatchObject({ code: 2, out: '' });
  expect(high.err).toContain('at most 256 bits');
  expect((await presend('list', 'estimate', at('list.txt'), '--dataset', at('nowhere'))).code).toBe(3);
});
