/** The work on one picture, its rows, and the store that answers for it later. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadClassifier } from '../../../src/classify/index.ts';
import type { AssignedPicture } from '../../../src/dataset/assign.ts';
import { projectRoot } from '../../../src/disk/project.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { type ReadyList, ready } from '../../../src/harness/scenario/lists.ts';
import { MessageStore } from '../../../src/harness/scenario/message-store.ts';
import {
  hashOriginal,
  type PictureResult,
  scratchFile,
  workOnPicture,
} from '../../../src/harness/scenario/picture-task.ts';
import type { PictureTask } from '../../../src/harness/scenario/plan.ts';
import { pictureRows } from '../../../src/harness/scenario/rows.ts';
import { distanceBits } from '../../../src/hash/hamming.ts';
import { pdq } from '../../../src/hash/pdq.ts';
import { decode } from '../../../src/image/decode.ts';
import { sharp } from '../../../src/image/sharp.ts';
import { applyTransform, resolveTransform } from '../../../src/image/transform/index.ts';
import { messengerFile } from '../../../src/image/transform/messenger.ts';
import { hashList } from '../../../src/match/hash-list.ts';
import { check } from '../../../src/schema/check.ts';
import type { EqualityRow, MatchRow } from '../../../src/schema/observation.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { fromHex, toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { scratch as scratchFolder, testFolder } from '../tiny.ts';

const image = (name: string): string => join(projectRoot, 'test', 'vectors', 'images', name);

const pictureOf = (path: string, id: string): AssignedPicture => ({
  id,
  location: path,
  topic: 'drawing',
  kind: 'test',
  group: id,
  sha256: sha256Hex(readFileSync(path)),
  content: 'listed',
  split: 'evaluation',
});

const noise = { name: 'noise', sigma: 0.1 };
const taskOf = (index: number, path: string, id: string, scratch: string): PictureTask => ({
  index,
  picture: pictureOf(path, id),
  seed: 7,
  hashes: ['pdq', 'dhash'],
  edits: [noise, { name: 'flip' }],
  sendables: [
    { key: 'none', edit: { name: 'none' }, purpose: 'scored', embed: true, classify: true },
    { key: 'noise(sigma=0.1)', edit: noise, purpose: 'scored', embed: false, classify: true },
    { key: 'copy', edit: { name: 'resize', factor: 0.8 }, purpose: 'attack', embed: false, classify: false },
  ],
  messageHashes: { near: 'pdq', equality: 'phash', second: 'dhash' },
  classifier: 'nsfwjs-mobilenet-v2',
  head: false,
  forwarded: false,
  scratch,
});

const names = ['leaves-200x150.png', 'document.png', 'flat-black.png'];

/** A result without what a clock said. */
const timeless = (result: PictureResult): unknown =>
  JSON.parse(JSON.stringify(result, (key, value) => (/Millis$/.test(key) ? undefined : value)));

type Done = Extract<PictureResult, { state: 'done' }>;

