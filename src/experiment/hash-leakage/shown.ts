/** The contact sheet's pictures, and what a network makes of recovered ones: both on what the inversion left in the scratch folder. */
import { thumbnailSide } from '../../attack/low-frequencies.ts';
import { loadClassifier } from '../../classify/index.ts';
import { png } from '../../dataset/generated/png.ts';
import { decibels, meanSquaredError } from '../../metric/ssim.ts';
import { UserError } from '../../util/errors.ts';
import { bytesAt, type Hashed, readAll } from './hashing.ts';
import { recoveredIn } from './inversion.ts';
import type { HashLeakFeaturesRow, HashLeakShownRow, HashLeakSource } from './rows.ts';

/** Datasets whose pictures a program drew: nobody is on them. */
export const generatedDatasets: readonly string[] = ['generated'];

/** What to show. */
export interface ShownTask {
  readonly scratch: string;
  readonly source: HashLeakSource;
  /** Name under which the dataset was opened. */
  readonly dataset: string;
  readonly hashes: readonly string[];
  readonly pictures: number;
}

/**
 * Pictures as they were, as each hash gives them back, and the mean: for the contact sheet. Throws a UserError on any dataset but the
 * generated one: what a hash gives away of somebody's photograph is measured, and not printed.
 */
export async function hashLeakShown(task: ShownTask): Promise<HashLeakShownRow[]> {
  const { source, dataset } = task;
  if (source !== 'miniatures' && !generatedDatasets.includes(dataset))
    throw new UserError(`A contact sheet only shows generated pictures, and '${dataset}' is not generated`);
  const recovered = await Promise.all(
    task.hashes.map(async (hash) => ({ hash, all: await readAll(task.scratch, recoveredIn(source, hash)) })),
  );
  const first = recovered[0]!.all;
  return spread(first, task.pictures).map((i): HashLeakShownRow => {
    const original = bytesAt(first, 'original', i);
    return {
      row: 'hash-leak-shown',
      source,
      picture: first.picture[i]!,
      topic: first.topic[i]!,
      original: greyPng(original),
      mean: greyPng(bytesAt(first, 'mean', i)),
      recovered: recovered.map(({ hash, all }) => {
        const [ridge, nearest] = [bytesAt(all, 'ridge', i), bytesAt(all, 'nearest', i)];
        return {
          hash,
          ridge: greyPng(ridge),
          nearest: greyPng(nearest),
          ridgeDb: decibels(meanSquaredError(ridge, original)),
          nearestDb: decibels(meanSquaredError(nearest, original)),
        };
      }),
    };
  });
}

/** Places of so many pictures, one of each topic in turn. */
function spread({ topic, picture }: Hashed, count: number): number[] {
  const turn = new Map<string, number>();
  const order = topic.map((each, i) => {
    const at = turn.get(each) ?? 0;
    turn.set(each, at + 1);
    return { i, at, topic: each };
  });
  order.sort((a, b) => a.at - b.at || (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.i - b.i));
  return order.slice(0, Math.min(count, picture.length)).map(({ i }) => i);
}

function greyPng(grey: Uint8Array): string {
  const data = Uint8Array.from({ length: 3 * grey.length }, (_, i) => grey[Math.floor(i / 3)]!);
  return Buffer.from(png({ width: thumbnailSide, height: thumbnailSide, channels: 3, data })).toString('base64');
}

/** What to compare. */
export interface FeaturesTask {
  readonly scratch: string;
  readonly source: HashLeakSource;
  readonly hashes: readonly string[];
  readonly classifier: string;
  readonly pictures: number;
}

/** Cosine distances of a network's features, and which network on what. */
export interface FeaturesResult {
  readonly rows: readonly HashLeakFeaturesRow[];
  readonly model: { readonly name: string; readonly sha256: string };
  readonly backend: string;
}

/** Compares recovered thumbnails with the originals in the features of a network; both are enlarged to its input alike. */
export async function hashLeakFeatures(task: FeaturesTask): Promise<FeaturesResult> {
  const classifier = await loadClassifier(task.classifier);
  const { name, sha256, backend } = classifier;
  const known = new Map<string, Promise<Float32Array>>();
  const featuresOf = (grey: Uint8Array): Promise<Float32Array> => {
    const key = String(grey);
    const found =
      known.get(key) ??
      classifier
        .classify({ width: thumbnailSide, height: thumbnailSide, channels: 1, data: grey })
        .then(({ embedding }) => embedding);
    known.set(key, found);
    return found;
  };
  const rows: HashLeakFeaturesRow[] = [];
  for (const hash of task.hashes) {
    const all = await readAll(task.scratch, recoveredIn(task.source, hash));
    const test = [...all.picture.keys()].slice(0, task.pictures);
    const distances = async (of: string): Promise<number[]> => {
      const out: number[] = [];
      for (const i of test) {
        const original = await featuresOf(bytesAt(all, 'original', i));
        out.push(Number(cosineDistance(original, await featuresOf(bytesAt(all, of, i))).toPrecision(6)));
      }
      return out;
    };
    rows.push({
      row: 'hash-leak-features',
      source: task.source,
      hash,
      classifier: name,
      test: test.map((i) => all.picture[i]!),
      distance: {
        ridge: await distances('ridge'),
        nearest: await distances('nearest'),
        mean: await distances('mean'),
        random: await distances('random'),
      },
    });
  }
  return { rows, model: { name, sha256 }, backend };
}

function cosineDistance(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return aa === 0 || bb === 0 ? 1 : 1 - ab / Math.sqrt(aa * bb);
}
