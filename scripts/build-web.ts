/** `npm run build`: bundles the scripts of the server's pages into dist/web. */
import { relative } from 'node:path';
import { buildWeb, webFolder } from '../src/server/web-build.ts';

await buildWeb();
process.stdout.write(`${relative('', webFolder)}\n`);
