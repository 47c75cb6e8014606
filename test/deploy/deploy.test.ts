/** The example files for schedulers: each command line, as the scheduler would start it, is one that presend knows. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { program } from '../../src/cli/program.ts';

const root = resolve(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'presend-deploy-'));

/** A folder of programs that write what they are called with. */
function programs(scripts: Record<string, string>): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** Throws if presend has no such command, or the command no such option. */
async function mustBeKnown(words: readonly string[]): Promise<void> {
  const command = (await program()).commands.find((each) => each.name() === words[0]);
  expect(command, words.join(' ')).toBeDefined();
  const options = new Set(command!.options.map(({ long }) => long));
  for (const word of words.slice(1)) if (word.startsWith('--')) expect(options, words.join(' ')).toContain(word);
}

/** The parts of a manifest that decide what is started. */
interface Workload {
  kind: string;
  spec: {
    completions?: number;
    parallelism?: number;
    template: {
      spec: { containers: { command: string[]; args: string[]; env: { name: string; value?: string }[] }[] };
    };
  };
}

describe('Kubernetes', () => {
  const bin = programs({ presend: 'echo "$@"' });
  const started = (file: string, more: Record<string, string> = {}): { words: string[]; workload: Workload } => {
    const [document] = parseAllDocuments(readFileSync(join(root, 'deploy/kubernetes', file), 'utf8'));
    const workload = document!.toJS() as Workload;
    const [{ command, args, env }] = workload.spec.template.spec.containers as [
      Workload['spec']['template']['spec']['containers'][number],
    ];
    const given = Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
    const out = execFileSync(command[0]!, [...command.slice(1), ...args], {
      env: { PATH: `${bin}:${process.env.PATH}`, ...given, ...more },
      encoding: 'utf8',
    });
    return { words: out.trim().split(' '), workload };
  };

  test('an Indexed Job counts from 0, shards from 1; all pods run at once, because they wait for each other', async () => {
    const { words, workload } = started('shards.yaml', { JOB_COMPLETION_INDEX: '7' });
    expect(words.join(' ')).toBe('run tradeoff --shard 8/8 --wait --threads 2 --out /runs/tradeoff');
    await mustBeKnown(words);
    const { completions, parallelism, template } = workload.spec;
    expect([completions, parallelism]).toEqual([8, 8]);
    expect(template.spec.containers[0]!.env).toContainEqual({ name: 'SHARDS', value: String(completions) });
  });

  test.each<[string, Record<string, string>, string]>([
    ['merge.yaml', {}, 'merge /runs/tradeoff'],
    [
      'workers.yaml',
      { DATABASE_URL: 'postgres://u:p@h/d' },
      'worker --queue postgres://u:p@h/d --runs /runs --threads 2',
    ],
  ])('%s', async (file, more, line) => {
    const { words } = started(file, more);
    expect(words.join(' ')).toBe(line);
    await mustBeKnown(words);
  });
});

describe('Slurm', () => {
  test('an array a round, each after the one before, then the merge; words with spaces stay whole', async () => {
    const log = join(folder, 'sbatch.log');
    const bin = programs({
      // Runs what is wrapped, as the second task of its array would.
      sbatch: `printf '%s\\n' "$*" >> ${log}
for last; do :; done
SLURM_ARRAY_TASK_ID=2 SLURM_CPUS_PER_TASK=4 sh -c "$last" >> ${log}
wc -l < ${log}`,
      presend: `printf '<%s>' "$@"; echo`,
    });
    execFileSync(
      join(root, 'deploy/slurm/shards.sh'),
      ['my study.yaml', join(folder, 'out'), '5', '2', '--', '--limit', '60'],
      { env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } },
    );
    const lines = readFileSync(log, 'utf8').split('\n');
    const said = lines.filter((line) => line.startsWith('<'));
    const run = `<run><my study.yaml><--shard><2/5><--threads><4><--out><${join(folder, 'out')}><--limit><60>`;
    expect(said).toEqual([run, run, `<merge><${join(folder, 'out')}>`]);
    const submitted = lines.filter((line) => line.startsWith('--parsable'));
    expect(submitted.map((line) => /--dependency=\S+/.exec(line)?.[0])).toEqual([
      undefined,
      '--dependency=afterok:2',
      '--dependency=afterok:4',
    ]);
    expect(submitted.map((line) => /--array \S+/.exec(line)?.[0])).toEqual(['--array 1-5', '--array 1-5', undefined]);
    for (const line of said) await mustBeKnown(line.slice(1, -1).split('><'));
  });
});
