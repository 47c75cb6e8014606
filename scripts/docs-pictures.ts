/**
 * `npm run docs-pictures -- [--run <tradeoff run>]`: takes the pictures of pages in docs/ again. answer.png is the page of `presend tradeoff` on the evidence that
 * comes with the project; `--run`: tradeoff.png is the report page of that run. Needs Chromium: /usr/bin/chromium, or the path in CHROMIUM.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { projectRoot } from '../src/disk/project.ts';
import { clientScript } from '../src/experiment/tradeoff/client-script.ts';
import { readEvidence, readInputs, readRecord } from '../src/experiment/tradeoff/model-inputs.ts';
import { tradeoffPage } from '../src/experiment/tradeoff/report-model.ts';
import { tradeoffAnswer } from '../src/experiment/tradeoff/report-model-answer.ts';

const { values } = parseArgs({ options: { run: { type: 'string' } } });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const [inputs, evidence] = [await readInputs(), await readEvidence()];
  const html = tradeoffPage(tradeoffAnswer(inputs, evidence), evidence, await readRecord(), await clientScript());
  await take('answer', { width: 1280, height: 1200 }, (page) => page.setContent(html));
  if (values.run !== undefined) {
    const report = `file://${resolve(values.run, 'report.html')}`;
    await take('tradeoff', { width: 1200, height: 1340 }, (page) => page.goto(report));
  }
} finally {
  await browser.close();
}

/** What a window of that size shows of a page, with few colours, as docs/<name>.png. */
async function take(
  name: string,
  viewport: { readonly width: number; readonly height: number },
  open: (page: Page) => Promise<unknown>,
): Promise<void> {
  const page = await browser.newPage({ viewport });
  await open(page);
  await page.waitForLoadState('networkidle');
  const file = resolve(projectRoot, 'docs', `${name}.png`);
  await sharp(await page.screenshot())
    .png({ palette: true, colours: 64, effort: 10 })
    .toFile(file);
  await page.close();
  process.stdout.write(`${file}\n`);
}
