/** `presend validate <experiment>`: checks an experiment file and says how much work it asks for. */
import { Command } from 'commander';
import { setFacts, withPresets } from '../harness/benchmark/sets.ts';
import { isBenchmark, isThreshold, readExperiment } from '../harness/experiment-file.ts';
import { thresholdCells } from '../harness/threshold/cells.ts';
import { resolveTransform } from '../image/transform/index.ts';
import type { Benchmark } from '../schema/benchmark.ts';
import type { Experiment, TransformSpec } from '../schema/experiment.ts';
import type { ThresholdExperiment } from '../schema/threshold.ts';
import { examples } from './arguments.ts';
import { facts, say } from './output.ts';

/** How many cells an experiment has, and which kinds of message it sends. */
export interface Extent {
  readonly cells: {
    readonly match: number;
    readonly classify: number;
    readonly strategy: number;
    readonly total: number;
  };
  /** What pictures are sent as: labels of edits, 'none' as they are, 'copy' for the second copies. */
  readonly messages: readonly string[];
}

/** The extent of a checked experiment. Edits that resolve to one label share a cell. */
export function extentOf({ grid, messages }: Experiment): Extent {
  const edits = labelsOf(grid.transform);
  const sent = labelsOf(messages.edits);
  const match = new Set(grid.hash).size * edits.length;
  const classify = sent.length;
  const strategy = new Set(grid.strategy).size;
  return { cells: { match, classify, strategy, total: match + classify + strategy }, messages: [...sent, 'copy'] };
}

/** Labels of edits, with the picture as it is: that one is always made. */
const labelsOf = (specs: readonly TransformSpec[]): string[] => [
  ...new Set(['none', ...specs.map((spec) => resolveTransform(spec).label)]),
];

export const validateCommand = (): Command =>
  new Command('validate')
    .description('check an experiment, and count its cells')
    .argument('<experiment>', 'a name under experiments/, or a YAML or JSON file')
    .option('--json', 'as one JSON object')
    .addHelpText('after', examples('validate tradeoff', 'validate experiments/tradeoff/experiment.yaml --json'))
    .action(async (name: string, { json = false }: { json?: boolean }) => {
      const { path, experiment } = await readExperiment(name);
      if (isThreshold(experiment)) return sayThreshold(path, experiment, json);
      if (isBenchmark(experiment)) return sayBenchmark(path, experiment, json);
      const { cells, messages } = extentOf(experiment);
      if (json) return say(JSON.stringify({ path, name: experiment.name, cells, messages }, null, 2));
      say(
        facts([
          ['valid', path],
          ['name', experiment.name],
          [
            'cells',
            `${cells.total}: ${cells.match} hash × edit, ${cells.classify} classifier × edit, ${cells.strategy} strategies`,
          ],
          ['messages', `${messages.length} kinds: ${messages.join(', ')}`],
        ]),
      );
    });

/** Says how much work a benchmark asks for. */
async function sayBenchmark(path: string, experiment: Benchmark, json: boolean): Promise<void> {
  const { name, kind, hashes } = experiment;
  const sets = experiment.kind === 'copy-detection' ? setFacts(await withPresets(experiment)) : [];
  const edits = sets.reduce((sum, set) => sum + set.edits.length, 0);
  const cells = hashes.length * Math.max(1, edits);
  if (json) return say(JSON.stringify({ path, name, kind, hashes, sets, cells }, null, 2));
  say(
    facts([
      ['valid', path],
      ['name', name],
      ['kind', kind],
      ['hashes', `${hashes.length}: ${hashes.join(', ')}`],
      ...sets.map((set): [string, string] => [
        'edits',
        `${set.name}: ${set.edits.map(({ title }) => title).join(', ')}`,
      ]),
      ['cells', cells],
    ]),
  );
}

/** Says how many accounts a threshold experiment simulates. */
function sayThreshold(path: string, experiment: ThresholdExperiment, json: boolean): void {
  const { name, kind, offenders, innocents, knowledge, protocol } = experiment;
  const cells = thresholdCells(experiment);
  const counts = {
    offenders: cells.offenders.length,
    innocents: cells.innocents.length,
    knowledge: cells.knowledge.length,
    protocol: cells.protocol.length,
  };
  const text = facts([
    ['valid', path],
    ['name', name],
    ['kind', kind],
    ['offenders', `${counts.offenders} cells of ${offenders.accounts} accounts`],
    ['innocents', `${counts.innocents} cells of ${innocents.accounts} accounts`],
    ['knowledge', `${counts.knowledge} cells of ${knowledge.accounts} accounts`],
    ['protocol', `${counts.protocol} cells of at least ${protocol.vouchers} vouchers`],
  ]);
  say(json ? JSON.stringify({ path, name, kind, cells: counts }, null, 2) : text);
}
