/** What writes: commands of presend and the store, each as a small case, with the way back after a write has failed. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';
import type { Step } from './steps.ts';

/** Something that writes. All of its files are in one folder, whose content is copied anew for each case. */
export interface Target {
  readonly name: string;
  /** Milliseconds after which a step hangs. */
  readonly mostMillis: number;
  /** Puts what is needed into the folder; `run` does a step without any failure. */
  prepare(folder: string, run: (step: Step) => Promise<void>): Promise<void>;
  /** The step in which a write fails. */
  attempt(folder: string): Step;
  /** What somebody does afterwards, until one of them ends well: go on, begin again, begin again with --force. */
  retries(folder: string): readonly Step[];
  /** Names of outputs in the folder that are not compared: they hold times. */
  readonly passedOver?: RegExp;
  /** What the attempt said was done: each line of its stdout must be among those of this step afterwards. */
  readonly promised?: (folder: string) => Step;
}

const command = (...args: string[]): Step => ({ kind: 'command', args });

/** A list of so many hashes as text. */
function hexList(entries: number): string {
  const rng = seededRng(3, 'failing writes');
  return Array.from({ length: entries }, (_, i) => `${toHex(rng.bytes(32))},name ${i}\n`).join('');
}

const forced = ({ args }: Extract<Step, { kind: 'command' }>): Step => command(...args, '--force');

/** A command that writes one list. */
function listTarget(name: string, entries: number, ...args: readonly string[]): Target {
  const attempt = (folder: string) =>
    command('list', ...args.map((each) => each.replace('@', folder))) as Extract<Step, { kind: 'command' }>;
  return {
    name,
    mostMillis: 30_000,
    prepare: (folder) => writeFile(join(folder, 'list.txt'), hexList(entries)),
    attempt,
    retries: (folder) => [attempt(folder), forced(attempt(folder))],
  };
}

const listBlind: Target = {
  name: 'list blind',
  mostMillis: 30_000,
  prepare: (folder) => writeFile(join(folder, 'list.txt'), hexList(900)),
  attempt: (folder) => blind(folder),
  retries: (folder) => [blind(folder, '--resume'), blind(folder), blind(folder, '--force')],
};

const blind = (folder: string, ...more: string[]): Step =>
  command(
    'list',
    'blind',
    join(folder, 'list.txt'),
    '--out',
    join(folder, 't.tpsi'),
    '--seed',
    '5',
    '--threads',
    '1',
    ...more,
  );

const datasetMake: Target = {
  name: 'dataset make',
  mostMillis: 60_000,
  prepare: async () => undefined,
  attempt: (folder) =>
    command('dataset', 'make', 'generated', '--pictures', '3', '--seed', '4', '--out', folder, '--json'),
  retries: (folder) => [datasetMake.attempt(folder)],
};

/** An experiment over simulated accounts, with so few of them that it takes no time. */
async function writeSmall(folder: string): Promise<void> {
  const text = await readFile(join(import.meta.dirname, '../../experiments/threshold/experiment.yaml'), 'utf8');
  const value = parse(text) as Record<'offenders' | 'innocents' | 'knowledge' | 'protocol', object>;
  const { offenders, innocents, knowledge, protocol } = value;
  const small = {
    ...value,
    mostMatches: 10,
    offenders: { ...offenders, accounts: 2000 },
    innocents: { ...innocents, accounts: 2000, spreads: [0] },
    knowledge: { ...knowledge, accounts: 100, settings: [{ pictures: 20, syntheticShare: 0.1 }], matches: [1, 2] },
    protocol: { ...protocol, thresholds: [2], vouchers: 8, listEntries: 8, otherPictures: 1 },
  };
  await writeFile(join(folder, 'experiment.json'), JSON.stringify(small));
}

const onPictures = ['false-positive-tail', '--limit', '20', '--pictures', '20', '--threads', '1'];

const run = (folder: string, pictures: boolean, ...more: string[]): Step =>
  command('run', ...(pictures ? onPictures : [join(folder, 'experiment.json')]), '--out', join(folder, 'run'), ...more);

const times = /(?:run\.json|timings\.json|report\.html|report\.md|csv\/timings.*)$/;

const runTarget = (name: string, pictures: boolean): Target => ({
  name,
  mostMillis: 120_000,
  // The generated corpus is in the cache before a write may fail: it is not the run's.
  prepare: (folder, doStep) =>
    pictures
      ? doStep(command('dataset', 'make', 'generated', '--pictures', '20', '--seed', '2019'))
      : writeSmall(folder),
  attempt: (folder) => run(folder, pictures),
  // A run whose rows are all there lacks its reports only.
  retries: (folder) => [
    run(folder, pictures, '--resume'),
    run(folder, pictures),
    command('report', join(folder, 'run')),
  ],
  passedOver: times,
});

const report: Target = {
  name: 'report',
  mostMillis: 60_000,
  async prepare(folder, doStep) {
    await writeSmall(folder);
    await doStep(run(folder, false));
  },
  attempt: (folder) => command('report', join(folder, 'run')),
  retries: (folder) => [report.attempt(folder)],
};

const messages = { before: 3, after: 6 };
const post = (folder: string, from: number, to: number): Step => ({
  kind: 'post',
  folder: join(folder, 'store'),
  from,
  to,
});
const readStore = (folder: string): Step => ({ kind: 'read', folder: join(folder, 'store') });

const store: Target = {
  name: 'store',
  mostMillis: 60_000,
  prepare: (folder, doStep) => doStep(post(folder, 0, messages.before)),
  attempt: (folder) => post(folder, messages.before, messages.after),
  retries: (folder) => [post(folder, messages.before, messages.after)],
  passedOver: /^store\//,
  promised: readStore,
};

const newStore: Target = {
  ...store,
  name: 'store, new',
  prepare: async () => undefined,
  attempt: (folder) => post(folder, 0, messages.after),
  retries: (folder) => [post(folder, 0, messages.after)],
};

/** Every target, in the order of the summary. */
export const targets: readonly Target[] = [
  listTarget('list import', 60, 'import', '@/list.txt', '--out', '@/list.presend'),
  listTarget('list export', 60, 'export', '@/list.txt', '--format', 'hex', '--out', '@/list.hex'),
  listBlind,
  datasetMake,
  report,
  store,
  newStore,
  runTarget('run', false),
  runTarget('run on pictures', true),
];

/** Digests of all files of a folder by name, but for those that are passed over: the bytes of an unbroken run. */
export async function bytesOf(folder: string, { passedOver }: Target): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const digests = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (passedOver?.test(name)) continue;
    digests.set(
      name,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  return digests;
}
