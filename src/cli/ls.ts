/** `presend ls <what>`: everything that has a name in experiment files and on the command line. */

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { leastDeepQuality } from '../classify/deep-hash.ts';
import { projectRoot } from '../disk/project.ts';
import type { Transform } from '../image/transform/transform.ts';
import { UserError } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';
import { examples } from './arguments.ts';
import { say } from './output.ts';
import { table } from './table.ts';

/** One named thing, with its facts in column order; the last is the summary. */
type Row = Readonly<Record<string, string | number | boolean>>;

/** Everything that can be listed. Each entry loads its list on request. */
export const listings: Readonly<Record<string, () => Promise<Row[]>>> = {
  async hashes() {
    const [{ hashes }, { exactHashes }, { multiHashes }, { deepHashes }, { leastStructure }] = await Promise.all([
      import('../hash/index.ts'),
      import('../hash/exact-hashes.ts'),
      import('../hash/multi-hashes.ts'),
      import('../classify/deep-hashes.ts'),
      import('../hash/structure.ts'),
    ]);
    return [
      ...Object.values(hashes).map(({ name, bits, threshold, minQuality, summary }) => ({
        name,
        kind: 'perceptual',
        bits,
        threshold,
        minQuality,
        summary,
      })),
      ...Object.values(exactHashes).map(({ name, bits, threshold, minQuality, summary }) => ({
        name,
        kind: 'exact',
        bits,
        threshold,
        minQuality,
        summary,
      })),
      ...Object.values(multiHashes).map(({ name, bits, bitErrorRate, summary }) => ({
        name,
        kind: 'per region',
        bits,
        threshold: bits * bitErrorRate,
        minQuality: leastStructure,
        summary,
      })),
      ...(await Promise.all(Object.keys(deepHashes).map(deepHashRow))),
    ];
  },
  async strategies() {
    const { strategies } = await import('../strategy/index.ts');
    return Object.values(strategies).map(({ name, id, detector, summary }) => ({ name, id, detector, summary }));
  },
  async transforms() {
    const { transforms } = await import('../image/transform/index.ts');
    return Object.values<Transform>(transforms).map((transform) => ({
      name: transform.name,
      parameters: parametersOf(transform),
      summary: transform.summary,
    }));
  },
  async classifiers() {
    const { classifierNames } = await import('../classify/index.ts');
    return Promise.all(classifierNames().map(classifierRow));
  },
  async datasets() {
    const { knownDatasets } = await import('./known-datasets.ts');
    return (await knownDatasets()).map(({ name, present, where, summary }) => ({ name, present, where, summary }));
  },
  async experiments() {
    const folder = join(projectRoot, 'experiments');
    const entries = await readdir(folder, { withFileTypes: true });
    // Other folders, such as presets, hold no experiment of their own.
    const isExperiment = ({ name }: { name: string }): boolean => existsSync(join(folder, name, 'experiment.yaml'));
    const names = entries.filter((each) => each.isDirectory() && isExperiment(each)).map(({ name }) => name);
    return Promise.all(names.sort().map(experimentRow));
  },
  async presets() {
    const { presetNames, readPreset } = await import('../harness/edit-preset.ts');
    const presets = await Promise.all((await presetNames()).map(readPreset));
    return presets.map(({ name, edits, source }) => ({ name, edits: edits.length, source }));
  },
  async formats() {
    const { listFormats } = await import('../match/format/index.ts');
    return Object.values(listFormats).map(({ name, endings, summary }) => ({
      name,
      endings: endings.join(' '),
      summary,
    }));
  },
};

/** The parameters of an edit: `quality=75 (1–100)`. */
const parametersOf = ({ parameters }: Transform): string =>
  Object.entries(parameters)
    .map(([key, { default: fallback, min, max }]) => `${key}=${fallback} (${min}–${max})`)
    .join(', ') || 'none';

/** A classifier, as described by its card under models/; the network itself is not loaded. */
async function classifierRow(name: string): Promise<Row> {
  const [{ readCard }, { classifierLabels }] = await Promise.all([
    import('../classify/model-folder.ts'),
    import('../classify/index.ts'),
  ]);
  try {
    const { kind, licence, summary } = readCard(name);
    const labels = classifierLabels(name);
    return { name, kind, labels: labels.length > 6 ? `${labels.length}` : labels.join(' '), licence, summary };
  } catch (error) {
    // A corrupt head must not hide the others.
    if (!(error instanceof UserError)) throw error;
    return { name, kind: '–', labels: '', licence: '', summary: error.message };
  }
}

/** A deep hash, as described by its card under models/; the network itself is not loaded. */
async function deepHashRow(name: string): Promise<Row> {
  const card = JSON.parse(await readFile(join(projectRoot, 'models', name, 'card.json'), 'utf8')) as {
    hyperplanes: { bits: number };
    threshold: { bits: number };
    summary: string;
  };
  const { hyperplanes, threshold, summary } = card;
  return {
    name,
    kind: 'network',
    bits: hyperplanes.bits,
    threshold: threshold.bits,
    minQuality: leastDeepQuality,
    summary,
  };
}

async function experimentRow(name: string): Promise<Row> {
  const [{ readExperiment }, { kindOf }] = await Promise.all([
    import('../experiment/experiment-file.ts'),
    import('../experiment/run.ts'),
  ]);
  try {
    const { experiment } = await readExperiment(name);
    const { question } = experiment;
    const { hashes, edits, strategies } = await kindOf(experiment).extent(experiment);
    return { name, hashes, edits, strategies, question };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, hashes: '', edits: '', strategies: '', question: `invalid: ${error.message}` };
  }
}

export const lsCommand = (): Command =>
  new Command('ls')
    .argument('<what>', Object.keys(listings).join(', '))
    .option('--json', 'print JSON')
    .addHelpText('after', examples('ls hashes', 'ls strategies --json'))
    .action(async (what: string, { json = false }: { json?: boolean }) => {
      const rows = await lookUp(listings, 'listing', what)();
      if (json) return say(JSON.stringify(rows, null, 2));
      const head = Object.keys(rows[0] ?? { name: '' });
      say(
        table(
          head.map(spaced),
          rows.map((row) => head.map((key) => shown(row[key]!))),
        ),
      );
    });

/** `minQuality` as a table header: `min quality`. */
const spaced = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const shown = (value: string | number | boolean): string | number =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
