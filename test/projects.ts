/**
 * Which files of tests have a process of their own. Most share one with others, and the modules that are loaded in it: loading them anew for each
 * file was a fifth of the CPU time of the suite. What a file may leave behind in its process must then be nothing that another one sees.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Every module of the tests, by its path from the root. */
export const testModules: readonly string[] = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('test', name).replaceAll('\\', '/'))
  .sort();

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** What puts other modules or functions, another time or another environment under whatever is loaded. */
export const changesModules =
  /\bvi\.(mock|doMock|hoisted|resetModules|stub\w+|spyOn|useFakeTimers|setSystemTime)\b|\bprocess\.(chdir|exitCode)\b|\bglobalThis\.\w+ *=[^=]|\bObject\.assign\(globalThis\b/;

/**
 * Reads what the whole process prints while a command runs in it: a warning about what a file of another sort left would be among it. Such files share a process
 * with one another alone.
 */
const readsOutput = /from '\.{1,2}\/(.*\/)?presend\.ts'/;

/** Settings of the whole process, among them where networks are computed. */
const changesProcess = /\bprocess\.env(\.\w+|\[[^\]]+\]) *=[^=]|\bdelete process\.env\b|\.setBackend\(/;

/** Folders whose files all have one: networks stay loaded, and the campaign's helpers replace `fetch`. */
export const isolatedFolders: readonly string[] = ['test/campaign/', 'test/classify/'];

const files = testModules.filter((name) => name.endsWith('.test.ts'));

/** Files with a process of their own: found by their folder or by what they call, so that none needs to be listed. */
export const isolated: readonly string[] = files.filter((file) => {
  const text = textOf(file);
  return (
    isolatedFolders.some((folder) => file.startsWith(folder)) ||
    [changesModules, changesProcess].some((each) => each.test(text))
  );
});

/** Files that run commands in their process, and share it with others that do. */
export const commands: readonly string[] = files.filter(
  (file) => !isolated.includes(file) && readsOutput.test(textOf(file)),
);

/** All others, which share one process for each worker. */
export const shared: readonly string[] = files.filter((file) => ![...isolated, ...commands].includes(file));
