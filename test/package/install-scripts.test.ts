/** Audit M8: what `npm ci` installs comes from the registry with a checksum, and runs no script that could fetch anything else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: true;
}
const packages = Object.entries<Locked>(json('package-lock.json').packages).filter(([path]) => path !== '');
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

test('audit M8: install scripts are refused, each by its name', () => {
  expect(packages.length).toBeGreaterThan(100);
  const scripted = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
  expect(json('package.json').allowScripts).toEqual(Object.fromEntries(scripted.sort().map((name) => [name, false])));
});

test('audit M8: npm 10 knows no allowScripts, so what downloads as it is installed is no dependency', () => {
  // tfjs-node gets libtensorflow from a server of its own, without a checksum; node-pre-gyp gets binaries likewise.
  const downloading = /^(?:@tensorflow\/tfjs-node(?:-gpu)?|@mapbox\/node-pre-gyp|node-pre-gyp|prebuild-install)$/;
  expect(packages.map(([path]) => nameOf(path)).filter((name) => downloading.test(name))).toEqual([]);
});

test('every package has a checksum and is asked of the registry that npm is set to', () => {
  for (const [path, { integrity, resolved }] of packages)
    expect([path, integrity?.startsWith('sha512-'), resolved]).toEqual([path, true, undefined]);
});