describe('three pictures', () => {
  const scratch = { first: '', second: '' };
  const folders: Awaited<ReturnType<typeof scratchFolder>>[] = [];
  let results: Done[];
  let store: MessageStore;

  beforeAll(async () => {
    for (const key of ['first', 'second'] as const) {
      const folder = await scratchFolder();
      folders.push(folder);
      scratch[key] = folder.path;
    }
    results = [];
    for (const [i, name] of names.entries())
      results.push((await workOnPicture(taskOf(i, image(name), name, scratch.first))) as Done);
    store = await MessageStore.open(scratch.first, [0, 1, 2]);
  });
  afterAll(async () => {
    for (const { remove } of folders) await remove();
  });

  test('the same task twice: the same result, and the same files left for later', async () => {
    for (const [i, name] of names.entries()) {
      const again = await workOnPicture(taskOf(i, image(name), name, scratch.second));
      expect(timeless(again)).toEqual(timeless(results[i]!));
      const other = await MessageStore.open(scratch.second, [i]);
      for (const { key } of results[i]!.sendables) {
        expect(Buffer.from(other.file(i, key).bytes).equals(store.file(i, key).bytes)).toBe(true);
        expect(other.file(i, key).embedding).toEqual(store.file(i, key).embedding);
      }
    }
  });

  test('every edit under every hash, the picture as it is first', async () => {
    const [leaves] = results;
    expect(Object.keys(leaves!.hashes)).toEqual(['none', 'noise(sigma=0.1)', 'flip(axis=0)']);
    for (const hashes of Object.values(leaves!.hashes)) expect(Object.keys(hashes)).toEqual(['pdq', 'dhash']);
    const raster = await decode(image(names[0]!));
    const edit = resolveTransform(noise);
    const edited = await applyTransform(raster, edit, seededRng(7, `edit/${edit.label}/${names[0]}`));
    const { hash, quality } = pdq.hash(edited);
    expect(leaves!.hashes[edit.label]!.pdq).toEqual({ state: 'hashed', hex: toHex(hash), quality });
  });

  test('what is sent is the edit, compressed once as the messenger does', async () => {
    const raster = await decode(image(names[0]!));
    expect(Buffer.from(store.file(0, 'none').bytes).equals(await messengerFile(raster))).toBe(true);
    const copy = await decode(store.file(0, 'copy').bytes);
    expect([copy.width, copy.height]).toEqual([160, 120]);
    // The noise that is hashed is the noise that is sent.
    const edit = resolveTransform(noise);
    const edited = await applyTransform(raster, edit, seededRng(7, `edit/${edit.label}/${names[0]}`));
    expect(Buffer.from(store.file(0, edit.label).bytes).equals(await messengerFile(edited))).toBe(true);
  });

  test('a forwarded picture is its own file, byte for byte: an exact hash finds it, and no other message', async () => {
    const { path, remove } = await scratchFolder();
    try {
      const task = taskOf(0, image(names[0]!), names[0]!, path);
      const messageHashes = { near: 'pdq', equality: 'md5', second: 'dhash' };
      const hashes = ['pdq', 'md5'];
      const done = (await workOnPicture({ ...task, hashes, messageHashes, forwarded: true })) as Done;
      const original = readFileSync(image(names[0]!));
      const md5 = createHash('md5').update(original).digest('hex');
      const sent = await MessageStore.open(path, [0]);
      expect(Buffer.from(sent.file(0, 'none').bytes).equals(original)).toBe(true);
      const [asSent, noisy, copy] = done.sendables.map(({ hashed }) => hashed.equality);
      expect(asSent).toEqual({ state: 'hashed', hex: md5, quality: 100 });
      expect([noisy, copy]).not.toContainEqual(asSent);
      // The list has the original file; the renderings of the table are new files.
      const listed = await hashOriginal({ picture: task.picture, hashes });
      expect(listed.md5).toEqual(asSent);
      expect(done.hashes.none!.md5).toEqual(asSent);
      expect(done.hashes['flip(axis=0)']!.md5).not.toEqual(asSent);
    } finally {
      await remove();
    }
  });

  test('a picture too flat to hash is refused by every hash, each in its own words', () => {
    const flat = results[2]!;
    expect(flat.hashes.none!.pdq).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/^pdq quality \d+ is below 50$/),
    });
    expect(flat.hashes.none!.dhash).toEqual({ state: 'refused', reason: 'dhash quality 0 is below 1' });
  });

  test('the scanner answers what looking at the file anew would give', async () => {
    const network = await loadClassifier('nsfwjs-mobilenet-v2');
    for (const label of [0, 1]) {
      const scanner = store.scanner(label);
      for (const i of names.keys()) {
        const { bytes } = store.file(i, 'none');
        const raster = await decode(bytes);
        const { hash, quality } = pdq.hash(raster);
        const outcome = await scanner.hash(bytes.slice());
        if (quality < pdq.minQuality) expect(outcome.state).toBe('refused');
        else expect(outcome).toEqual({ state: 'hashed', hash });
        const { scores, embedding } = await network.classify(raster);
        expect(await scanner.score(bytes.slice())).toBeCloseTo(scores[label]!, 5);
        expect(store.file(i, 'none').embedding).toEqual(Float32Array.from(embedding));
        expect(store.file(i, 'copy').embedding).toBeUndefined();
      }
    }
    await expect(store.scanner(0).hash(new Uint8Array(10))).rejects.toThrow(/nobody sent/);
  });

  test('a file whose score nothing reads is not classified, and asking for its score is an error', async () => {
    const { facts, bytes } = store.file(0, 'copy');
    expect(Object.keys(facts).sort()).toEqual(['hashMillis', 'hashed', 'key']);
    await expect(store.scanner(0).score(bytes)).rejects.toThrow(
      'The file copy of a picture is scored, but was not classified',
    );
    expect(results[0]!.sendables.map(({ scores }) => scores?.length)).toEqual([5, 5, undefined]);
  });

  test('a file is known again by its bytes, wherever they come from', () => {
    const { bytes } = store.file(1, 'copy');
    expect(store.recognise(Uint8Array.from([0, ...bytes]).subarray(1))).toBe(store.file(1, 'copy'));
    expect(store.recognise(bytes.subarray(1))).toBeUndefined();
    expect(() => store.file(1, 'flip')).toThrow(/No file of picture 1 after flip/);
  });

  test('edits that leave the very same file keep the embedding of the picture as sent', async () => {
    const folder = await testFolder();
    const same = { ...taskOf(0, image('one-pixel.png'), 'one-pixel.png', folder), edits: [] };
    const [none, , copy] = same.sendables;
    await workOnPicture({ ...same, sendables: [none!, copy!] });
    const small = await MessageStore.open(folder, [0]);
    expect(Buffer.from(small.file(0, 'copy').bytes).equals(small.file(0, 'none').bytes)).toBe(true);
    expect(small.recognise(small.file(0, 'none').bytes)!.embedding).toBeDefined();
  });

  test('a scratch file that is damaged is noticed', async () => {
    const folder = await testFolder();
    const whole = await readFile(scratchFile(scratch.first, 0));
    await writeFile(scratchFile(folder, 0), whole.subarray(0, whole.length - 1));
    await expect(MessageStore.open(folder, [0])).rejects.toThrow(/picture 0 is damaged/);
  });

  describe('rows', () => {
    const random = seededRng(3, 'list');
    const listsOf = (): Map<string, ReadyList> =>
      new Map(
        (['pdq', 'dhash', 'phash'] as const).map((name) => {
          const bits = name === 'pdq' ? 256 : 64;
          const own = results.flatMap((result, i) => {
            // The equality hash is none of the grid: its own entries are of the file as sent.
            const hashed = name === 'phash' ? result.sendables[0]!.hashed.equality : result.hashes.none![name]!;
            return hashed.state === 'hashed' ? [{ id: names[i]!, hash: fromHex(hashed.hex) }] : [];
          });
          const others = Array.from({ length: 50 }, (_, i) => ({ id: `other ${i}`, hash: random.bytes(bits / 8) }));
          return [name, ready(hashList({ name: 'list', algorithm: name, bits }, [...others, ...own]))];
        }),
      );
    const cell = (of: Record<string, unknown>): string => JSON.stringify(of);
    const countOnes = (a: Uint8Array, b: Uint8Array): number =>
      a.reduce((sum, each, i) => sum + (each ^ b[i]!).toString(2).replaceAll('0', '').length, 0);

    test('distances to the nearest entry and to the own one are those of counting bits', () => {
      const lists = listsOf();
      for (const [i, result] of results.entries()) {
        const task = taskOf(i, image(names[i]!), names[i]!, scratch.first);
        const rows = pictureRows(task, result, lists, cell);
        for (const row of rows) check(schemas.observation, row, 'Row');
        expect(rows.map(({ row }) => row)).toEqual([
          ...Array(6).fill('match'),
          ...Array(2).fill('equality'),
          ...Array(2).fill('classify'),
        ]);
        const compared = rows.filter((row): row is EqualityRow => row.row === 'equality');
        expect(compared.map(({ transform }) => transform)).toEqual(['none', 'noise(sigma=0.1)']);
        expect(compared[0]!.equality).toMatchObject({
          hash: 'phash',
          outcome:
            result.sendables[0]!.hashed.equality.state === 'hashed'
              ? { state: 'scored', equal: names[i] }
              : { state: 'refused' },
        });
        expect(compared[0]!.near.outcome.state).toBe(
          result.sendables[0]!.hashed.near.state === 'hashed' ? 'scored' : 'refused',
        );
        for (const { hash, transform, outcome, cell: id } of rows.filter(
          (row): row is MatchRow => row.row === 'match',
        )) {
          const hashed = result.hashes[transform]![hash]!;
          expect(outcome.state).toBe(hashed.state === 'hashed' ? 'scored' : 'refused');
          expect(id).toBe(cell({ hash, transform }));
          if (outcome.state !== 'scored' || hashed.state !== 'hashed') continue;
          const { entries } = lists.get(hash)!.list;
          const all = entries.map((entry) => ({ id: entry.id, distance: countOnes(entry.hash, fromHex(hashed.hex)) }));
          const least = Math.min(...all.map(({ distance }) => distance));
          expect(outcome.distanceBits).toBe(least);
          expect(outcome.nearest).toBe(all.find(({ distance }) => distance === least)!.id);
          expect(outcome.ownBits).toBe(all.find((each) => each.id === names[i])?.distance);
          if (transform === 'none') expect([outcome.distanceBits, outcome.ownBits]).toEqual([0, 0]);
        }
      }
    });

    test('second copies are not classified as observations; only listed pictures have a distance of their own', () => {
      const task = taskOf(0, image(names[0]!), names[0]!, scratch.first);
      const innocent = { ...task, picture: { ...task.picture, content: 'innocent' as const } };
      const rows = pictureRows(innocent, results[0]!, listsOf(), cell);
      expect(rows.flatMap((row) => (row.row === 'classify' ? [row.transform] : []))).toEqual([
        'none',
        'noise(sigma=0.1)',
      ]);
      expect(
        rows.some((row) => row.row === 'match' && row.outcome.state === 'scored' && 'ownBits' in row.outcome),
      ).toBe(false);
    });

    test('against an empty list every picture is farther than any distance', () => {
      const empty = new Map(
        (['pdq', 'dhash', 'phash'] as const).map((name) => [
          name as string,
          ready(hashList({ name: 'list', algorithm: name, bits: name === 'pdq' ? 256 : 64 }, [])),
        ]),
      );
      const rows = pictureRows(taskOf(0, image(names[0]!), names[0]!, ''), results[0]!, empty, cell);
      const outcomes = rows.flatMap((row) => (row.row === 'match' ? [row.outcome] : []));
      expect(outcomes.map((each) => each.state === 'scored' && [each.nearest, each.distanceBits])).toEqual(
        ['a', 'b', 'c'].flatMap(() => [
          [null, 257],
          [null, 65],
        ]),
      );
    });

    test('a refusal is one row', () => {
      const task = taskOf(0, image(names[0]!), names[0]!, '');
      const refused = pictureRows(task, { state: 'refused', index: 0, reason: 'empty file' }, listsOf(), cell);
      expect(refused).toEqual([{ row: 'refused', picture: names[0], reason: 'empty file' }]);
    });
  });
});

