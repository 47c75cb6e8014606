/** axe-core finds nothing serious on any page: reports of runs as files, and all pages of the server, light on a wide screen and dark on a phone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { FastifyInstance } from 'fastify';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishedRuns } from '../../src/cli/compare.ts';
import { cardOf } from '../../src/compare/card.ts';
import { cardReport } from '../../src/compare/card-report.ts';
import { comparisonOf } from '../../src/compare/compare.ts';
import { comparisonReport } from '../../src/compare/compare-report.ts';
import { clientScript } from '../../src/experiment/tradeoff/client-script.ts';
import { readEvidence, readInputs, readRecord } from '../../src/experiment/tradeoff/model-inputs.ts';
import { htmlPage } from '../../src/experiment/tradeoff/report.ts';
import { tradeoffPage } from '../../src/experiment/tradeoff/report-model.ts';
import { tradeoffAnswer } from '../../src/experiment/tradeoff/report-model-answer.ts';
import { createApp } from '../../src/server/app.ts';
import { readWeb } from '../../src/server/static.ts';
import { ensureWeb, webFolder } from '../../src/server/web-build.ts';
import { executablePath, startBrowser, whySkipped } from '../helpers/browser.ts';
import { fixture } from '../report/fixture.ts';
import { run, timings } from '../report/fixture-run.ts';
import { writeRuns } from './explorer-runs.ts';

/** Paths of the server's pages; those of files begin with `file:`. */
const pages = [
  'file:report.html',
  'file:tradeoff.html',
  'file:card.html',
  'file:compared.html',
  '/',
  '/runs/first',
  '/runs/copies',
  '/compare?run=first&run=second',
  '/demo',
] as const;

describe.skipIf(!executablePath)(`accessibility${whySkipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'presend-axe-'));
  let app: FastifyInstance;
  let browser: Browser;
  let base: string;

  beforeAll(async () => {
    const runs = join(folder, 'runs');
    await writeRuns(runs);
    await ensureWeb();
    app = createApp({ folder: runs, web: await readWeb(webFolder), demo: {} });
    base = await app.listen({ port: 0, host: '127.0.0.1' });
    const evidence = await readEvidence();
    const answer = tradeoffAnswer(await readInputs(), evidence, { draws: 200 });
    const report = htmlPage(fixture(), run, timings);
    writeFileSync(join(folder, 'report.html'), report);
    writeFileSync(join(runs, 'first', 'report.html'), report);
    const [copies, first, second] = await finishedRuns(['copies', 'first', 'second'].map((name) => join(runs, name)));
    writeFileSync(join(folder, 'card.html'), cardReport(cardOf([copies!, first!], 'pdq')).html);
    writeFileSync(join(folder, 'compared.html'), comparisonReport(await comparisonOf([first!, second!])).html);
    writeFileSync(
      join(folder, 'tradeoff.html'),
      tradeoffPage(answer, evidence, await readRecord(), await clientScript()),
    );
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(pages.flatMap((path) => (['light', 'dark'] as const).map((scheme) => [path, scheme] as const)))(
    '%s, %s: nothing serious',
    async (path, colorScheme) => {
      const page = await browser.newPage({
        viewport: { width: colorScheme === 'light' ? 1280 : 400, height: 900 },
        colorScheme,
      });
      const address = path.startsWith('file:') ? pathToFileURL(join(folder, path.slice(5))).href : `${base}${path}`;
      const reply = await page.goto(address);
      if (!path.startsWith('file:')) expect(reply!.status(), address).toBe(200);
      await page.evaluate(() => {
        for (const each of document.querySelectorAll('details')) each.open = true;
      });
      await page.evaluate(axe.source);
      const found = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
          resultTypes: ['violations'],
        });
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, help, nodes }) => ({
            id,
            help,
            nodes: nodes.length,
            first: nodes.slice(0, 3).map((each) => `${each.html.slice(0, 160)} | ${each.any[0]?.message ?? ''}`),
          }));
      });
      await page.close();
      expect(found).toEqual([]);
    },
  );

  test('a report that is served sorts its tables as one that is opened from a folder does', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`${base}/runs/first/report.html`);
    const sort = page.locator('table.wide .sort').first();
    await sort.evaluate((button) => (button as HTMLElement).click());
    expect(await page.locator('table.wide [aria-sort=descending]').count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
