/**
 * `npm run detectors -- [--dataset <name>] [--detectors <names or files>] [--limit <n>] [--out <folder>]`: runs every experiment of
 * experiments/detectors on the same pictures, for messages once for each detector, and writes one page about them. Runs that are finished are
 * kept, and interrupted ones go on. `--readme <folder>…` writes the tables of finished runs into experiments/detectors/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { finishedRuns } from '../src/cli/compare.ts';
import { presend } from '../src/cli/program.ts';
import { comparisonOf } from '../src/compare/compare.ts';
import { comparisonReport } from '../src/compare/compare-report.ts';
import { matrixTables } from '../src/compare/matrix.ts';
import { runsTable } from '../src/compare/tables.ts';
import { projectRoot } from '../src/disk/project.ts';
import { entriesIfThere, statIfThere } from '../src/disk/read.ts';
import { makeFolders, writeWhole } from '../src/disk/write.ts';
import { tableMarkdown } from '../src/report/table.ts';

const folder = join(projectRoot, 'experiments/detectors');
/** Experiments with all detectors at once, in the order in which they are run. */
const together = ['copies', 'tail', 'leaks', 'evasion', 'places'] as const;
/** The file of an experiment; the first one is that of the folder. */
const fileOf = (name: string): string => (name === 'copies' ? 'experiment.yaml' : `${name}.yaml`);
/** Members that name detectors, by experiment. */
const named: Readonly<Record<(typeof together)[number], readonly (readonly string[])[]>> = {
  copies: [['hashes']],
  tail: [['hashes']],
  leaks: [
    ['topics', 'hashes'],
    ['inversion', 'hashes'],
  ],
  evasion: [],
  places: [['hashes']],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dataset: { type: 'string' },
    detectors: { type: 'string' },
    limit: { type: 'string' },
    threads: { type: 'string' },
    out: { type: 'string', default: 'runs/detectors' },
    readme: { type: 'boolean', default: false },
  },
});

/** Name of a detector in the name of a folder. */
const shortName = (detector: string): string => detector.replace(/^.*\/|\.(ya?ml|json)$/g, '');

if (values.readme) await writeReadme(positionals);
else process.exitCode = await runAll();

/** Runs what is not finished; the exit code of the first run that fails. */
async function runAll(): Promise<number> {
  const { out } = values;
  await makeFolders(out);
  const copies = parseDocument(readFileSync(join(folder, fileOf('copies')), 'utf8'));
  const detectors = values.detectors?.split(',') ?? (copies.toJS() as { hashes: string[] }).hashes;
  for (const name of together) {
    const document = parseDocument(readFileSync(join(folder, fileOf(name)), 'utf8'));
    for (const path of named[name]) document.setIn(path, detectors);
    // Without --detectors the targets of the file have settings of their own.
    if (name === 'evasion' && values.detectors !== undefined) {
      const [first] = (document.toJS() as { evasion: { targets: object[] } }).evasion.targets;
      document.setIn(
        ['evasion', 'targets'],
        detectors.map((hash) => ({ ...first, hash })),
      );
    }
    const code = await runOne(name, String(document));
    if (code !== 0) return code;
  }
  for (const detector of detectors) {
    const document = parseDocument(readFileSync(join(folder, 'messages.yaml'), 'utf8'));
    document.setIn(['grid', 'hash'], [detector, 'dhash']);
    document.setIn(['messages', 'hash'], detector);
    document.setIn(['messages', 'equalityHash'], detector);
    const code = await runOne(`messages-${shortName(detector)}`, String(document));
    if (code !== 0) return code;
  }
  const { html, markdown } = comparisonReport(await comparisonOf(await finishedRuns(await runsIn(out))));
  await writeWhole(join(out, 'detectors.html'), html);
  await writeWhole(join(out, 'detectors.md'), markdown);
  process.stdout.write(`${join(out, 'detectors.html')}\n`);
  return 0;
}

async function runOne(name: string, experiment: string): Promise<number> {
  const run = join(values.out, name);
  if (await statIfThere(join(run, 'report.html'))) return 0;
  const file = `${run}.yaml`;
  await writeWhole(file, experiment);
  const begun = await statIfThere(join(run, 'run.json'));
  const options = (['dataset', 'limit', 'threads'] as const).flatMap((key) => {
    const value = values[key];
    return value === undefined ? [] : [`--${key}`, value];
  });
  return presend(['run', file, '--out', run, ...options, ...(begun ? ['--resume'] : [])]);
}

/** Finished runs in a folder, in the order in which they are run. */
async function runsIn(out: string): Promise<string[]> {
  const entries = (await entriesIfThere(out)) ?? [];
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const finished: string[] = [];
  for (const name of [...together, ...names.filter((each) => !(together as readonly string[]).includes(each)).sort()])
    if (await statIfThere(join(out, name, 'report.html'))) finished.push(join(out, name));
  return finished;
}

/** Writes the tables of each folder of runs between the marks. */
async function writeReadme(folders: readonly string[]): Promise<void> {
  const path = join(folder, 'README.md');
  const parts: string[] = [];
  for (const out of folders) {
    const runs = await finishedRuns(await runsIn(out));
    const comparison = await comparisonOf(runs);
    const dataset = runs[0]!.record.dataset;
    parts.push(`## ${dataset.name === 'generated' ? 'Generated pictures' : 'Photographs'}`);
    parts.push(...[...matrixTables(comparison), runsTable(runs)].flatMap(tableMarkdown));
  }
  const text = readFileSync(path, 'utf8');
  const [begin, end] = ['<!-- figures -->', '<!-- end of figures -->'];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`Expected the marks ${begin} and ${end} in ${path}`);
  writeFileSync(path, `${text.slice(0, from + begin.length)}\n\n${parts.join('\n\n')}\n\n${text.slice(to)}`);
}