describe('a picture that cannot be decoded', () => {
  test('is refused with the reason, by the worker and by the list', async () => {
    const folder = await testFolder();
    const path = join(folder, 'text.png');
    await writeFile(path, 'not a picture');
    const task = taskOf(4, path, 'text.png', folder);
    const result = await workOnPicture(task);
    expect(result).toEqual({ state: 'refused', index: 4, reason: expect.stringMatching(/^not an image/) });
    expect(JSON.stringify(result)).not.toContain(folder);
    const listed = await hashOriginal(task);
    expect(Object.values(listed).map(({ state }) => state)).toEqual(['refused', 'refused']);
  });
});

test('where a dataset applies EXIF orientation, what is sent is upright, as the listed original is', async () => {
  const folder = await testFolder();
  const path = join(folder, 'turned.jpg');
  const turned = await sharp(image('leaves-200x150.png')).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
  await writeFile(path, turned);
  const bitsOf = async (orient: boolean, forwarded: boolean): Promise<number> => {
    const given = taskOf(0, path, 'turned', folder);
    const task = {
      ...{ ...given, hashes: ['pdq'], edits: [], forwarded },
      picture: orient ? { ...given.picture, orient } : given.picture,
      sendables: given.sendables.slice(0, 1),
    };
    const result = await workOnPicture(task);
    const original = await hashOriginal({ ...task, picture: { ...given.picture, orient: true } });
    if (result.state !== 'done') throw new Error(result.reason);
    const [sent, listed] = [result.sendables[0]!.hashed.near, original.pdq!];
    if (sent.state !== 'hashed' || listed.state !== 'hashed') throw new Error('refused');
    return distanceBits(fromHex(sent.hex), fromHex(listed.hex));
  };
  expect(await bitsOf(true, false)).toBeLessThanOrEqual(10);
  expect(await bitsOf(true, true)).toBe(0);
  expect(await bitsOf(false, false)).toBeGreaterThan(60);
}, 60_000);
