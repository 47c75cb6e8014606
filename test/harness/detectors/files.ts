/** Detector files of tests: presend's own PDQ as a program, and a tiny network. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { matrix, saveGraph } from '../../classify/tiny-network.ts';
import { nodeWords } from '../../helpers/program.ts';

/** Options of a run of an experiment in a folder. */
export const options = <E>(experiment: E, out: string, more: Partial<RunOptions<E>> = {}): RunOptions<E> => ({
  experiment,
  asPassed: JSON.stringify(experiment),
  out,
  resume: false,
  threads: 1,
  command: 'presend run detectors',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

/** Writes a detector file in a folder of its own; returns its path. */
export async function detectorFile(folder: string, file: object): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(await mkdtemp(join(folder, 'detector-')), 'mine.yaml');
  await writeFile(path, JSON.stringify(file));
  return path;
}

/** presend's PDQ as a program. `words` change what it does (pdq-program.ts). */
export const pdqProgram = (...words: string[]) => ({
  version: 1,
  kind: 'program',
  name: 'pdq-program',
  command: [process.execPath, ...nodeWords(join(import.meta.dirname, 'pdq-program.ts')), ...words],
  bits: 256,
  distance: 'hamming',
  threshold: 31,
  minQuality: 50,
  licence: 'MIT',
});

/** The same as vectors of 1 and −1, whose cosine distance is the Hamming distance / 128. */
export const pdqSigns = {
  ...pdqProgram('signs'),
  name: 'pdq-signs',
  vector: { dimensions: 256, seed: 1 },
  distance: 'cosine',
  threshold: 31 / 128,
  step: 1 / 128,
};

/**
 * A network that sees 4 × 4 pixels in colour, as a detector file. `input`: changes what its file says of the input; `weights`: what it is made of;
 * `more`: other members of the file.
 */
export async function tinyNetwork(
  folder: string,
  {
    input = {},
    weights = matrix(48, 16, [37, 101, 199]),
    more = {},
  }: { readonly input?: object; readonly weights?: Float32Array; readonly more?: object } = {},
): Promise<string> {
  const path = await detectorFile(folder, {
    version: 1,
    kind: 'network',
    name: 'tiny-network',
    format: 'tfjs',
    model: 'model.json',
    input: { width: 4, height: 4, layout: 'nhwc', mean: 0.5, scale: 2, ...input },
    hyperplanes: { seed: 5 },
    bits: 64,
    threshold: 8,
    ...more,
  });
  await saveGraph({ side: 4, block: 1, outputs: 16, weights }, join(path, '..'));
  return path;
}
