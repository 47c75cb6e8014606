/** `presend validate <experiment>`: checks an experiment file and estimates its amount of work. */
import { Command } from 'commander';
import { readExperiment } from '../experiment/experiment-file.ts';
import { kindOf } from '../experiment/run.ts';
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
      if (json) return say(JSON.stringify({ path, name: experiment.name, ...extent.json }, null, 2));
      say(
        facts([
          ['valid', path],
          ['name', experiment.name],
          ...extent.facts.map(([word, count]): [string, string | number] => [word, count]),
        ]),
      );
    });
