/**
 * Measures copynet-256 beside other hashes on pictures that it was not fitted on: thresholds are chosen on the calibration pictures and scored
 * on the evaluation pictures. Writes the threshold and the figures into card.json, and prints tables in Markdown.
 * `node --import tsx models/copynet-256/measure.ts [most pictures of each half]`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDeepHash } from '../../src/classify/deep-hashes.ts';
import type { Picture } from '../../src/dataset/dataset.ts';
import { decodeFile } from '../../src/dataset/picture-file.ts';
import { distanceBits } from '../../src/hash/hamming.ts';
import { hashByName } from '../../src/hash/index.ts';
import type { Raster } from '../../src/image/raster.ts';
import { type ClusteredProportion, clusteredProportion } from '../../src/metric/bootstrap.ts';
import { crossedProportion } from '../../src/metric/crossed.ts';
import { pairRate } from '../../src/metric/node-bootstrap.ts';
import { wilson } from '../../src/metric/proportion.ts';
import { largestDistance } from '../../src/metric/roc.ts';
import { seededRng } from '../../src/util/rng.ts';
import { edits, geometricEdits, type Halves, measuredPictures, renderings } from './pictures.ts';

const own = 'copynet-256';
/** Rates of unrelated pairs at which recall is quoted. */
const rates = [1e-3, 1e-4];
/** The rate at which the threshold of the card is chosen, on photographs and on generated pictures. */
const ownRate = 1e-4;
const most = Number(process.argv[2] ?? Number.POSITIVE_INFINITY);

const path = join(import.meta.dirname, 'card.json');
const card = JSON.parse(await readFile(path, 'utf8'));
const deep = await Promise.all([own, 'mobilenet-lsh'].map((name) => loadDeepHash(name)));
const hashes = [
  ...deep.map(({ name, bits, threshold, hash }) => ({ name, bits, threshold, hash })),
  ...['pdq', 'phash', 'lda-hash'].map((name) => {
    const { bits, threshold, hash } = hashByName(name);
    return { name, bits, threshold, hash: async (image: Raster) => hash(image) };
  }),
];
type Hash = (typeof hashes)[number];

/** A picture's hashes: of its original and, where it was edited, of each edit. */
interface Measured {
  readonly group: string;
  readonly topic: string;
  readonly hashes: Readonly<Record<string, readonly Uint8Array[]>>;
}

const spent = new Map<string, number[]>(hashes.map(({ name }) => [name, []]));

async function measured(pictures: readonly Picture[], edited: boolean): Promise<Measured[]> {
  const out: Measured[] = [];
  for (const picture of pictures) {
    const found: Record<string, Uint8Array[]> = Object.fromEntries(hashes.map(({ name }) => [name, []]));
    const all = edited ? renderings(picture) : [await decodeFile(picture)];
    for await (const raster of all)
      for (const { name, hash } of hashes) {
        const start = performance.now();
        found[name]!.push((await hash(raster)).hash);
        spent.get(name)!.push(performance.now() - start);
      }
    out.push({ group: picture.group, topic: picture.topic, hashes: found });
    if (out.length % 50 === 0) console.error(`${out.length} of ${pictures.length} pictures`);
  }
  return out;
}

const rounded = (value: number): number => Number(value.toPrecision(3));
const shown = ({ k, n, clusterLow, clusterHigh }: ClusteredProportion) => ({
  k,
  n,
  low: rounded(clusterLow),
  high: rounded(clusterHigh),
});

/** Distances from each picture's edits to the original of another, by picture of the edits and of the original. */
function unrelated(all: readonly Measured[], name: string): { row: number; column: number; distance: number }[] {
  return all.flatMap(({ hashes: own }, row) =>
    all.flatMap((other, column) =>
      row === column
        ? []
        : own[name]!.slice(1).map((hash) => ({ row, column, distance: distanceBits(hash, other.hashes[name]![0]!) })),
    ),
  );
}

/** Unrelated pairs within a threshold. */
function falsePositives(all: readonly Measured[], name: string, threshold: number) {
  const counts = (): [number, number][] => all.map(() => [0, 0]);
  const [rows, columns] = [counts(), counts()];
  for (const { row, column, distance } of unrelated(all, name))
    for (const count of [rows[row]!, columns[column]!]) {
      count[1]++;
      if (distance <= threshold) count[0]++;
    }
  return shown(crossedProportion({ rows, columns }, seededRng(1, `pairs/${name}`)));
}

/** Recall at a threshold: of every edit, of the geometric ones, and of each. */
function recall(all: readonly Measured[], name: string, threshold: number) {
  const trials = all.flatMap(({ group, hashes: own }) => {
    const [original, ...others] = own[name]!;
    return others.map((hash, i) => ({
      cluster: group,
      edit: edits[i]!.label,
      success: distanceBits(original!, hash) <= threshold,
    }));
  });
  const of = (some: typeof trials, stream: string) =>
    shown(clusteredProportion(some, seededRng(1, `${stream}/${name}`)));
  return {
    all: of(trials, 'all'),
    geometric: of(
      trials.filter(({ edit }) => geometricEdits.includes(edit)),
      'geometric',
    ),
    byEdit: Object.fromEntries(
      edits.map(({ label }) => {
        const some = trials.filter(({ edit }) => edit === label);
        const { k, n, low, high } = wilson(some.filter(({ success }) => success).length, some.length);
        return [label, { k, n, low: rounded(low), high: rounded(high) }];
      }),
    ),
  };
}

/** A hash at a threshold. */
const at = (all: readonly Measured[], { name }: Hash, bits: number) => ({
  bits,
  falsePositives: falsePositives(all, name, bits),
  recall: recall(all, name, bits),
});

