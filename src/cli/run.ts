/** `presend run <experiment>`: runs an experiment and writes its record, metrics and report. */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { commandLine } from '../disk/project.ts';
import { checkAny, readExperiment } from '../harness/experiment-file.ts';
import { type AnyExperiment, kindOf, runAny } from '../harness/kinds.ts';
import { partialFolder, runFiles } from '../harness/run-folder.ts';
import { inProcess } from '../harness/transport.ts';
import { terminalReport } from '../report/any.ts';
import { http } from '../server/transport/http-transport.ts';
import { InterruptedError, UserError } from '../util/errors.ts';
import { wholeNumber } from './arguments.ts';
import { interruptible } from './interrupt.ts';
import { progressLine } from './progress.ts';
import { columnsOf, wantsColor } from './terminal.ts';
import { writeReports } from './write-reports.ts';

interface Options {
  seed?: number;
  limit?: number;
  dataset?: string;
  edits?: string[];
  pictures?: number;
  out?: string;
  resume?: boolean;
  json?: boolean;
  threads?: number;
  transport: 'in-process' | 'http';
}

export const runCommand = (): Command =>
  new Command('run')
    .argument('<experiment>', 'e.g. tradeoff')
    .option('--seed <n>', 'another seed than the experiment’s', wholeNumber('--seed', 0))
    .option('--dataset <name>', 'generated, photographs, or the path of a folder or manifest')
    .option('--edits <presets...>', 'presets of edits instead of the experiment’s, where it compares copies')
    .option('--pictures <n>', 'pictures in the generated corpus', wholeNumber('--pictures', 20))
    .option('--limit <n>', 'use at most so many pictures, drawn by the seed', wholeNumber('--limit', 20))
    .option('--out <folder>', 'where to write the run (default: runs/<experiment>-<time>)')
    .option('--resume', 'go on with a run that was interrupted: the one in --out, or the last one')
    .option('--threads <n>', 'worker threads (default: one a core)', wholeNumber('--threads', 1))
    .addOption(
      new Option('--transport <name>', 'how devices reach the services: within the process, or by HTTP on 127.0.0.1')
        .choices(['in-process', 'http'])
        .default('in-process'),
    )
    .addOption(new Option('--json', 'print the metrics as JSON on stdout instead of the table'))
    .addHelpText(
      'after',
      '\nExamples:\n  presend run tradeoff\n  presend run tradeoff --dataset ./my-photographs --limit 400 --out runs/mine --json',
    )
    .action(run);

async function run(name: string, options: Options): Promise<void> {
  const file = await readExperiment(name);
  const experiment = overridden(file.experiment, options);
  const created = new Date().toISOString();
  const out = options.out ?? (await defaultFolder(experiment.name, created, options.resume ?? false));
  const progress = progressLine();
  try {
    const finished = await interruptible(progress, (signal) =>
      runAny({
        experiment,
        asPassed: file.text,
        out,
        resume: options.resume ?? false,
        limit: options.limit,
        threads: options.threads,
        transport: options.transport === 'http' ? http : inProcess,
        command: `presend ${process.argv.slice(2).join(' ')}`,
        created,
        onProgress: progress.update,
        signal,
      }),
    );
    const page = await writeReports(out, finished.metrics, finished.record, finished.timings);
    if (options.json) process.stdout.write(`${JSON.stringify(finished.metrics, null, 2)}\n`);
    else
      process.stdout.write(
        terminalReport(finished.metrics, finished.timings, {
          columns: columnsOf(),
          color: wantsColor(),
        }),
      );
    process.stderr.write(`\nRun: ${relative('', out) || out}\nPage: ${pathToFileURL(page).href}\n`);
  } catch (error) {
    if (error instanceof InterruptedError)
      throw new InterruptedError(`Interrupted; go on with: ${resumeCommand(process.argv.slice(2), out)}`);
    throw error;
  }
}

/** The command that goes on with a run: the same words, with its folder and --resume. */
export function resumeCommand(args: readonly string[], out: string): string {
  const kept = args.filter((each, i) => each !== '--resume' && !/^--out(=|$)/.test(each) && args[i - 1] !== '--out');
  const quoted = [...kept, '--out', relative('', out) || out, '--resume'].map((each) =>
    /^[\w./:=-]+$/.test(each) ? each : `'${each.replaceAll("'", `'\\''`)}'`,
  );
  return commandLine(quoted.join(' '));
}

/** The experiment with what the command line says instead. */
function overridden(experiment: AnyExperiment, { seed, dataset, pictures, edits }: Options): AnyExperiment {
  if (edits && experiment.kind !== 'copy-detection')
    throw new UserError(`--edits is for experiments that compare copies; '${experiment.name}' is none`);
  if (!kindOf(experiment).onPictures || !('dataset' in experiment)) {
    const given = dataset === undefined ? pictures && '--pictures' : '--dataset';
    if (given) throw new UserError(`${given} is for experiments on pictures; '${experiment.name}' simulates accounts`);
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
    },
    `Experiment ${experiment.name}`,
  );
}

/** runs/<experiment>-<time>; to resume, the newest unfinished one. */
async function defaultFolder(name: string, created: string, resume: boolean): Promise<string> {
  await mkdir('runs', { recursive: true });
  if (!resume) return join('runs', `${name}-${created.replace(/[-:]|\.\d+/g, '')}`);
  const unfinished = (await readdir('runs'))
    .filter((folder) => folder.startsWith(`${name}-`) && existsSync(partialFolder(join('runs', folder))))
    .filter((folder) => existsSync(join('runs', folder, runFiles.record)))
    .sort();
  const last = unfinished.at(-1);
  if (!last) throw new UserError(`No unfinished run of '${name}' under runs/ to resume; name its folder with --out`);
  return join('runs', last);
}
