/** Files that share a process change nothing in it, neither themselves nor through a helper. */
import { expect, test } from 'vitest';
import { changesModules, commands, isolated, isolatedFolders, shared, testModules, textOf } from './projects.ts';

test('every file of tests is in one of the three projects', () => {
  expect([...isolated, ...commands, ...shared].sort()).toEqual(testModules.filter((name) => name.endsWith('.test.ts')));
  expect(isolated).toContain('test/harness/failing-writes.test.ts');
  expect(commands).toContain('test/cli/rows.test.ts');
  expect(shared).toContain('test/layers.test.ts');
});

test('a file that mocks a module, stubs the environment or changes folder has a process of its own', () => {
  for (const call of ['mock', 'doMock', 'hoisted', 'spyOn', 'stubEnv', 'stubGlobal', 'useFakeTimers'])
    expect(`  vi.${call}('x')`, call).toMatch(changesModules);
  for (const call of ['process.chdir("x")', 'process.exitCode = 1', 'globalThis.fetch = f'])
    expect(call).toMatch(changesModules);
  expect([...commands, ...shared].filter((file) => changesModules.test(textOf(file)))).toEqual([]);
});

/** Helpers that put back what they replace when their test is done. */
const putBack = ['test/cli/presend.ts', 'test/helpers/tamper.ts'];
/** Run by a process or a page of its own. */
const elsewhere = ['test/browser/classify-in-page.ts', 'test/browser/hash-in-page.ts', 'test/concurrent/starter.ts'];

test('no other helper does so for the files that import it', () => {
  const helpers = testModules.filter((name) => !name.endsWith('.test.ts') && name !== 'test/projects.ts');
  const found = helpers.filter(
    (file) => changesModules.test(textOf(file)) && !isolatedFolders.some((folder) => file.startsWith(folder)),
  );
  expect(found).toEqual([...putBack, ...elsewhere].sort());
});
