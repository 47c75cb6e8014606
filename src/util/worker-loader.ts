/** Modules that worker threads run: TypeScript from source, JavaScript from a build. */

const fromSource = import.meta.url.endsWith('.ts');

/** The folder that holds this source tree. */
const root = new URL('../../', import.meta.url).href;

/**
 * The folder named by PRESEND_BUILD, as an address that ends in '/'; undefined where there is none, or where this is a build itself. It holds
 * every module of the source tree as JavaScript, at the same place and current: processes that run from source then start their threads
 * from it, because a thread that has to transform the sources first takes seconds. Only the tests set it (test/build.ts), which make the
 * folder from the sources at the start of each run.
 */
function buildFolder(): string | undefined {
  const folder = fromSource ? globalThis.process?.env.PRESEND_BUILD : undefined;
  return folder === undefined ? undefined : new URL(`${folder}/`, root).href;
}

/** The module to start in the place of one of the source tree: its JavaScript where there is a build, otherwise the module itself. */
export function startable(module: URL): URL {
  const folder = buildFolder();
  if (folder === undefined || !module.href.startsWith(root) || !module.href.endsWith('.ts')) return module;
  return new URL(module.href.slice(root.length).replace(/\.ts$/, '.js'), folder);
}

/**
 * The address to start a module at that lies beside the one at `from` (its `import.meta.url`), named as in the source: './worker.ts'. The
 * compiler rewrites endings in imports but not in addresses.
 */
export const moduleBeside = (from: string, name: string): URL =>
  startable(new URL(from.endsWith('.ts') ? name : name.replace(/\.ts$/, '.js'), from));

/**
 * Node options for a worker thread. From source a worker must register tsx itself: `--import tsx` reaches the main thread only.
 * From a build workers are plain JavaScript and need nothing.
 */
export function workerExecArgv(): string[] {
  if (!fromSource || buildFolder() !== undefined) return [];
  const register = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}; register();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
}
