/**
 * The command line in a checkout: builds what it needs if a source is newer than the build, then runs it. With --build it only builds, and
 * everything that a package has. Plain JavaScript, because it must start fast, and before anything is built.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist', 'src', 'cli', 'main.js');
/** Only a build for a package has it. */
const declarations = join(root, 'dist', 'src', 'api', 'harness.d.ts');

/** Time of the last change, in milliseconds since 1970; 0 if the file does not exist. */
const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const onlyBuilds = process.argv[2] === '--build';

/** Whether a file or folder that a build depends on is newer than the build. A folder changes when a file in it is added or removed. */
function isStale() {
  const built = changed(main);
  if (built === 0 || (onlyBuilds && changed(declarations) === 0)) return true;
  const sources = join(root, 'src');
  const names = readdirSync(sources, { recursive: true }).map((name) => join(sources, name));
  return [...names, join(root, 'package-lock.json'), join(root, 'tsconfig.build.json')].some(
    (path) => changed(path) > built,
  );
}

if (isStale()) {
  process.stderr.write('Building presend (once after each change of its sources).\n');
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'scripts', 'build.ts'), ...(onlyBuilds ? [] : ['--to-run'])],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}
if (!onlyBuilds) {
  // npm runs scripts in the package's folder; paths that a user types are relative to the user's current folder.
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  process.argv[1] = main;
  await import(main);
}
