/** `presend run <experiment>`: runs an experiment and writes its record, metrics and report. */
import { mkdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import type { BackendName } from '../classify/backend.ts';
import { quoted, resumeCommand } from '../disk/command-line.ts';
import { entriesIfThere } from '../disk/read.ts';
import { makeFolders } from '../disk/write.ts';
import { checkAny, readExperiment } from '../experiment/experiment-file.ts';
import type { AnyExperiment, AnyMetrics } from '../experiment/index.ts';
import { kindOf, runAny } from '../experiment/run.ts';
import type { Finished } from '../harness/kind.ts';
import type { Coordinator } from '../harness/queue/crew.ts';
import { RunFolder, removeEmpty } from '../harness/run-folder.ts';
import { inProcess } from '../harness/run-options.ts';
import { PartDone, shardOf } from '../harness/shard.ts';
import { listOf } from '../schema/tradeoff-inputs.ts';
import { checkDatabaseUrl } from '../server/store/database-url.ts';
import { InterruptedError, isMachineTrouble, systemCode, UserError } from '../util/errors.ts';
import { backendOption, commaSeparated, wholeNumber } from './arguments.ts';
import { interruptible } from './interrupt.ts';
import { progressLine } from './progress.ts';
import { columnsOf, wantsColor } from './terminal.ts';

interface Options {
  seed?: number;
  limit?: number;
  dataset?: string;
  edits?: string[];
  pictures?: number;
  listEntries?: number;
  strategies?: string[];
  hashes?: string[];
  out?: string;
  resume?: boolean;
  json?: boolean;
  full?: boolean;
  threads?: number;
  transport: 'in-process' | 'http';
  backend?: BackendName;
  shard?: string;
  wait?: boolean;
  queue?: string;
}

export const runCommand = (): Command =>
  new Command('run')
    .argument('<experiment>', 'e.g. tradeoff')
    .option('--seed <n>', 'seed to use instead of the experiment’s', wholeNumber('--seed', 0))
    .option(
      '--dataset <name>',
      'generated, photographs, or a folder, .csv manifest, .tar shards, .parquet files, or an s3:// address',
    )
    .option('--edits <presets...>', 'presets of edits to use instead of the experiment’s, if it compares copies')
    .option(
      '--strategies <names>',
      'strategies to run, separated by commas, instead of the experiment’s',
      (text: string) => commaSeparated('--strategies', text),
    )
    .option(
      '--hashes <names>',
      'hashes to compare, separated by commas, instead of the experiment’s; those that its strategies match with stay',
      (text: string) => commaSeparated('--hashes', text),
    )
    .option('--pictures <n>', 'pictures in the generated corpus', wholeNumber('--pictures', 20))
    .option(
      '--list-entries <n>',
      'entries on the list that the trade-off model takes, instead of its range',
      wholeNumber('--list-entries', 1),
    )
    .option('--limit <n>', 'use at most this many pictures, chosen by the seed', wholeNumber('--limit', 20))
    .option('--out <folder>', 'where to write the run (default: runs/<experiment>-<time>)')
    .option('--resume', 'continue an interrupted run: the one in --out, or the last one')
    .option(
      '--shard <i/n>',
      'do only the i-th of n parts of the steps, in a folder that n processes share (--out); then: presend merge',
    )
    .option('--wait', 'with --shard: wait for the other parts where their results are needed, instead of stopping')
    .option('--queue <url>', 'let workers do the steps: the PostgreSQL database where presend worker finds them')
    .option('--threads <n>', 'worker threads (default: one per core)', wholeNumber('--threads', 1))
    .addOption(
      new Option('--transport <name>', 'how devices reach the services: inside the process, or over HTTP on 127.0.0.1')
        .choices(['in-process', 'http'])
        .default('in-process'),
    )
    .addOption(backendOption())
    .addOption(new Option('--json', 'print the metrics as JSON on stdout instead of the table'))
    .option('--full', 'print every table, not only the answer')
    .addHelpText(
      'after',
      '\nExamples:\n  presend run tradeoff --strategies server-scan,client-list,psi\n  presend run tradeoff --dataset ./my-photographs --limit 400 --out runs/mine',
    )
    .action(run);

async function run(name: string, options: Options): Promise<void> {
  const file = await readExperiment(name);
  const experiment = selected(overridden(file.experiment, options), options);
  const created = new Date().toISOString();
  const { resume = false } = options;
  const shard = options.shard === undefined ? undefined : shardOf(options.shard, options.wait ?? false);
  if (options.wait && !shard) throw new UserError('--wait is for --shard: it waits for the other parts');
  if (shard && options.out === undefined)
    throw new UserError('--shard needs --out: all parts of a run work in one folder');
  if (shard && options.queue !== undefined)
    throw new UserError('--shard and --queue both say who does the steps; use one of them');
  if (shard && options.json) throw new UserError('--shard prints no metrics; presend merge --json does');
  if (options.out !== undefined) return runIn(options.out);
  if (resume) return runIn(await lastUnfinished(experiment.name));
  const out = await newFolder(experiment.name, created);
  try {
    await runIn(out);
  } finally {
    // Empty if the run could not start.
    await removeEmpty(out);
  }

  async function runIn(out: string): Promise<void> {
    const transport =
      options.transport === 'http' ? (await import('../server/transport/http-transport.ts')).http : inProcess;
    const progress = progressLine({ shares: kindOf(experiment).phaseShares?.(experiment) });
    const work = async (): Promise<void> => {
      const finished = await atQueue(options.queue, out, (coordinator) =>
        interruptible(progress, (signal) =>
          runAny({
            coordinator,
            experiment,
            asPassed: file.text,
            out,
            resume,
            held: !shard,
            shard,
            limit: options.limit,
            threads: options.threads,
            backend: options.backend,
            transport,
            command: `presend ${quoted(withoutSecrets(process.argv.slice(2)))}`,
            created,
            onProgress: progress.update,
            onNotice: progress.say,
            signal,
          }),
        ),
      );
      await show(finished, options);
    };
    try {
      await (shard ? work() : new RunFolder(out).alone(work, resume));
    } catch (error) {
      // The process did what it was asked for.
      if (error instanceof PartDone) return void process.stderr.write(`${error.message}\n`);
      const goOn = (): string => resumeCommand(withoutSecrets(process.argv.slice(2)), relative('', out) || out);
      if (error instanceof InterruptedError) throw new InterruptedError(`Interrupted; continue with: ${goOn()}`);
      // With a full disk nothing is lost: earlier results are stored, and the run can resume.
      if (error instanceof Error && isMachineTrouble(error) && (await new RunFolder(out).canGoOn()))
        Object.assign(error, {
          hint: `Partial results are kept; when the problem is solved, continue with: ${goOn()}`,
        });
      throw error;
    }
  }
}

/** Works with the coordinator of a run at a queue, if there is a queue. */
async function atQueue<T>(
  url: string | undefined,
  out: string,
  work: (coordinator: Coordinator | undefined) => Promise<T>,
): Promise<T> {
  if (url === undefined) return work(undefined);
  checkDatabaseUrl(url, '--queue');
  const [{ Queue }, { coordinator }] = await Promise.all([
    import('../harness/queue/queue.ts'),
    import('../harness/queue/crew.ts'),
  ]);
  const queue = await Queue.open(url);
  try {
    return await work(coordinator(queue, basename(resolve(out))));
  } finally {
    await queue.close();
  }
}

/** The words of a command without the address of a database, which may contain a password: it stays in the environment. */
const withoutSecrets = (words: readonly string[]): string[] =>
  words.map((word, i) =>
    words[i - 1] === '--queue' ? '$DATABASE_URL' : word.startsWith('--queue=') ? '--queue=$DATABASE_URL' : word,
  );

/** Writes the reports of a finished run, and prints the table or the metrics. */
export async function show(
  { folder, metrics, record, timings }: Finished<AnyMetrics>,
  { json = false, full = false }: { readonly json?: boolean; readonly full?: boolean },
): Promise<void> {
  // Charts take hundreds of modules, which no run needs before it has ended.
  const [{ writeReports }, { terminalReport }] = await Promise.all([
    import('./write-reports.ts'),
    import('../experiment/report.ts'),
  ]);
  const page = await writeReports(folder, metrics, record, timings);
  if (json) process.stdout.write(`${JSON.stringify(metrics, null, 2)}\n`);
  else
    process.stdout.write(
      await terminalReport(metrics, timings, {
        columns: columnsOf(),
        color: wantsColor(),
        full,
      }),
    );
  process.stderr.write(`\nRun: ${relative('', folder) || folder}\nPage: ${pathToFileURL(page).href}\n`);
}

/** The experiment with the overrides of the command line. */
function overridden(
  experiment: AnyExperiment,
  { seed, dataset, pictures, edits, listEntries }: Options,
): AnyExperiment {
  if (listEntries !== undefined && !('model' in experiment))
    throw new UserError(`--list-entries is for the trade-off; '${experiment.name}' has no such model`);
  if (edits && experiment.kind !== 'copy-detection')
    throw new UserError(`--edits is only for experiments that compare copies; '${experiment.name}' does not`);
  if (!kindOf(experiment).onPictures || !('dataset' in experiment)) {
    const given = dataset === undefined ? pictures && '--pictures' : '--dataset';
    if (given)
      throw new UserError(`${given} is only for experiments on pictures; '${experiment.name}' simulates accounts`);
    return { ...experiment, seed: seed ?? experiment.seed };
  }
  const changed = dataset !== undefined && dataset !== experiment.dataset.name;
  const { sha256, pictures: wanted, ...rest } = experiment.dataset;
  const kept = changed || pictures !== undefined || seed !== undefined ? {} : { ...(sha256 ? { sha256 } : {}) };
  const count = pictures ?? (changed ? undefined : wanted);
  return checkAny(
    {
      ...experiment,
      seed: seed ?? experiment.seed,
      dataset: { ...rest, name: dataset ?? rest.name, ...kept, ...(count === undefined ? {} : { pictures: count }) },
      ...(edits ? { sets: edits.map((preset) => ({ preset })) } : {}),
      ...(listEntries !== undefined && 'model' in experiment
        ? { model: { ...experiment.model, listEntries: listOf(listEntries) } }
        : {}),
    },
    `Experiment ${experiment.name}`,
  );
}

/** The experiment with the strategies and hashes of the command line. A UserError where its kind has none to choose. */
function selected(experiment: AnyExperiment, { strategies, hashes }: Options): AnyExperiment {
  if (!strategies && !hashes) return experiment;
  const what = `Experiment ${experiment.name}`;
  const none = (option: string): UserError =>
    new UserError(`${option} is for experiments that list them; '${experiment.name}' does not`);
  if ('grid' in experiment && 'strategy' in experiment.grid) {
    const { messages, grid } = experiment as Extract<AnyExperiment, { readonly grid: { readonly strategy: unknown } }>;
    const hash = hashes && [...new Set([...hashes, messages.hash, messages.secondHash])];
    return checkAny(
      { ...experiment, grid: { ...grid, ...(strategies ? { strategy: strategies } : {}), ...(hash ? { hash } : {}) } },
      what,
    );
  }
  if (strategies && !('strategies' in experiment)) throw none('--strategies');
  if (hashes && !('hashes' in experiment)) throw none('--hashes');
  return checkAny({ ...experiment, ...(strategies ? { strategies } : {}), ...(hashes ? { hashes } : {}) }, what);
}

/** Creates runs/<experiment>-<time>, with a number if several runs start in the same second. */
async function newFolder(name: string, created: string): Promise<string> {
  await makeFolders('runs');
  const stem = join('runs', `${name}-${created.replace(/[-:]|\.\d+/g, '')}`);
  for (let count = 1; ; count++) {
    const folder = count === 1 ? stem : `${stem}-${count}`;
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** The newest unfinished run of an experiment among the folders that `newFolder` created. */
async function lastUnfinished(name: string): Promise<string> {
  const entries = (await entriesIfThere('runs')) ?? [];
  const made = new RegExp(`^${name}-\\d{8}T\\d{6}Z(-\\d+)?$`);
  for (const folder of entries
    .flatMap((each) => (made.test(each.name) ? [join('runs', each.name)] : []))
    .sort()
    .reverse())
    if (await new RunFolder(folder).canGoOn()) return folder;
  throw new UserError(`No unfinished run of '${name}' under runs/ to resume; name its folder with --out`);
}
