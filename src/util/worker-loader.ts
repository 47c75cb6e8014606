/** Letting worker threads read TypeScript. */

/**
 * Node options for a worker thread. From source a worker must register tsx itself: `--import tsx` reaches the main thread only.
 * From a build workers are plain JavaScript and need nothing.
 */
export function workerExecArgv(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [];
  const register = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}; register();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
}
