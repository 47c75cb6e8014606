/** Modules that worker threads run: TypeScript from source, JavaScript from a build. */

/**
 * The address of a module beside the one at `from` (its `import.meta.url`), named as in the source: './worker.ts'. The compiler rewrites
 * endings in imports but not in addresses.
 */
export const moduleBeside = (from: string, name: string): URL =>
  new URL(from.endsWith('.ts') ? name : name.replace(/\.ts$/, '.js'), from);

/**
 * Node options for a worker thread. From source a worker must register tsx itself: `--import tsx` reaches the main thread only.
 * From a build workers are plain JavaScript and need nothing.
 */
export function workerExecArgv(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [];
  const register = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}; register();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
}
