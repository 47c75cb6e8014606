/** Writes a trained head's folder: head.json, its card, its metrics, and the list of pictures that it has seen. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { headFile, splitDigits, splitFile } from '../classify/model-folder.ts';
import { writeWhole } from '../disk/write.ts';
import { check } from '../schema/check.ts';
import { HeadCard } from '../schema/model-card.ts';
import { UserError } from '../util/errors.ts';
import type { TrainMetrics } from './metrics.ts';
import type { TrainingPicture } from './options.ts';
import type { Trained } from './train.ts';

/** Name of a head: that of its folder. Throws a UserError if that is not a valid name. */
export function headName(out: string): string {
  const name = basename(resolve(out));
  if (!/^[a-z0-9][a-z0-9-]{0,59}$/.test(name))
    throw new UserError(
      `The folder ${out} gives the head its name: use at most sixty lower-case letters, digits and dashes`,
    );
  return name;
}

/** Throws a UserError if something in the folder must not be overwritten: any other model, and a head unless `force` is set. */
export function mayWrite(out: string, force: boolean): void {
  if (existsSync(join(out, headFile))) {
    if (!force) throw new UserError(`${out} already holds a head; choose another --out, or replace it with --force`);
  } else if (existsSync(join(out, 'card.json')))
    throw new UserError(`${out} holds a model that is not a head; choose another --out`);
}

/** Writes the folder. head.json is written last, so that a head is complete or absent. `more` are further files, name → text. */
export async function writeHead(out: string, trained: Trained, more: Readonly<Record<string, string>>): Promise<void> {
  const { file, metrics, parts } = trained;
  const digests = (part: readonly TrainingPicture[]): string[] =>
    part.map(({ sha256 }) => sha256.slice(0, splitDigits)).sort();
  const split = {
    what: `first ${splitDigits} hex digits of the SHA-256 of each picture`,
    train: digests(parts.train),
    validation: digests(parts.validation),
    test: digests(parts.test),
  };
  const files: Record<string, string> = {
    ...more,
    'metrics.json': json(metrics),
    'card.json': json(cardOf(metrics)),
    [splitFile]: json(split),
    [headFile]: `${JSON.stringify(file)}\n`,
  };
  await mkdir(out, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeWhole(join(out, name), content);
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The card of a head. */
function cardOf(metrics: TrainMetrics): HeadCard & Record<string, unknown> {
  const { name, head, network, dataset, test, calibration, seed, limits } = metrics;
  const { accuracy, baseline, difference, macroF1 } = test;
  const card = {
    name,
    kind: 'head',
    summary: `A ${head.kind} head on ${network.name}: ${test.labels.length} labels of ${dataset.name}.`,
    source: `this project: presend train on ${dataset.name}, seed ${seed}; see metrics.json`,
    licence: `Apache-2.0 (weights of the head); trained on pictures under ${dataset.licence}, none of which is here; the network as its own card says`,
    sha256: head.sha256,
    input: `that of the network; see models/${network.name}/card.json`,
    preprocessing: `that of the network; the head reads its embedding of ${network.embeddingLength} floats`,
    labels: test.labels.map(({ label }) => label),
    network: { name: network.name, sha256: network.sha256 },
    trainedOn: {
      name: dataset.name,
      sha256: dataset.sha256,
      source: dataset.source,
      licence: dataset.licence,
      pictures: metrics.parts,
    },
    limits,
    measured: {
      what: 'the test part; 95 % intervals by Wilson, and by source picture; see metrics.json',
      accuracy,
      baseline: { what: test.baselineName, ...baseline },
      difference,
      macroF1,
      calibrationError: {
        n: calibration.test.n,
        before: calibration.test.before.ece,
        after: calibration.test.after.ece,
      },
    },
  };
  return check(HeadCard, card, `Card of ${name}`) as HeadCard & Record<string, unknown>;
}
