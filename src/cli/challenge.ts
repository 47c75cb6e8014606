/** `presend challenge export|score`: a blind test for detectors that may not leave their owner. */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { exportChallenge } from '../challenge/export.ts';
import type { ChallengeMetrics } from '../challenge/metrics.ts';
import { challengeReport } from '../challenge/report.ts';
import { scoreChallenge } from '../challenge/score.ts';
import { quoted, typed } from '../disk/command-line.ts';
import { entriesIfThere } from '../disk/read.ts';
import { makeFolders, writeJson, writeWhole } from '../disk/write.ts';
import { surroundings } from '../harness/record.ts';
import { metricsDigest, RunFolder, runFiles } from '../harness/run-folder.ts';
import { pageText } from '../report/page/shell.ts';
import type { Report } from '../report/parts.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { InterruptedError, UserError, unexpected } from '../util/errors.ts';
import { examples, wholeNumber } from './arguments.ts';
import { interruptible } from './interrupt.ts';
import { defaultSeed } from './known-datasets.ts';
import { facts, jsonText, note, say } from './output.ts';
import { progressLine } from './progress.ts';
import { columnsOf, wantsColor } from './terminal.ts';

export const challengeCommand = (): Command =>
  new Command('challenge')
    .addCommand(exportCommand())
    .addCommand(scoreCommand())
    .addHelpText(
      'after',
      examples(
        'challenge export --dataset generated --edits perception --out challenge --key challenge.key --limit 60',
        'challenge score challenge answers.csv --key challenge.key',
      ),
    );

interface ExportArguments {
  dataset: string;
  edits: string;
  out: string;
  key: string;
  seed: number;
  pictures?: number;
  limit?: number;
  decoys?: number;
  duplicates: number;
  impostors: number;
  format: 'png' | 'jpeg';
  threads?: number;
  json?: boolean;
}

const share =
  (option: string) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= 0 && value <= 1)) throw unexpected(option, 'a number from 0 to 1', text);
    return value;
  };

const exportCommand = (): Command =>
  new Command('export')
    .description(
      'write originals, edited copies, decoys and duplicates under random names, and apart from them the key',
    )
    .requiredOption('--dataset <name>', 'dataset of ordinary pictures: a name or a path (presend dataset ls)')
    .requiredOption('--edits <preset>', 'edits of a published benchmark: a name under experiments/presets/, or a file')
    .requiredOption('--out <folder>', 'new folder for the challenge: this is what you hand out')
    .requiredOption('--key <file>', 'file for the key, outside the folder, readable only by you')
    .option(
      '--seed <n>',
      'seed of choices and edits; names also depend on a random salt',
      wholeNumber('--seed', 0),
      defaultSeed,
    )
    .option('--pictures <n>', 'pictures in a generated dataset', wholeNumber('--pictures', 20))
    .option(
      '--limit <n>',
      'use at most this many originals (default: ten elevenths of the dataset)',
      wholeNumber('--limit', 2),
    )
    .option('--decoys <n>', 'unrelated pictures to add (default: one for ten originals)', wholeNumber('--decoys', 0))
    .option('--duplicates <share>', 'share of files that are there under a second name', share('--duplicates'), 0.05)
    .option('--impostors <n>', 'pairs of unrelated pictures for each edited copy', wholeNumber('--impostors', 1), 4)
    .addOption(
      new Option('--format <name>', 'format of the files; png keeps every pixel')
        .choices(['png', 'jpeg'])
        .default('png'),
    )
    .option('--threads <n>', 'worker threads (default: one per core)', wholeNumber('--threads', 1))
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples(
        'challenge export --dataset generated --edits perception --out challenge --key challenge.key --limit 60',
        'challenge export --dataset ./photographs --edits copydays --out challenge --key challenge.key --seed 7',
      ),
    )
    .action(runExport);

async function runExport({ dataset: name, pictures, json = false, ...options }: ExportArguments): Promise<void> {
  const progress = progressLine();
  const exported = await interruptible(progress, (signal) =>
    exportChallenge({
      ...options,
      dataset: { name, ...(pictures === undefined ? {} : { pictures }) },
      onProgress: progress.update,
      onNotice: progress.say,
      signal,
    }),
  ).catch((error: unknown) => {
    if (error instanceof InterruptedError)
      throw new InterruptedError(`Interrupted; continue with: ${typed(process.argv.slice(2))}`);
    throw error;
  });
  const made = { folder: options.out, key: options.key, ...exported };
  say(json ? jsonText(made, 2) : facts(Object.entries(made)));
}

