/** Drawing from a listing longer than what is examined: whole groups, the same whatever the order, bounded, and nothing for a short one. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { digestOf, type Picture, type Refusal } from '../../src/dataset/dataset.ts';
import { drawFrom } from '../../src/dataset/draw.ts';
import type { FoundPicture, Listing } from '../../src/dataset/listing.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { seededRng } from '../../src/util/rng.ts';
import { gif, putFiles } from './make.ts';

const found = (i: number, group: string): FoundPicture => ({
  id: `${i}.jpg`,
  location: `/nowhere/${i}.jpg`,
  topic: 't',
  kind: 'k',
  group,
});
const listing = (entries: readonly (FoundPicture | Refusal)[]): Listing => ({
  name: 'made up',
  root: '/nowhere',
  async *entries() {
    yield* entries;
  },
  card: () => ({ source: '', licence: '', notes: '' }),
  notices: () => [],
});
const pairs = (count: number): FoundPicture[] => Array.from({ length: count }, (_, i) => found(i, `g${i >> 1}`));
const ids = (drawn: { readonly found: readonly FoundPicture[] }): string[] => drawn.found.map(({ id }) => id).sort();

describe('drawFrom', () => {
  test('a listing that is short enough is kept as it is, without a notice', async () => {
    const drawn = await drawFrom(listing(pairs(10_000)), { seed: 1, limit: 5 });
    expect(drawn.found).toHaveLength(10_000);
    expect(drawn.notices).toEqual([]);
  });

  test('whole groups, at most ten times the limit, whatever the order; another seed draws others', async () => {
    const all = pairs(60_000);
    const drawn = await drawFrom(listing(all), { seed: 1, limit: 2000 });
    expect(drawn.found).toHaveLength(20_000);
    const groups = new Map<string, number>();
    for (const { group } of drawn.found) groups.set(group, (groups.get(group) ?? 0) + 1);
    expect(new Set(groups.values())).toEqual(new Set([2]));
    expect(drawn.notices).toEqual([
      '20000 of 60000 listed pictures were drawn by the seed, in whole groups, and only these were examined.',
    ]);
    const shuffled = await drawFrom(listing(seededRng(3).shuffle(all)), { seed: 1, limit: 2000 });
    expect(ids(shuffled)).toEqual(ids(drawn));
    const other = new Set(ids(await drawFrom(listing(all), { seed: 2, limit: 2000 })));
    const both = ids(drawn).filter((id) => other.has(id)).length;
    // One third of one third of 60,000: 6,667 ± 82 (hypergeometric, in pairs).
    expect(both).toBeGreaterThan(6250);
    expect(both).toBeLessThan(7100);
  });

  test('the kept groups are those with the smallest SHA-256 of seed and name', async () => {
    const all = Array.from({ length: 12_000 }, (_, i) => found(i, `g${i}`));
    const order = [...all].sort((a, b) => {
      const [x, y] = [a, b].map(({ group }) => createHash('sha256').update(`presend draw\n7\n${group}`).digest('hex'));
      return x! < y! ? -1 : 1;
    });
    const drawn = await drawFrom(listing(all), { seed: 7, limit: 1 });
    expect(ids(drawn)).toEqual(
      order
        .slice(0, 10_000)
        .map(({ id }) => id)
        .sort(),
    );
  });

  test('a group that is larger than everything that is examined is left out, and hides no other', async () => {
    const all = [
      ...Array.from({ length: 15_000 }, (_, i) => found(i, 'giant')),
      ...pairs(8000).map((each) => ({ ...each, id: `p${each.id}` })),
    ];
    for (const seed of [1, 2, 3, 4]) {
      const drawn = await drawFrom(listing(all), { seed, limit: 10 });
      expect(drawn.found).toHaveLength(8000);
      expect(drawn.found.some(({ group }) => group === 'giant')).toBe(false);
    }
  });

  test('refusals beyond a thousand are counted', async () => {
    const bad = Array.from({ length: 1500 }, (_, i) => ({ picture: `line ${i}`, reason: 'bad' }));
    const drawn = await drawFrom(listing([...bad, ...pairs(4)]), { seed: 1, limit: 1 });
    expect(drawn.refused).toHaveLength(1000);
    expect(drawn.notices).toEqual(['1500 entries of the list were refused; the first 1000 of them are named.']);
  });
});

test('a manifest is longer than what is examined: only the drawn files are opened', async () => {
  const root = mkdtempSync(join(tmpdir(), 'presend-draw-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const lines = Array.from({ length: 30_000 }, (_, i) => `${i}.jpg,t${i % 3}`);
  await putFiles(root, { 'manifest.csv': `path,label\n${lines.join('\n')}\n`, '17.jpg': gif('there') });
  const refused = async (uses?: number) =>
    openDataset(join(root, 'manifest.csv'), { seed: 1, uses }).then(
      (dataset) => dataset.refused.length,
      (error: Error) => Number(/(\d+) refused/.exec(error.message)?.[1]),
    );
  expect(await refused()).toBe(29_999);
  expect([9_999, 10_000]).toContain(await refused(10));
});

test('the digest is that of the sorted JSON lines, whatever characters ids have', () => {
  const picture = (id: string): Picture => ({ id, location: '', topic: 't', kind: 'k', group: id, sha256: 'ab' });
  const reference = (all: readonly Picture[]): string =>
    createHash('sha256')
      .update(
        all
          .map(({ id, topic, group, sha256 }) => JSON.stringify([id, topic, group, sha256]))
          .sort()
          .join('\n'),
      )
      .digest('hex');
  const plain = ['a', 'a b', 'a!', 'a.jpg', 'ab', 'a/b', 'ä', '\u{1f600}', '', 'a#', 'B'];
  for (const names of [plain, [...plain, 'a"b', 'a\\b', 'a\nb', '\ud800'], ['a', 'a', 'b']]) {
    const all = names.map(picture);
    expect(digestOf(all)).toBe(reference(all));
    expect(digestOf([...all].reverse())).toBe(reference(all));
  }
  expect(digestOf([])).toBe(reference([]));
});
