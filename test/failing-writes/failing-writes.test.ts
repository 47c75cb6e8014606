/** A share of `npm run failing-writes`: a few writes of each kind fail, and what the injector does to a program. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { codes, ReferenceRun, spread } from './campaign.ts';
import { StepProcess } from './step-process.ts';
import { targets } from './targets.ts';

// The injector finds the path of an open file under /proc.
const linux = process.platform === 'linux';
/** Cases of each target and error; `npm run failing-writes` runs all. */
const most = 3;
/** Targets that take a second a case. */
const quick = ['list import', 'list export', 'list blind', 'report'];

describe
  .skipIf(!linux)
  .each(targets.filter(({ name }) => quick.includes(name)).map((target) => [target.name, target] as const))(
  'audit H2: failing writes, %s',
  (_, target) => {
    const steps = new StepProcess();
    afterAll(() => steps.close());

    test('what is begun again or gone on with ends in the bytes of an unbroken run', async () => {
      const reference = await ReferenceRun.open(target, steps);
      try {
        expect(reference.operations).toBeGreaterThan(1);
        for (const code of codes)
          for (const at of spread(reference.operations, most)) {
            const verdict = await reference.run({ at, code }, steps);
            expect(verdict, `${code} ${at}`).not.toHaveProperty('why');
          }
      } finally {
        await reference.close();
      }
    }, 180_000);
  },
);

describe.skipIf(!linux)('the injector', () => {
  const steps = new StepProcess();
  afterAll(() => steps.close());
  const folder = mkdtempSync(join(tmpdir(), 'presend-injector-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const list = join(folder, 'list.txt');
  writeFileSync(list, `${'0f'.repeat(32)}\n`.repeat(50));
  const out = join(folder, 'out.hex');
  const failure = { under: folder, counter: `${folder}.counter`, trace: `${folder}.trace` };
  afterAll(() => [failure.counter, failure.trace].forEach((path) => void rmSync(path, { force: true })));
  const exported = async (at: number, code: 'ENOSPC' | 'EIO') => {
    for (const path of [failure.counter, failure.trace]) writeFileSync(path, '');
    const args = ['list', 'export', list, '--format', 'hex', '--out', out, '--force'];
    const done = await steps.do({ kind: 'command', args }, 30_000, { ...failure, at, code });
    return { done, failed: readFileSync(failure.trace, 'utf8') };
  };

  test('lets nothing fail where no number is given, and counts', async () => {
    const { done, failed } = await exported(Number.POSITIVE_INFINITY, 'EIO');
    expect(done).toMatchObject({ code: 0 });
    expect(failed).toBe('');
    expect(readFileSync(failure.counter, 'utf8').length).toBeGreaterThan(1);
    expect(readFileSync(out, 'utf8')).toContain('0f0f');
  });

  test('lets the operation of that number fail, and says which', async () => {
    const { done, failed } = await exported(2, 'ENOSPC');
    expect(failed).toMatch(/^2 write .*out\.hex(?:\.part)?\n/);
    expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOSPC: no space left on device') });
  });
});

test('numbers are spread with both ends, and each comes once', () => {
  expect(spread(5, 10)).toEqual([1, 2, 3, 4, 5]);
  expect(spread(100, 3)).toEqual([1, 51, 100]);
  expect(spread(7, 1)).toEqual([1]);
});
