/**
 * Measures lda-hash beside other hashes on pictures that it was not fitted on, and banding of PDQ, and writes both into card.json.
 * Equality is with the hash of the original file, after the messenger step; unrelated pictures are of different groups.
 * `node --import tsx models/lda-hash/measure.ts`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Picture } from '../../src/dataset/dataset.ts';
import { decodeFile } from '../../src/dataset/picture-file.ts';
import { bandIndex, drawBanding, modelCandidates } from '../../src/hash/banding.ts';
import { distanceBits } from '../../src/hash/hamming.ts';
import { hashByName } from '../../src/hash/index.ts';
import { pdq } from '../../src/hash/pdq.ts';
import type { Raster } from '../../src/image/raster.ts';
import { proportion } from '../../src/metric/proportion.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';
import { edits, pictures, renderings } from './pictures.ts';

const names = ['lda-hash', 'phash', 'dhash', 'ahash', 'whash-haar', 'blockhash', 'pdq'];
/** Sizes of banding, as they are usually quoted. */
const bandings = [
  { sampledBits: 16, tables: 32 },
  { sampledBits: 24, tables: 64 },
  { sampledBits: 32, tables: 64 },
  { sampledBits: 32, tables: 128 },
];

interface Measured {
  readonly group: string;
  /** By hash: of the original and, where it was edited, of each edit. */
  readonly hashes: Readonly<Record<string, readonly Uint8Array[]>>;
  /** PDQ's quality of the original is enough. */
  readonly detailed: boolean;
}

async function measure(all: readonly Picture[], edited: boolean): Promise<Measured[]> {
  const out: Measured[] = [];
  for (const picture of all) {
    const rasters: Raster[] = [];
    if (edited) for await (const raster of renderings(picture)) rasters.push(raster);
    else rasters.push(await decodeFile(picture));
    const hashes = names.map((name) => [name, rasters.map((raster) => hashByName(name).hash(raster).hash)] as const);
    const detailed = pdq.hash(rasters[0]!).quality >= pdq.minQuality;
    out.push({ group: picture.group, hashes: Object.fromEntries(hashes), detailed });
  }
  return out;
}

const shown = (k: number, n: number) => {
  const { low, high } = proportion(k, n);
  return { k, n, low: Number(low.toPrecision(3)), high: Number(high.toPrecision(3)) };
};

/** Share of the pictures whose edit is found, by edit. */
const recall = (all: readonly Measured[], found: (picture: Measured, edit: number) => boolean) =>
  Object.fromEntries(
    edits.map(({ label }, edit) => [
      label === 'none' ? 'as sent' : label,
      shown(all.filter((each) => found(each, edit + 1)).length, all.length),
    ]),
  );

const equal = (name: string) => (picture: Measured, edit: number) =>
  distanceBits(picture.hashes[name]![0]!, picture.hashes[name]![edit]!) === 0;

/** Pairs of pictures of different groups whose originals have the same hash. */
function collisions(all: readonly Measured[], name: string) {
  const hex = all.map(({ hashes }) => toHex(hashes[name]![0]!));
  let [k, n] = [0, 0];
  for (let i = 0; i < all.length; i++)
    for (let j = 0; j < i; j++) {
      if (all[i]!.group === all[j]!.group) continue;
      n++;
      if (hex[i] === hex[j]) k++;
    }
  return shown(k, n);
}

/** Banding: matches of PDQ that share a band with their original, and unrelated entries that do. */
function banded(size: (typeof bandings)[number], edited: readonly Measured[], all: readonly Measured[]) {
  const banding = drawBanding(pdq.bits, size, seededRng(2019, 'banding'));
  let [matches, found] = [0, 0];
  for (const { hashes } of edited) {
    const [original, ...others] = hashes.pdq!;
    const candidates = bandIndex(banding, [original!]);
    for (const other of others) {
      if (distanceBits(original!, other) > pdq.threshold) continue;
      matches++;
      found += candidates(other).length;
    }
  }
  const candidates = bandIndex(
    banding,
    all.map(({ hashes }) => hashes.pdq![0]!),
  );
  const unrelated = all.reduce(
    (sum, { hashes, group }) => sum + candidates(hashes.pdq![0]!).filter((i) => all[i]!.group !== group).length,
    0,
  );
  const pairs = all.reduce((sum, { group }) => sum + all.filter((each) => each.group !== group).length, 0);
  return {
    ...size,
    matchesFound: shown(found, matches),
    modelAt31: Number(modelCandidates(size, 31 / 256).toPrecision(3)),
    candidatesPerEntry: shown(unrelated / 2, pairs / 2),
    modelCandidates: Number(modelCandidates(size, 1 / 2).toPrecision(3)),
  };
}

const { evaluation } = await pictures();
const photos = await measure(evaluation.photos, true);
const generated = await measure(evaluation.generated, true);
const originals = await measure(evaluation.originals, false);
const tables = { photos, generated };
const table = Object.fromEntries(
  Object.entries(tables).map(([set, all]) => [
    set,
    {
      ...Object.fromEntries(names.map((name) => [`${name} equal`, recall(all, equal(name))])),
      'pdq within 31': recall(
        all,
        ({ hashes, detailed }, edit) => detailed && distanceBits(hashes.pdq![0]!, hashes.pdq![edit]!) <= pdq.threshold,
      ),
    },
  ]),
);
const measured = {
  what: `models/lda-hash/measure.ts: ${photos.length} photographs and ${generated.length} generated pictures, each with ${edits.length} edits before the messenger step; unrelated pairs: originals of different groups, with ${originals.length} photographs of products`,
  equalOrWithin: table,
  unrelatedEqual: Object.fromEntries(
    names.map((name) => [
      name,
      {
        photos: collisions(photos, name),
        'photos and products': collisions([...photos, ...originals], name),
        generated: collisions(generated, name),
      },
    ]),
  ),
  banding: bandings.map((size) =>
    banded(
      size,
      photos,
      [...photos, ...originals].filter(({ detailed }) => detailed),
    ),
  ),
};
for (const [set, rows] of Object.entries(table)) {
  console.log(`\n${set}\t${Object.keys(Object.values(rows)[0]!).join('\t')}`);
  for (const [row, rates] of Object.entries(rows))
    console.log(
      `${row}\t${Object.values(rates)
        .map(({ k, n }) => (k / n).toFixed(3))
        .join('\t')}`,
    );
}
console.log(JSON.stringify({ unrelatedEqual: measured.unrelatedEqual, banding: measured.banding }, null, 1));
const path = join(import.meta.dirname, 'card.json');
const card = JSON.parse(await readFile(path, 'utf8'));
const weights = sha256Hex(await readFile(join(import.meta.dirname, 'weights.json')));
await writeFile(path, `${JSON.stringify({ ...card, sha256: weights, measured }, null, 2)}\n`);
