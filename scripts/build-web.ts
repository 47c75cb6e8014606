/**
 * `npm run build`: bundles the scripts of the server's pages into dist/web. `npm start` does so first with --if-needed: only where the bundle
 * is missing or of other sources, and what it goes on to measure needs no bundle, so a failure is said and no more.
 */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { buildWeb, ensureWeb, webFolder } from '../src/server/web-build.ts';
import { reasonOf } from '../src/util/errors.ts';

const { values, positionals } = parseArgs({ options: { 'if-needed': { type: 'boolean' } }, allowPositionals: true });
const out = positionals[0] ?? webFolder;

if (values['if-needed']) {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  await ensureWeb(out, () => say('Bundling the pages.'), say).catch((error: unknown) => {
    const [reason] = reasonOf(error).split('\n');
    say(`The pages could not be bundled, so 'presend serve' will try again: ${reason}`);
  });
} else {
  await buildWeb(out);
  process.stdout.write(`${relative('', out)}\n`);
}
