/** `presend validate <experiment>`: checks an experiment file and estimates its amount of work. */
import { Command } from 'commander';
import { expectDataset } from '../dataset/open.ts';
import { readExperiment } from '../experiment/experiment-file.ts';
import { kindOf } from '../experiment/run.ts';
import { MissingError } from '../util/errors.ts';
import { examples } from './arguments.ts';
import { facts, say } from './output.ts';

export const validateCommand = (): Command =>
  new Command('validate')
    .argument('<experiment>', 'a name under experiments/, or a YAML or JSON file')
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples('validate tradeoff', 'validate experiments/tradeoff/experiment.yaml --json'))
    .action(async (name: string, { json = false }: { json?: boolean }) => {
      const { path, experiment } = await readExperiment(name);
      const extent = await kindOf(experiment).extent(experiment);
      const missing = 'dataset' in experiment ? await missingDataset(experiment.dataset.name) : undefined;
      const dataset = missing === undefined ? {} : { dataset: { missing } };
      if (json) return say(JSON.stringify({ path, name: experiment.name, ...extent.json, ...dataset }, null, 2));
      say(
        facts([
          ['valid', path],
          ['name', experiment.name],
          ...extent.facts.map(([word, count]): [string, string | number] => [word, count]),
          ...(missing === undefined ? [] : [['dataset', `not there: ${missing}`] as [string, string]]),
        ]),
      );
    });

/** The sentence with which a run would end because its dataset is not there. The file is valid all the same: it may be checked on another machine. */
async function missingDataset(name: string): Promise<string | undefined> {
  try {
    await expectDataset(name);
  } catch (error) {
    if (error instanceof MissingError) return error.message;
    throw error;
  }
  return undefined;
}
