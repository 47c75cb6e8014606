/** `presend train`: trains a head on the embeddings of a labelled dataset, and writes its card, metrics and page. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import type { BackendName } from '../classify/backend.ts';
import { takeLock } from '../disk/lock.ts';
import { makeFolders } from '../disk/write.ts';
import { lockFile, removeEmpty } from '../harness/run-folder.ts';
import { tableTerminal } from '../report/table.ts';
import { settings } from '../train/fit.ts';
import type { TrainOptions } from '../train/options.ts';
import { labelTable, overallTable, trainAnswer, trainPage } from '../train/report.ts';
import { type Trained, trainHead } from '../train/train.ts';
import { headName, mayWrite, writeHead } from '../train/write.ts';
import { InterruptedError } from '../util/errors.ts';
import { printable } from '../util/printable.ts';
import { backendOption, examples, wholeNumber } from './arguments.ts';
import { interruptible } from './interrupt.ts';
import { note, say } from './output.ts';
import { progressLine } from './progress.ts';
import { columnsOf } from './terminal.ts';

interface Options {
  dataset: string;
  head: 'logistic' | 'mlp';
  network: string;
  seed: number;
  out?: string;
  pictures?: number;
  limit?: number;
  threads?: number;
  backend?: BackendName;
  force?: boolean;
  json?: boolean;
}

/** The best of the fast networks for embeddings: see models/clothing-grocery. */
const defaultNetwork = 'nsfwjs-mobilenet-v2-mid';
/** Different from the seed of the experiments' generated corpus: a head must be scored on unseen pictures. */
const defaultSeed = 6;

export const trainCommand = (): Command =>
  new Command('train')
    .requiredOption(
      '--dataset <name>',
      'generated, photographs, or a labelled folder, .csv manifest, .tar shards, .parquet files, or an s3:// address',
    )
    .addOption(
      new Option('--head <kind>', 'logistic regression, or an MLP with one hidden layer')
        .choices(Object.keys(settings.hidden))
        .default('logistic'),
    )
    .option(
      '--network <name>',
      'network whose embedding is the input of the head (presend ls classifiers)',
      defaultNetwork,
    )
    .option(
      '--seed <n>',
      'seed of the generated corpus, the split, the initial weights and the order of training',
      wholeNumber('--seed', 0),
      defaultSeed,
    )
    .option('--out <folder>', 'folder of the head; the head gets its name (default: models/<dataset>-topics)')
    .option('--pictures <n>', 'pictures in the generated corpus', wholeNumber('--pictures', 20))
    .option('--limit <n>', 'use at most this many pictures, chosen by the seed', wholeNumber('--limit', 20))
    .option('--threads <n>', 'worker threads (default: one per core)', wholeNumber('--threads', 1))
    .addOption(backendOption())
    .option('--force', 'replace an existing head in the folder')
    .option('--json', 'print the metrics as JSON on stdout instead of tables')
    .addHelpText(
      'after',
      examples('train --dataset generated --seed 6', 'train --dataset ./labelled --head mlp --out models/mine --json'),
    )
    .action(train);

async function train({ dataset, head, out: wanted, force = false, json = false, ...options }: Options): Promise<void> {
  const out = wanted ?? defaultFolder(dataset);
  const name = headName(out);
  mayWrite(out, force);
  // An unwritable folder must be detected before the training.
  await makeFolders(out);
  let trained: Trained;
  // Files of two heads in one folder would fit neither.
  const lock = await takeLock(join(out, lockFile), out);
  try {
    // Another process may have finished one since.
    mayWrite(out, force);
    trained = await fitted({ ...options, name, dataset, kind: head });
    await writeHead(out, trained, { 'report.html': trainPage(trained.metrics) });
  } finally {
    await lock.release();
    await removeEmpty(out);
  }
  const { metrics } = trained;
  for (const { picture, reason } of metrics.dataset.refused) note(`${picture}: refused: ${reason}`);
  if (json) say(JSON.stringify(metrics, null, 2));
  else {
    const columns = columnsOf();
    for (const { label, text } of trainAnswer(metrics)) say(`${label}: ${printable(text)}`);
    for (const table of [overallTable(metrics), labelTable(metrics)]) say(`\n${tableTerminal(table, columns)}`);
  }
  note(`Head: ${out}`);
  note(`Page: ${pathToFileURL(join(out, 'report.html')).href}`);
}

/** Trains a head, with progress on the terminal. Throws an InterruptedError that says how to go on. */
async function fitted(options: Omit<TrainOptions, 'signal' | 'onProgress' | 'onNotice'>): Promise<Trained> {
  const progress = progressLine();
  try {
    return await interruptible(progress, (signal) =>
      trainHead({ ...options, signal, onProgress: progress.update, onNotice: progress.say }),
    );
  } catch (error) {
    if (error instanceof InterruptedError)
      throw new InterruptedError(
        'Interrupted; no head was written. Embeddings are kept: the same command continues after them.',
      );
    throw error;
  }
}

/** models/<dataset>-topics, with the last part of the dataset's path. */
function defaultFolder(dataset: string): string {
  const last =
    dataset
      .split(/[\\/]/)
      .filter((part) => !/^\.*$/.test(part))
      .at(-1) ?? 'my';
  const name = last
    .toLowerCase()
    .replace(/\.csv$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return join('models', `${name || 'my'}-topics`);
}