const chosen = (calibration: readonly Measured[], { name, bits }: Hash, rate: number): number =>
  largestDistance(
    unrelated(calibration, name).map(({ distance }) => distance),
    rate,
    bits,
  );

async function corpus({ calibration, evaluation }: Halves) {
  return {
    calibration: await measured(calibration.slice(0, most), true),
    evaluation: await measured(evaluation.slice(0, most), true),
  };
}

const pictures = await measuredPictures();
const photographs = await corpus(pictures.photographs);
const generated = await corpus(pictures.generated);
const hard = await measured(pictures.hardNegatives.slice(0, most), false);
const copies = await measured(pictures.copies, false);

const threshold = Math.min(
  ...[photographs, generated].map(({ calibration }) => chosen(calibration, hashes[0]!, ownRate)),
);
/** The hashes, copynet-256 with the threshold that was just chosen. */
const judged = hashes.map((hash) => (hash.name === own ? { ...hash, threshold } : hash));

const scored = ({
  calibration,
  evaluation,
}: {
  calibration: Measured[];
  evaluation: Measured[];
}): Record<string, Record<string, ReturnType<typeof at>>> =>
  Object.fromEntries(
    judged.map((hash) => [
      hash.name,
      {
        ...Object.fromEntries(
          rates.map((rate) => [`at ${rate}`, at(evaluation, hash, chosen(calibration, hash, rate))]),
        ),
        'at its own threshold': at(evaluation, hash, hash.threshold),
      },
    ]),
  );

/** Pairs of different groups under one label that match at the hash's own threshold. */
const hardPairs = (label: string) => {
  const some = hard.filter((each) => each.topic === label);
  return Object.fromEntries(
    judged.map(({ name, threshold: within }) => {
      const matched = some.flatMap((a, i) =>
        some
          .slice(0, i)
          .flatMap((b, j) =>
            a.group !== b.group && distanceBits(a.hashes[name]![0]!, b.hashes[name]![0]!) <= within
              ? [[j, i] as const]
              : [],
          ),
      );
      const { k, n, nodeLow, nodeHigh } = pairRate(matched, some.length, seededRng(1, `${label}/${name}`));
      return [name, { k, n, low: rounded(nodeLow), high: rounded(nodeHigh) }];
    }),
  );
};

/** Pairs of one group, which others made from one picture, that match at the hash's own threshold. */
const foundCopies = Object.fromEntries(
  judged.map(({ name, threshold: within }) => [
    name,
    shown(
      clusteredProportion(
        copies.flatMap((a, i) =>
          copies
            .slice(0, i)
            .filter((b) => b.group === a.group)
            .map((b) => ({
              cluster: a.group,
              success: distanceBits(a.hashes[name]![0]!, b.hashes[name]![0]!) <= within,
            })),
        ),
        seededRng(1, `copies/${name}`),
      ),
    ),
  ]),
);

const median = (values: readonly number[]): number => rounded([...values].sort((a, b) => a - b)[values.length >> 1]!);
const labels = [...new Set(hard.map(({ topic }) => topic))].sort();
const measurement = {
  what: `models/copynet-256/measure.ts: photographs, ${photographs.calibration.length} for calibration and ${photographs.evaluation.length} for evaluation, and generated pictures (seed 2019), ${generated.calibration.length} and ${generated.evaluation.length}; one of each group, each with ${edits.length} edits before the messenger step; unrelated pairs: an edited picture and the original of another; backend ${deep[0]!.inference.runtime}, ${deep[0]!.inference.kernels}`,
  intervals:
    'recall: 95 %, by picture (bootstrap; Wilson for one edit); unrelated pairs: 95 %, by both pictures; pairs of hard negatives: 95 %, by picture',
  geometricEdits,
  photographs: scored(photographs),
  generated: scored(generated),
  copies: foundCopies,
  hardNegatives: Object.fromEntries(labels.map((label) => [label, hardPairs(label)])),
  medianMillis: Object.fromEntries([...spent].map(([name, values]) => [name, median(values)])),
};
card.threshold = {
  bits: threshold,
  rule: `the largest distance at which at most ${ownRate} of the unrelated pairs of the calibration photographs match, and of the calibration pictures that were generated`,
};
card.sha256 = deep[0]!.sha256;
card.measured = measurement;
await writeFile(path, `${JSON.stringify(card, null, 2)}\n`);

const percent = ({ k, n, low, high }: { k: number; n: number; low: number; high: number }): string =>
  `${k}/${n} ${((100 * k) / n).toPrecision(3)} % [${(100 * low).toPrecision(3)}, ${(100 * high).toPrecision(3)}]`;
const row = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
for (const set of ['photographs', 'generated'] as const)
  for (const where of [...rates.map((rate) => `at ${rate}`), 'at its own threshold']) {
    console.log(`\n${set}, ${where}`);
    row(['', ...judged.map(({ name }) => `\`${name}\` ≤ ${measurement[set][name]![where]!.bits}`)]);
    row(['---', ...judged.map(() => '---:')]);
    const of = (what: string, each: (found: ReturnType<typeof at>) => Parameters<typeof percent>[0]): void =>
      row([what, ...judged.map(({ name }) => percent(each(measurement[set][name]![where]!)))]);
    of('unrelated pairs', (found) => found.falsePositives);
    of('all edits', (found) => found.recall.all);
    of('geometric edits', (found) => found.recall.geometric);
    for (const { label } of edits) of(label, (found) => found.recall.byEdit[label]!);
  }
console.log('\ncopies, hard negatives, ms');
row(['copies', ...judged.map(({ name }) => percent(foundCopies[name]!))]);
for (const label of labels)
  row([label, ...judged.map(({ name }) => percent(measurement.hardNegatives[label]![name]!))]);
row(['ms', ...judged.map(({ name }) => `${measurement.medianMillis[name]}`)]);
