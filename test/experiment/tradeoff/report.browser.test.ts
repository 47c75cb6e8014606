/** The page in a real browser, from a file: quiet console, no sideways scrolling, both colour schemes, phone and endpoint. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlPage } from '../../../src/experiment/tradeoff/report.ts';
import { hostile, hostileRun, nothing } from '../../report/edges.ts';
import { fixture } from '../../report/fixture.ts';
import { run, timings } from '../../report/fixture-run.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
const pages = { fixture, hostile, nothing } as const;
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!present)(
  `report page in Chromium${present ? '' : ` (skipped: no ${executablePath}; set CHROMIUM)`}`,
  () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'presend-report-'));
      for (const [name, make] of Object.entries(pages))
        writeFileSync(join(folder, `${name}.html`), htmlPage(make(), name === 'hostile' ? hostileRun : run, timings));
      browser = await chromium.launch({ executablePath, args });
    });

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const sizes = [400, 1600].flatMap((width) =>
      (['light', 'dark'] as const).map((scheme) => [width, scheme] as const),
    );
    test.each(Object.keys(pages).flatMap((name) => sizes.map(([width, scheme]) => [name, width, scheme] as const)))(
      '%s at %i px, %s',
      async (name, width, colorScheme) => {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const complaints: string[] = [];
        const requests: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
        page.on('request', (request) => requests.push(request.url()));
        await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
        await page.evaluate(() => {
          for (const each of document.querySelectorAll('details')) each.open = true;
        });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect(complaints).toEqual([]);
        expect(requests).toHaveLength(1);
        const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(background).toBe(colorScheme === 'dark' ? 'rgb(20, 24, 29)' : 'rgb(255, 255, 255)');
        await page.close();
      },
    );
  },
);
