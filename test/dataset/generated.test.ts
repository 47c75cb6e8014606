/** The generated corpus: the same bytes everywhere, prefixes, bursts and families, and a cache that mends itself. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/dataset/dataset.ts';
import { cosine, sine } from '../../src/dataset/generated/exact.ts';
import { generate, generatorVersion } from '../../src/dataset/generated/generate.ts';
import { file, paint } from '../../src/dataset/generated/paint.ts';
import { planOf, sizeOf, topics } from '../../src/dataset/generated/plan.ts';
import { groupsOf } from '../../src/dataset/groups.ts';
import { takeLock } from '../../src/disk/lock.ts';
import { sharp } from '../../src/image/sharp.ts';
import { sha256Hex } from '../../src/util/digest.ts';

const card = JSON.parse(await readFile(new URL('../../datasets/generated/card.json', import.meta.url), 'utf8')) as {
  version: number;
  expected: { seed: number; pictures: number; sha256: string }[];
};

let directory = '';
let corpus: Dataset;
const seen: number[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'presend-generated-'));
  corpus = await generate({ seed: 2019, pictures: 60, directory, onProgress: (done) => seen.push(done) });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the corpus', () => {
  test('has the bytes that the card states, on every machine', () => {
    expect(card.version).toBe(generatorVersion);
    const expected = card.expected.find((each) => each.seed === 2019 && each.pictures === 60);
    expect(corpus.sha256).toBe(expected?.sha256);
    expect(corpus.refused).toEqual([]);
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  });

  test('does not depend on threads or on what was drawn before', async () => {
    const plan = planOf(2019, 60);
    for (const i of [41, 7, 18]) {
      const id = new RegExp(`/0*${i}\\.`);
      const { bytes } = await file(2019, plan[i]!);
      expect(sha256Hex(bytes)).toBe(corpus.pictures.find((each) => id.test(each.id))?.sha256);
    }
  });

  test('every topic is there, drawing among them, and every file decodes upright at its stated size', async () => {
    expect(topics).toContain('drawing');
    expect(new Set(corpus.pictures.map((each) => each.topic))).toEqual(new Set(topics));
    const plan = planOf(2019, 60);
    const types = new Set<string>();
    for (const each of corpus.pictures) {
      const { info } = await sharp(await readFile(each.location as string))
        .rotate()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const { width, height } = sizeOf(2019, plan[Number.parseInt(each.id.split('/')[1]!, 10)]!);
      expect({ width: info.width, height: info.height }, each.id).toEqual({ width, height });
      expect(Math.max(width, height)).toBeGreaterThanOrEqual(640);
      expect(Math.max(width, height)).toBeLessThanOrEqual(1000);
      types.add(each.id.split('.')[1]!);
    }
    expect(types).toEqual(new Set(['jpg', 'png', 'webp']));
  });
});

describe('the plan', () => {
  test('a small corpus is a prefix of a large one', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        (seed, few, more) => {
          expect(planOf(seed, few + more).slice(0, few)).toEqual(planOf(seed, few));
        },
      ),
      { seed: 4, numRuns: 30 },
    );
  });

  test('about 15 % of the pictures come in bursts of 2 to 4, a quarter of the groups in families', () => {
    const plan = planOf(2019, 4000);
    const groups = [...groupsOf(plan.map((each) => ({ ...each, sha256: '' }))).values()];
    const bursts = groups.filter((group) => group[0]!.kind === 'burst');
    expect(bursts.flat().length / plan.length).toBeGreaterThan(0.11);
    expect(bursts.flat().length / plan.length).toBeLessThan(0.19);
    for (const group of bursts.slice(0, -1)) expect([2, 3, 4]).toContain(group.length);
    const families = groups.filter((group) => group[0]!.kind === 'family');
    expect(families.length / groups.length).toBeGreaterThan(0.2);
    expect(families.length / groups.length).toBeLessThan(0.3);
    expect(new Set(families.map((group) => group[0]!.family)).size).toBe(6 * topics.length);
    for (const group of groups) expect(new Set(group.map((each) => each.topic)).size).toBe(1);
  });

  test('pictures of a burst resemble each other more than pictures of other groups', async () => {
    const thumb = async (index: number): Promise<Buffer> => {
      const { data, width, height } = paint(2019, plan[index]!);
      return sharp(data, { raw: { width, height, channels: 3 } })
        .resize(16, 16, { fit: 'fill' })
        .greyscale()
        .raw()
        .toBuffer();
    };
    const plan = planOf(2019, 400);
    const camera = plan.filter((each) => ['scene', 'landscape', 'drawing'].includes(each.topic));
    const pairs = camera.filter((each) => each.member === 1).slice(0, 5);
    const difference = (a: Buffer, b: Buffer): number =>
      a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
    for (const second of pairs) {
      const [a, b] = await Promise.all([thumb(second.index - 1), thumb(second.index)]);
      const stranger = camera.find((each) => each.topic === second.topic && each.group !== second.group)!;
      expect(difference(a, b), second.group).toBeGreaterThan(0);
      expect(difference(a, b), second.group).toBeLessThan(difference(a, await thumb(stranger.index)));
    }
    expect(pairs).toHaveLength(5);
  });
});

describe('the cache', () => {
  const folder = (): string => join(directory, `generated-5-2-${generatorVersion}`);
  const make = (): Promise<Dataset> => generate({ seed: 5, pictures: 2, directory });

  test('is used again when whole and drawn again when broken', async () => {
    const first = await make();
    let drawn = 0;
    await generate({ seed: 5, pictures: 2, directory, onProgress: () => drawn++ });
    expect(drawn).toBe(0);
    const manifest = join(folder(), 'manifest.csv');
    const breaks = [
      () => writeFile(first.pictures[0]!.location as string, 'spoilt'),
      () => rm(first.pictures[1]!.location as string),
      // Consistent with the files, but not what was written.
      async () => writeFile(manifest, (await readFile(manifest, 'utf8')).replace(/,g000000,/, ',g000009,')),
      () => rm(join(folder(), 'sha256')),
    ];
    for (const spoil of breaks) {
      await spoil();
      const again = await make();
      expect(again.sha256).toBe(first.sha256);
      expect(again.pictures).toEqual(first.pictures);
    }
  });

  test('leaves nothing half made, and clears what killed processes left', async () => {
    await mkdir(`${folder()}.part-999999999`, { recursive: true });
    await rm(folder(), { recursive: true, force: true });
    await make();
    expect((await readdir(directory)).filter((each) => each.includes('.part-'))).toEqual([]);
  });

  test('is drawn once for all who want it at the same time', async () => {
    await rm(folder(), { recursive: true, force: true });
    let drawn = 0;
    const asked = { seed: 5, pictures: 2, directory, onProgress: () => drawn++ };
    const [first, second] = await Promise.all([generate(asked), generate(asked)]);
    expect([drawn, second.sha256]).toEqual([2, first.sha256]);
    expect((await readdir(directory)).filter((each) => each.includes('.lock'))).toEqual([]);
  });

  test('runs B: a lock file that nobody holds, empty or with any number in it, is not waited for', async () => {
    const one = join(directory, `generated-5-1-${generatorVersion}`);
    for (const left of ['', '1', String(process.pid)]) {
      await rm(one, { recursive: true, force: true });
      await writeFile(`${one}.lock`, left);
      expect((await generate({ seed: 5, pictures: 1, directory })).pictures).toHaveLength(1);
    }
  });

  test('runs B: who waits longer than two seconds is told for whom', async () => {
    await rm(folder(), { recursive: true, force: true });
    const lock = await takeLock(`${folder()}.lock`, 'the cache');
    const said: string[] = [];
    const waiting = generate({ seed: 5, pictures: 2, directory, onWait: (sentence) => said.push(sentence) });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await lock.release();
    expect((await waiting).pictures).toHaveLength(2);
    expect(said).toEqual([`Waiting for process ${process.pid}, which has ${folder()}.lock`]);
  });

  test('an error of the disk is not taken for a broken corpus', async () => {
    const { sha256 } = await make();
    for (const file of ['sha256', 'manifest.csv']) {
      await rm(join(folder(), file));
      await symlink(file, join(folder(), file));
      await expect(make()).rejects.toThrow(/ELOOP/);
      await rm(folder(), { recursive: true });
      await make();
    }
    expect((await make()).sha256).toBe(sha256);
  });

  test('refuses a seed or a number that is none', async () => {
    await expect(generate({ seed: -1, pictures: 2, directory })).rejects.toThrow(/for seed/);
    await expect(generate({ seed: 1, pictures: 0, directory })).rejects.toThrow(/for pictures/);
  });
});

test('sine and cosine agree with the engine within 1e-7', () => {
  for (let turns = -3; turns < 3; turns += 0.013) {
    expect(Math.abs(sine(turns) - Math.sin(turns * 2 * Math.PI))).toBeLessThan(1e-7);
    expect(Math.abs(cosine(turns) - Math.cos(turns * 2 * Math.PI))).toBeLessThan(1e-7);
  }
});
