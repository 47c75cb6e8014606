/** Locates modules for worker threads: TypeScript in a source tree, JavaScript in a build. */

const fromSource = import.meta.url.endsWith('.ts');

/** The root folder of this source tree. */
const root = new URL('../../', import.meta.url).href;

/**
 * The folder in PRESEND_BUILD, as an address that ends in '/'; undefined if it is not set, or if this is itself a build. It contains every
 * module of the source tree as JavaScript, up to date and at the same path. Processes that run from source start their threads from it,
 * because a thread that has to transform the sources first takes seconds. Only the tests set it (test/build.ts): they build the folder from
 * the sources at the start of each run.
 */
function buildFolder(): string | undefined {
  const folder = fromSource ? globalThis.process?.env.PRESEND_BUILD : undefined;
  return folder === undefined ? undefined : new URL(`${folder}/`, root).href;
}

/** The module to start instead of one of the source tree: its JavaScript if there is a build, otherwise the module itself. */
export function startable(module: URL): URL {
  const folder = buildFolder();
  if (folder === undefined || !module.href.startsWith(root) || !module.href.endsWith('.ts')) return module;
  return new URL(module.href.slice(root.length).replace(/\.ts$/, '.js'), folder);
}

/**
 * The address of a module next to the one at `from` (its `import.meta.url`), named as in the source: './worker.ts'. The compiler rewrites
 * extensions in imports but not in addresses.
 */
export const moduleBeside = (from: string, name: string): URL =>
  startable(new URL(from.endsWith('.ts') ? name : name.replace(/\.ts$/, '.js'), from));

/**
 * Node options for a worker thread. In a source tree a worker must register tsx itself: `--import tsx` only affects the main thread. In a
 * build, workers are plain JavaScript and need no options.
 */
export function workerExecArgv(): string[] {
  if (!fromSource || buildFolder() !== undefined) return [];
  const register = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}; register();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
}
