/** Settings that people write: experiments of every kind, presets of edits, inputs of the trade-off model, the public record. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readExperiment } from '../../../src/experiment/experiment-file.ts';
import { kindOf } from '../../../src/experiment/run.ts';
import { readInputs, readRecord } from '../../../src/experiment/tradeoff/model-inputs.ts';
import { readPreset } from '../../../src/harness/edit-preset.ts';
import { checked } from '../../../src/reproduce/judge.ts';
import { yamlValue } from '../../../src/util/plain-data.ts';
import type { Seed, Target } from '../target.ts';

const experiments = join(import.meta.dirname, '../../../experiments');

/** What `presend validate` does. */
async function validate(path: string): Promise<void> {
  const { experiment } = await readExperiment(path);
  await kindOf(experiment).extent(experiment);
}

/** Files that come with the project, by what reads them. */
const files: readonly (readonly [file: string, read: (path: string) => unknown])[] = [
  ['tradeoff/experiment.yaml', validate],
  ['hash-benchmark/experiment.yaml', validate],
  ['false-positive-tail/experiment.yaml', validate],
  ['threshold/experiment.yaml', validate],
  ['new-content/experiment.yaml', validate],
  ['base-rate/experiment.yaml', validate],
  ['score-drift/experiment.yaml', validate],
  ['power/experiment.yaml', validate],
  ['evasion/experiment.yaml', validate],
  ['leakage/experiment.yaml', validate],
  ['leakage/hashes.yaml', validate],
  ['repurposing/experiment.yaml', validate],
  ['equality/experiment.yaml', validate],
  ['presets/messenger.yaml', readPreset],
  ['tradeoff/inputs.yaml', readInputs],
  ['tradeoff/record.yaml', readRecord],
];

export const settings: Target = {
  name: 'settings',
  floorMillis: 150,
  millisPerByte: 0.02,
  mostMebibytes: 128,
  async seeds(folder) {
    const path = join(folder, 'settings.yaml');
    const onDisk = files.map(async ([name, read]): Promise<Seed> => {
      return {
        name,
        bytes: await readFile(join(experiments, name)),
        async read(file) {
          await writeFile(path, file);
          await read(path);
          return 0;
        },
      };
    });
    const name = 'appeals.yaml';
    const target: Seed = {
      name,
      bytes: await readFile(join(experiments, 'reproduce/targets', name)),
      read(file) {
        checked(name, yamlValue(new TextDecoder().decode(file), name));
        return 0;
      },
    };
    return [...(await Promise.all(onDisk)), target];
  },
};
