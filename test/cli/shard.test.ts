/** `presend run --shard` and `presend merge`: what they do, and what they say. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { smallThreshold } from '../experiment/threshold/rows.ts';
import { expectSame } from '../harness/finished-rows.ts';
import { ended, presend, scratch, start } from './presend.ts';

const folder = scratch();
const experiment = join(folder, 'small.yaml');
const protocol = { ...smallThreshold.protocol, thresholds: [2], vouchers: 1 };
writeFileSync(experiment, stringify({ ...smallThreshold, protocol }));
const alone = join(folder, 'alone');
const run = (...words: string[]) => presend('run', experiment, ...words, '--threads', '1');

beforeAll(async () => {
  const { code, err } = await run('--out', alone);
  expect(code, err).toBe(0);
}, 60_000);

describe('run --shard and merge', () => {
  test('two shards and a merge leave the files of one process, and its table', async () => {
    const out = join(folder, 'shards');
    // As a process: the record has the command as it was typed.
    const first = await ended(start(['run', experiment, '--shard', '1/2', '--out', out, '--threads', '1']));
    expect([first.code, first.out]).toEqual([0, '']);
    expect(first.err).toMatch(/^Shard 1 of 2 (has done its part so far|is done)/m);
    expect(first.err).toContain(`presend merge ${out}`);

    const early = await presend('report', out);
    expect([early.code, early.err]).toEqual([
      2,
      expect.stringMatching(/is unfinished; continue with: .* merge \S+\n$/),
    ]);
    const other = await run('--shard', '2/2', '--seed', '8', '--out', out);
    expect([other.code, other.err]).toEqual([
      2,
      expect.stringMatching(/is of another experiment: \/seed was \d+ and is 8/),
    ]);

    const second = await run('--shard', '2/2', '--wait', '--out', out);
    expect(second.code, second.err).toBe(0);
    expect(second.err).toContain('Shard 2 of 2');
    expect(existsSync(join(out, 'metrics.json'))).toBe(false);

    const merged = await presend('merge', out, '--threads', '1', '--json');
    expect(merged.code, merged.err).toBe(0);
    expect(merged.out).toBe(readFileSync(join(alone, 'metrics.json'), 'utf8'));
    await expectSame(out, alone);
    expect(existsSync(join(out, 'report.html'))).toBe(true);
    expect(existsSync(join(out, 'partial'))).toBe(false);

    const again = await presend('merge', out);
    expect([again.code, again.err]).toEqual([
      2,
      `presend: The run in ${out} is finished; print it with: presend report ${out}\n`,
    ]);
    const late = await run('--shard', '1/2', '--out', out);
    expect([late.code, late.err]).toEqual([2, `presend: The run in ${out} is finished; there is nothing to do\n`]);
    expect((await presend('report', out)).code).toBe(0);
  }, 120_000);

  test('a merge does what is left of an interrupted run of one process too', async () => {
    const out = join(folder, 'left');
    expect((await run('--shard', '3/3', '--out', out)).code).toBe(0);
    const merged = await presend('merge', out, '--threads', '1');
    expect(merged.code, merged.err).toBe(0);
    expect(merged.out).not.toBe('');
    await expectSame(out, alone);
  }, 60_000);

  test.each<[string[], number, RegExp]>([
    [['--shard', '1/2'], 2, /^presend: --shard needs --out: all parts of a run work in one folder\n$/],
    [
      ['--shard', '3/2', '--out', 'x'],
      2,
      /^presend: Expected i\/n with i from 1 to n for --shard, e\.g\. 3\/8, but received '3\/2'\n$/,
    ],
    [['--shard', 'half', '--out', 'x'], 2, /received 'half'\n$/],
    [['--wait', '--out', 'x'], 2, /^presend: --wait is for --shard: it waits for the other parts\n$/],
    [
      ['--shard', '1/2', '--json', '--out', 'x'],
      2,
      /^presend: --shard prints no metrics; presend merge --json does\n$/,
    ],
  ])('%j is refused in one sentence', async (words, code, sentence) => {
    const done = await run(...words);
    expect([done.code, done.out]).toEqual([code, '']);
    expect(done.err).toMatch(sentence);
    expect(existsSync('x')).toBe(false);
  });

  test('merge where no run is', async () => {
    const done = await presend('merge', join(folder, 'nothing'));
    expect([done.code, done.err]).toEqual([3, expect.stringMatching(/^presend: No run in \S+: it has no run\.json/)]);
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
  });
});
