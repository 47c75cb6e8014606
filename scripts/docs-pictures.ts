/**
 * `npm run docs-pictures -- [--run <tradeoff run>]`: takes the pictures of pages in docs/ again. answer.png is the page of `presend tradeoff`
 * on the evidence that comes with the project. `--run`: terminal.svg is what a terminal shows of that run, tradeoff.png its report page, explorer.png the same run in the explorer,
 * demo.png the live demo beside it, and matrix.png its table of all strategies on one picture. Needs Chromium: /usr/bin/chromium, or the path in CHROMIUM.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { projectRoot } from '../src/disk/project.ts';
import { reloadRun } from '../src/experiment/reload.ts';
import { terminalReport } from '../src/experiment/report.ts';
import { clientScript } from '../src/experiment/tradeoff/client-script.ts';
import { readEvidence, readInputs, readRecord } from '../src/experiment/tradeoff/model-inputs.ts';
import { tradeoffPage } from '../src/experiment/tradeoff/report-model.ts';
import { tradeoffAnswer } from '../src/experiment/tradeoff/report-model-answer.ts';
import { metadataFindings } from '../src/harness/metadata-findings.ts';
import { terminalSvg } from './docs/terminal-picture.ts';

/** Width of the terminal of the picture, in characters. */
const columns = 80;

const { values } = parseArgs({ options: { run: { type: 'string' } } });
/** Until a page has loaded all of its parts. The demo always has a request open. */
const idle = { waitUntil: 'networkidle' } as const;
if (values.run !== undefined) await takeTerminal(resolve(values.run));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const [inputs, evidence] = [await readInputs(), await readEvidence()];
  const html = tradeoffPage(
    tradeoffAnswer(inputs, evidence, { accountSignals: metadataFindings() }),
    evidence,
    await readRecord(),
    await clientScript(),
  );
  await take('answer', { width: 1280, height: 1200 }, (page) => page.setContent(html, idle));
  if (values.run !== undefined) {
    const report = `file://${resolve(values.run, 'report.html')}`;
    await take('tradeoff', { width: 1200, height: 1340 }, (page) => page.goto(report, idle));
    await served(dirname(resolve(values.run)), async (base) => {
      const run = encodeURIComponent(basename(resolve(values.run!)));
      await take('explorer', { width: 1200, height: 1340 }, (page) => page.goto(`${base}/runs/${run}`, idle));
      await take('demo', { width: 1500, height: 1150 }, async (page) => {
        await page.goto(`${base}/demo`);
        await page.waitForSelector('#demo-state:text-is("Ready.")');
        await page.selectOption('#strategy', 'client-list');
        await page.waitForSelector('#demo-state:text-is("Ready.")');
        await page.click('#send:enabled');
        await page.waitForSelector('#roles[data-sent="1"]');
      });
      await take('matrix', { width: 1280, height: 1060 }, async (page) => {
        await page.goto(`${base}/demo`);
        await page.waitForSelector('#demo-state:text-is("Ready.")');
        await page.click('#all:enabled');
        await page.waitForSelector('#matrix-table');
        await page.locator('#matrix').scrollIntoViewIfNeeded();
        await page.evaluate(() => document.querySelector('#matrix')!.scrollIntoView());
      });
    });
  }
} finally {
  await browser.close();
}

/** The answer of a run in a terminal, as docs/terminal.svg. */
async function takeTerminal(folder: string): Promise<void> {
  const { metrics, timings } = await reloadRun(folder);
  const file = resolve(projectRoot, 'docs', 'terminal.svg');
  await writeFile(file, terminalSvg('npm start', await terminalReport(metrics, timings, { columns }), columns));
  process.stdout.write(`${file}\n`);
}

/** What a window of that size shows of a page, with few colours, as docs/<name>.png. */
async function take(
  name: string,
  viewport: { readonly width: number; readonly height: number },
  open: (page: Page) => Promise<unknown>,
): Promise<void> {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(300_000);
  await open(page);
  const file = resolve(projectRoot, 'docs', `${name}.png`);
  await sharp(await page.screenshot())
    .png({ palette: true, colours: 64, effort: 10 })
    .toFile(file);
  await page.close();
  process.stdout.write(`${file}\n`);
}

/** Runs `presend serve` on a folder of runs, with a store of its own, while the work is done. */
async function served(runs: string, work: (base: string) => Promise<void>): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'presend-docs-'));
  const command = [
    join(projectRoot, 'scripts', 'presend.mjs'),
    'serve',
    runs,
    '--port',
    '0',
    '--data',
    data,
    '--quiet',
  ];
  const server = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await work(await addressOf(server.stdout));
  } finally {
    server.kill();
    await new Promise((done) => (server.exitCode === null ? server.once('exit', done) : done(undefined)));
    await rm(data, { recursive: true });
  }
}

/** The address that the server prints. Throws where it ends without one. */
async function addressOf(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const found = /http:\/\/\S+?:\d+/.exec(line);
    if (found) return found[0];
  }
  throw new Error('The server ended before it printed its address');
}
