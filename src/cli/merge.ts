/** `presend merge <folder>`: finishes a run whose steps were done in shards. */
import { Command, Option } from 'commander';
import { kindOf, runAny } from '../experiment/run.ts';
import { RunFolder } from '../harness/run-folder.ts';
import { UserError } from '../util/errors.ts';
import { examples, wholeNumber } from './arguments.ts';
import { begunBy } from './begun.ts';
import { interruptible } from './interrupt.ts';
import { progressLine } from './progress.ts';
import { show } from './run.ts';

interface Options {
  dataset?: string;
  threads?: number;
  json?: boolean;
  full?: boolean;
}

export const mergeCommand = (): Command =>
  new Command('merge')
    .argument('<folder>', 'the folder that all shards worked in')
    .option('--dataset <name>', 'where the pictures are on this machine, if not where the first shard found them')
    .option('--threads <n>', 'worker threads (default: one per core)', wholeNumber('--threads', 1))
    .addOption(new Option('--json', 'print the metrics as JSON on stdout instead of the table'))
    .option('--full', 'print every table, not only the answer')
    .addHelpText('after', examples('merge runs/mine', 'merge /shared/mine --json'))
    .action(merge);

async function merge(folder: string, { dataset, threads, json = false, full = false }: Options): Promise<void> {
  const run = new RunFolder(folder);
  const record = await run.record();
  if (!(await run.isUnfinished()))
    throw new UserError(`The run in ${folder} is finished; print it with: presend report ${folder}`);
  const begun = begunBy(run, record, dataset);
  const progress = progressLine({ shares: kindOf(begun.experiment).phaseShares?.(begun.experiment) });
  await run.alone(async () => {
    const finished = await interruptible(progress, (signal) =>
      runAny({
        ...begun,
        held: true,
        threads,
        onProgress: progress.update,
        onNotice: progress.say,
        signal,
      }),
    );
    await show(finished, { json, full });
  }, true);
}
