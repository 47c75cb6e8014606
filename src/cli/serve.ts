/** `presend serve [folder]`: runs to look at in a browser, and an intake for reports to the curator; on this machine only. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import { createApp } from '../server/app.ts';
import { loopback } from '../server/loopback.ts';
import { readWeb } from '../server/static.ts';
import { openTips } from '../server/tips.ts';
import { ensureWeb, webFolder } from '../server/web-build.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { atMost, examples, wholeNumber } from './arguments.ts';
import { note, say } from './output.ts';

interface Options {
  port: number;
  host: string;
  tips?: string;
}

export const serveCommand = (): Command =>
  new Command('serve')
    .description('serve the runs in a folder, and take in reports to the curator under POST /tips')
    .argument('[folder]', 'folder of runs', 'runs')
    .option('--port <n>', 'port; 0 for any that is free', wholeNumber('--port', 0), 8642)
    .option('--host <address>', 'address of this machine to listen on', '127.0.0.1')
    .option('--tips <file>', 'also append the reports to this JSON Lines file')
    .addHelpText('after', examples('serve', 'serve ./runs --port 9000 --tips tips.jsonl'))
    .action(serve);

async function serve(folder: string, { port, host, tips: path }: Options): Promise<void> {
  loopback(host);
  atMost('--port', port, 65535);
  if (!existsSync(folder)) throw new MissingError(`No folder '${folder}' of runs; 'presend run tradeoff' makes one`);
  const tips = await openTips(path);
  await ensureWeb(webFolder, () => note('Bundling the pages.'));
  const app = createApp({ folder, tips, web: await readWeb(webFolder) });
  try {
    await app.listen({ port, host }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') throw new UserError(`Port ${port} is taken; choose another with --port`);
      if (error.code === 'EACCES') throw new UserError(`Port ${port} may not be used; choose another with --port`);
      throw error;
    });
    const address = app.server.address() as AddressInfo;
    say(`http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/`);
    await stopped();
    note('Stopping.');
  } finally {
    await app.close();
    await tips.close();
  }
}

/** Resolves at the first ctrl-C or SIGTERM. */
const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
