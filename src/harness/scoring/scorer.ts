/** A network for experiments: loaded once per thread, with answers cached across runs, and fully described. */

import { backendNamed } from '../../classify/backend.ts';
import type { Classifier } from '../../classify/classifier.ts';
import { type EmbeddingCache, openEmbeddingCache } from '../../classify/embedding-cache.ts';
import { loadClassifier } from '../../classify/index.ts';
import { toInputVersion } from '../../classify/preprocess.ts';
import { sharp } from '../../image/sharp.ts';
import type { ScorerRow } from '../../schema/scored.ts';

/** A network and its cache. */
export interface Scorer {
  readonly classifier: Classifier;
  readonly cache: EmbeddingCache;
}

/** Side of a network's square input in pixels, if preprocess.ts makes the input; otherwise undefined. */
export function inputSideOf({ preprocessing }: Pick<Classifier, 'preprocessing'>): number | undefined {
  const [version, side] = preprocessing.split(' ');
  return version === toInputVersion ? Number(side) : undefined;
}

const loaded = new Map<string, Promise<Scorer>>();

/** The network of that name on a backend, by default the usual one. Throws a UserError if the name is unknown. */
export function scorerOf(name: string, backend?: string): Promise<Scorer> {
  const key = `${name} ${backendNamed(backend)}`;
  const known = loaded.get(key);
  if (known) return known;
  const loading = loadClassifier(name, backend === undefined ? {} : { backend }).then((classifier) => ({
    classifier,
    cache: openEmbeddingCache(classifier),
  }));
  loaded.set(key, loading);
  loading.catch(() => loaded.delete(key));
  return loading;
}

/** What turns files into pixels, with versions. */
export function decoderText(): string {
  const { sharp: version, vips, mozjpeg, png, webp } = sharp.versions as Readonly<Record<string, string | undefined>>;
  const libraries = Object.entries({ libvips: vips, mozjpeg, libpng: png, libwebp: webp })
    .flatMap(([name, each]) => (each ? [`${name} ${each}`] : []))
    .join(', ');
  return `sharp ${version ?? 'of unknown version'} (${libraries}); pixels as stored, no colour management, no EXIF rotation`;
}

/** Describes a network and its input. Runs on one thread; all threads have the same backend. */
export async function describeScorer({ network }: { readonly network: string }): Promise<ScorerRow> {
  const { classifier } = await scorerOf(network);
  return {
    row: 'scorer',
    network: classifier.name,
    sha256: classifier.sha256,
    labels: [...classifier.labels],
    backend: classifier.backend,
    decoder: decoderText(),
    kernel: inputSideOf(classifier)
      ? `${classifier.preprocessing} px: stretched, area average where it shrinks, bilinear where it grows`
      : classifier.preprocessing,
  };
}
