/** Programs of this tree as processes: from the tests' build where there is one, from source otherwise. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startable, workerExecArgv } from '../../src/util/worker-loader.ts';

/** What `node` is given to run a module of the sources or the tests, named by its TypeScript file. */
export const nodeWords = (file: string): string[] => [
  ...workerExecArgv(),
  fileURLToPath(startable(pathToFileURL(file))),
];
