/** Choosing a part of an experiment: files that extend another, strategies and hashes by name, and what a run takes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readExperiment } from '../../src/experiment/experiment-file.ts';
import type { Experiment } from '../../src/experiment/tradeoff/experiment.ts';
import { presend, scratch } from './presend.ts';

const folder = scratch();
const at = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};

test('a file extends another: objects are put together, lists and values replace', async () => {
  const path = write('two.yaml', 'extends: tradeoff\nname: two\ngrid: { strategy: [server-scan, psi] }\nseed: 7\n');
  const base = (await readExperiment('tradeoff')).experiment as Experiment;
  const { experiment } = await readExperiment(path);
  const two = experiment as Experiment;
  expect(two).toMatchObject({ name: 'two', seed: 7, grid: { strategy: ['server-scan', 'psi'], hash: base.grid.hash } });
  expect(two.messages).toEqual(base.messages);
  expect(two).not.toHaveProperty('extends');
  // A path is taken from the folder of the file that names it.
  mkdirSync(at('inner'), { recursive: true });
  const inner = write('inner/third.yaml', 'extends: ../two.yaml\nname: third\n');
  expect((await readExperiment(inner)).experiment).toMatchObject({ name: 'third', seed: 7 });
});

test('circles and bases that are not there are one sentence', async () => {
  const circle = write('a.yaml', 'extends: b.yaml\n');
  write('b.yaml', 'extends: a.yaml\n');
  expect(await presend('validate', circle)).toMatchObject({ code: 2, err: expect.stringContaining('extends itself') });
  const lost = await presend('validate', write('lost.yaml', 'extends: tradeof\n'));
  expect(lost).toMatchObject({ code: 3, err: expect.stringContaining('Did you mean tradeoff?') });
});

test('strategies and hashes of the command line are checked like those of a file', async () => {
  const run = (...words: string[]) => presend('run', 'tradeoff', '--out', at('run'), ...words);
  expect(await run('--strategies', 'psy')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean psi') });
  expect(await run('--strategies', 'psi,psi')).toMatchObject({
    code: 2,
    err: expect.stringContaining("names 'psi' twice"),
  });
  expect(await run('--hashes', 'pdqq')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean pdq') });
  const other = await presend('run', 'hash-benchmark', '--strategies', 'psi');
  expect(other).toMatchObject({
    code: 2,
    err: expect.stringContaining('--strategies is for experiments that list them'),
  });
});

test('validate says roughly what a run takes', async () => {
  const { out } = await presend('validate', 'tradeoff');
  expect(out).toMatch(/\ntime +about \d+ s of CPU.*for 640 pictures/);
  expect(out).toMatch(/\nmemory +about 1\.4 GB/);
  expect(out).toMatch(/\ndisk +about 70\.6 MB while it runs, 151 kB of rows/);
  const { needs } = JSON.parse((await presend('validate', at('two.yaml'), '--json')).out);
  expect(needs.cpuSeconds).toBeLessThan(Number(/time +about (\d+) s/.exec(out)![1]));
});
