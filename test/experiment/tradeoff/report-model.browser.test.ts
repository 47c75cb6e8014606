/** The page of the trade-off in a real browser: sliders move the plots, the console stays quiet, nothing is fetched, phone and endpoint. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientScript } from '../../../src/experiment/tradeoff/client-script.ts';
import { readEvidence, readInputs, readRecord } from '../../../src/experiment/tradeoff/model-inputs.ts';
import { tradeoffPage } from '../../../src/experiment/tradeoff/report-model.ts';
import { tradeoffAnswer } from '../../../src/experiment/tradeoff/report-model-answer.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

describe.skipIf(!present)(
  `trade-off page in Chromium${present ? '' : ` (skipped: no ${executablePath}; set CHROMIUM)`}`,
  () => {
    let browser: Browser;
    let folder: string;
    let address: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'presend-tradeoff-'));
      const evidence = await readEvidence();
      const answer = tradeoffAnswer(await readInputs(), evidence, { draws: 200 });
      const file = join(folder, 'index.html');
      writeFileSync(file, tradeoffPage(answer, evidence, await readRecord(), await clientScript()));
      address = pathToFileURL(file).href;
      browser = await chromium.launch({ executablePath, args });
    });

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Opens the page and hands it over with what it complained of and asked for. */
    async function visit(
      width: number,
      colorScheme: 'light' | 'dark',
      look: (page: Page) => Promise<void>,
    ): Promise<void> {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, offline: true });
      const page = await context.newPage();
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(address);
      await page.locator('#sliders > summary').click();
      await look(page);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([address]);
      await context.close();
    }

    const drawn = (page: Page, id: string): Promise<string> => page.locator(`#${id} svg`).innerHTML();
    const move = (page: Page, name: string, position: number): Promise<void> =>
      page.locator(`#slider-${name}`).evaluate((input, value) => {
        (input as HTMLInputElement).value = String(value);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }, position);

    test.each([
      [400, 'light'],
      [400, 'dark'],
      [1600, 'light'],
      [1600, 'dark'],
    ] as const)('reads at %i px, %s, without scrolling sideways', (width, scheme) =>
      visit(width, scheme, async (page) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }),
    );

    test('says the answer on less than four screens; a link opens its section, paper shows every one', () =>
      visit(1280, 'light', async (page) => {
        await page.locator('#sliders > summary').click();
        const screens = await page.evaluate(() => document.documentElement.scrollHeight / innerHeight);
        expect(screens).toBeLessThan(4);
        const limits = page.locator('#limits li').first();
        expect(await limits.isVisible()).toBe(false);
        await page.emulateMedia({ media: 'print' });
        expect(await limits.isVisible()).toBe(true);
        expect(await page.locator('#plot-accounts').isVisible()).toBe(true);
        await page.emulateMedia({ media: 'screen' });
        await page.locator('a[href="#limits"]').click();
        await expect.poll(() => limits.isVisible()).toBe(true);
      }));

    test('a slider moves its plot and its number; the button puts all back', () =>
      visit(1000, 'light', async (page) => {
        const before = await drawn(page, 'plot-recovered');
        const said = await page.locator('#value-evasion').innerText();
        await move(page, 'evasion', 700);
        await expect.poll(() => drawn(page, 'plot-recovered')).not.toBe(before);
        expect(await page.locator('#value-evasion').innerText()).toBe('70 %');
        await page.locator('#reset').click();
        await expect.poll(() => drawn(page, 'plot-recovered')).toBe(before);
        expect(await page.locator('#value-evasion').innerText()).toBe(said);
      }));

    test('the sentence below the plot follows the switch', () =>
      visit(400, 'light', async (page) => {
        const said = page.locator('#result');
        expect(await said.innerText()).toMatch(/^Of 12 M reports come back: server-scan 12 M/);
        await page.locator('#view-accounts').check();
        expect(await said.innerText()).toMatch(/^Innocent accounts flagged in a year: server-scan /);
        await page.locator('#view-reviewers').check();
        expect(await said.innerText()).toMatch(/^People who review, full time: server-scan /);
      }));

    test('each price follows what it depends on', () =>
      visit(1000, 'light', async (page) => {
        const accounts = await drawn(page, 'plot-accounts');
        await move(page, 'falsePositive', 300);
        await expect.poll(() => drawn(page, 'plot-accounts')).not.toBe(accounts);
        const reviewers = await drawn(page, 'plot-reviewers');
        await move(page, 'secondsPerReview', 1000);
        await expect.poll(() => drawn(page, 'plot-reviewers')).not.toBe(reviewers);
        const recovered = await drawn(page, 'plot-recovered');
        await page.locator('#offenders').selectOption({ index: 1 });
        await expect.poll(() => drawn(page, 'plot-recovered')).not.toBe(recovered);
      }));

    test('sliders work by keyboard', () =>
      visit(1000, 'light', async (page) => {
        const before = await drawn(page, 'plot-recovered');
        await page.locator('#slider-evasion').focus();
        await page.keyboard.press('End');
        await expect.poll(() => drawn(page, 'plot-recovered')).not.toBe(before);
      }));
  },
);