interface ScoreArguments {
  key: string;
  name: string;
  distance: 'cosine' | 'l2';
  minQuality?: number;
  out?: string;
  json?: boolean;
}

const scoreCommand = (): Command =>
  new Command('score')
    .description('check the key against the folder, and score answers: hashes, vectors, distances, scores or decisions')
    .argument('<folder>', 'folder of the challenge')
    .argument('<answers>', 'CSV file; the README of the folder says its forms')
    .requiredOption('--key <file>', 'the key that was written with the folder')
    .option(
      '--name <detector>',
      'name of the detector; that of a hash (presend ls hashes) adds its authors’ threshold',
      'detector',
    )
    .addOption(new Option('--distance <name>', 'how vectors are compared').choices(['cosine', 'l2']).default('cosine'))
    .option(
      '--min-quality <n>',
      'hashes of less quality count as refused (default: 0)',
      wholeNumber('--min-quality', 0),
    )
    .option(
      '--out <folder>',
      'new folder of a run: run.json, metrics.json, report.html, report.md and csv/; presend compare and card read it',
    )
    .option('--json', 'print the metrics as JSON on stdout instead of the table')
    .addHelpText(
      'after',
      examples(
        'challenge score challenge answers.csv --key challenge.key',
        'challenge score challenge answers.csv --key challenge.key --name acme --out runs/acme --json',
      ),
    )
    .action(runScore);

/** Sentences on unusable lines that are printed; metrics.json has more. */
const shownMistakes = 20;

async function runScore(
  folder: string,
  answers: string,
  { key, name, distance, minQuality, out, json = false }: ScoreArguments,
): Promise<void> {
  if (out !== undefined && ((await entriesIfThere(out)) ?? []).length > 0)
    throw new UserError(`${out} is not empty; choose a new folder for --out`);
  const progress = progressLine();
  const metrics = await scoreChallenge({
    folder,
    answers,
    key,
    detector: name,
    metric: distance,
    minQuality,
    onProgress: progress.update,
  }).finally(progress.close);
  const { mistakes } = metrics.answers;
  for (const each of mistakes.first.slice(0, shownMistakes)) note(`${answers}, ${each}`);
  if (mistakes.count > shownMistakes)
    note(`${answers}: ${mistakes.count - shownMistakes} more lines could not be used`);
  const report = challengeReport(metrics);
  if (json) say(JSON.stringify(metrics, null, 2));
  else process.stdout.write(report.terminal({ columns: columnsOf(), color: wantsColor() }));
  if (out === undefined) return;
  const record = await recordOf(metrics);
  await new RunFolder(out).alone(() => writeRun(out, metrics, report, record));
  note(`Page: ${pathToFileURL(resolve(out, 'report.html')).href}`);
}

/** Writes the folder of a run; its record comes last, so that a folder with a record is whole. */
async function writeRun(out: string, metrics: ChallengeMetrics, report: Report, record: RunRecord): Promise<void> {
  await makeFolders(join(out, 'csv'));
  await writeJson(join(out, runFiles.metrics), metrics);
  await writeWhole(join(out, 'report.html'), pageText(report.page(record)));
  await writeWhole(join(out, 'report.md'), report.markdown(record));
  for (const [file, text] of Object.entries(report.csv)) await writeWhole(join(out, 'csv', file), text);
  await writeJson(join(out, runFiles.record), record);
}

/** What the reports say of how the numbers were made. */
const recordOf = async (metrics: ChallengeMetrics): Promise<RunRecord> => {
  const { seed, dataset, commitment, edits, kind, experiment, question, detector } = metrics;
  return {
    schemaVersion: 2,
    runId: `challenge-${commitment.slice(0, 12)}`,
    created: new Date().toISOString(),
    command: `presend ${quoted(process.argv.slice(2))}`,
    seed,
    streams: ['challenge/…', 'recall …', 'fpr …', 'tail …'],
    dataset,
    models: [],
    ...(await surroundings()),
    threads: 1,
    resumed: false,
    classifierBackend: 'none',
    experimentAsPassed: null,
    experimentResolved: { kind, name: experiment, question, seed, detector, challenge: commitment, edits },
    metrics: { sha256: metricsDigest(metrics) },
  };
};
