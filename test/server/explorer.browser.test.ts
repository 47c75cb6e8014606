/** The explorer in a real browser: listed, opened, compared; the slider moves what the command line's functions say; files to download. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelInputs } from '../../src/metric/tradeoff/inputs.ts';
import { scaled, tradeoff } from '../../src/metric/tradeoff/simulate.ts';
import { intervalCell } from '../../src/report/format.ts';
import type { Scores } from '../../src/schema/scores.ts';
import type { TradeoffInputsFile } from '../../src/schema/tradeoff-inputs.ts';
import { createApp } from '../../src/server/app.ts';
import { readWeb } from '../../src/server/static.ts';
import { numbersAt, sampleOf } from '../../src/server/web/explorer/numbers.ts';
import { ensureWeb, isCurrent, webFolder } from '../../src/server/web-build.ts';
import { executablePath, scrollsSideways, startBrowser, visit, whySkipped } from '../helpers/browser.ts';
import { writeRuns } from './explorer-runs.ts';

describe.skipIf(!executablePath)(`explorer in Chromium${whySkipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'presend-explorer-'));
  let app: FastifyInstance;
  let browser: Browser;
  let base: string;

  beforeAll(async () => {
    await writeRuns(folder);
    await ensureWeb();
    app = createApp({ folder, web: await readWeb(webFolder) });
    base = await app.listen({ port: 0, host: '127.0.0.1' });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const textOf = async (download: Download): Promise<string> => readFileSync(await download.path(), 'utf8');
  const downloaded = async (page: Page, selector: string): Promise<Download> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
    return download;
  };
  const moved = async (page: Page, bits: number): Promise<void> => {
    await page.locator('#threshold-bits').evaluate((input, value) => {
      (input as HTMLInputElement).value = String(value);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }, bits);
    await page.waitForSelector('#threshold[data-draws="20000"]');
  };

  test('the bundle is the one of these sources', async () => expect(await isCurrent()).toBe(true));

  test('from the list to a run, and to two side by side', () =>
    visit(browser, base, async (page) => {
      await page.fill('input[name=search]', 'tiny');
      await page.click('text=Filter');
      expect(await page.locator('tbody tr').count()).toBe(2);
      await page.check('input[value=first]');
      await page.check('input[value=second]');
      await page.click('text=Compare the chosen runs');
      expect(await page.locator('h1').innerText()).toBe('2 runs side by side');
      await page.fill('input[name=search]', 'client-list detection asSent');
      await page.click('text=Filter');
      expect(await page.locator('table.compared tbody tr').count()).toBe(1);
      const csv = await textOf(await downloaded(page, 'text=All as CSV'));
      expect(csv).toContain('strategies / S4a client-list / detection / asSent,second,');
      await page.click('table.plain a:has-text("first")');
      expect(await page.locator('.eyebrow').innerText()).toContain('run first');
    }));

  test('a title sorts its column down, up, and back to the order of the run, by mouse and by keyboard', () =>
    visit(browser, `${base}/runs/first`, async (page) => {
      await page.locator('.fold > summary').first().click();
      const names = (): Promise<string[]> => page.locator('table.wide tbody th').allInnerTexts();
      const sorted = (): Promise<string[]> =>
        page
          .locator('table.wide th[aria-sort]')
          .evaluateAll((all) => all.map((each) => each.getAttribute('aria-sort')!));
      const before = await names();
      const button = page.locator('table.wide .sort', { hasText: 'listed, as sent' });
      await button.click();
      expect(await sorted()).toEqual(['descending']);
      const down = await names();
      await button.focus();
      await page.keyboard.press('Enter');
      expect(await sorted()).toEqual(['ascending']);
      expect(await names()).toEqual(down.toReversed());
      expect(down).not.toEqual(down.toReversed());
      await page.keyboard.press('Space');
      expect(await sorted()).toEqual([]);
      expect(await names()).toEqual(before);
    }));

  test('the slider moves rates, curves and the letter’s numbers, equal to the functions of the command line', () =>
    visit(browser, `${base}/runs/first`, async (page) => {
      await page.waitForSelector('#plot-roc svg');
      const scores = (
        await app.inject({ url: '/api/runs/first/scores', headers: { host: 'localhost' } })
      ).json() as Scores;
      const file = (
        await app.inject({ url: '/api/runs/first/tradeoff-inputs', headers: { host: 'localhost' } })
      ).json() as TradeoffInputsFile;
      const said = (id: string): Promise<string> => page.locator(`#number-${id}`).innerText();
      const plot = (id: string): Promise<string> => page.locator(`#plot-${id} svg`).innerHTML();
      const before = await Promise.all(['roc', 'rates', 'letter'].map(plot));
      for (const [bits, edit] of [
        [20, undefined],
        [70, 'flip(axis=0)'],
      ] as const) {
        await page.selectOption('#filter-edit', edit ?? '');
        await moved(page, bits);
        const { detection, falseAlarms, evidence } = numbersAt(sampleOf(scores, { hash: 0, set: '', edit }), bits);
        const model = tradeoff(evidence, modelInputs(file, file.offenders[0]), { seed: file.seed });
        expect(await said('detection')).toContain(`${detection.k}/${detection.n}`);
        expect(await said('alarms')).toContain(`${falseAlarms.k}/${falseAlarms.n}`);
        await expect.poll(() => said('recovered')).toBe(intervalCell(scaled(model.recovered!, 12e6), '').plain);
        expect(await said('accounts')).toBe(intervalCell(model.innocentAccounts, '').plain);
      }
      expect(falseAlarmsOf(await said('alarms'))).toBeGreaterThan(0);
      const after = await Promise.all(['roc', 'rates', 'letter'].map(plot));
      for (const [i, svg] of after.entries()) expect(svg).not.toBe(before[i]);
      await page.focus('#threshold-bits');
      await page.keyboard.press('Home');
      expect(await page.locator('#threshold-value').innerText()).toMatch(/^nothing/);
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('#threshold-value').innerText()).toBe('0 of 256 bits');
      expect(await page.getAttribute('#threshold-bits', 'aria-valuetext')).toBe('0 of 256 bits');
      // One sentence, once the hand rests.
      await expect
        .poll(() => page.locator('#threshold-said').textContent())
        .toMatch(/^Threshold 0 of 256 bits: listed pictures found .*; innocent accounts flagged in a year .*\.$/);
      await page.selectOption('#filter-hash', '1');
      expect(await page.locator('#threshold-value').innerText()).toMatch(/of 64 bits/);
      await page.selectOption('#filter-topic', 'texture');
      expect(await said('recovered')).toContain('missing');
    }));

  const falseAlarmsOf = (text: string): number => Number(/(\d+)\/\d+/.exec(text)?.[1]);

  test('plots of the report and of the slider come as SVG and as CSV', () =>
    visit(browser, `${base}/runs/copies`, async (page) => {
      await page.waitForSelector('#plot-roc svg');
      const own = await textOf(await downloaded(page, '#plot-rates a:has-text("CSV")'));
      expect(own.split('\r\n')[0]).toContain('x: threshold, bits');
      expect(own.split('\r\n').length).toBeGreaterThan(60);
      const svg = await textOf(await downloaded(page, '#plot-roc a:has-text("SVG")'));
      expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      const first = 'main > section[id]:not(#threshold) .downloads >> nth=0';
      const report = await downloaded(page, `${first} >> text=SVG`);
      expect(report.suggestedFilename()).toBe('copies-0.svg');
      expect(await textOf(report)).toMatch(/^<svg/);
      expect((await textOf(await downloaded(page, `${first} >> text=CSV`))).split('\r\n').length).toBeGreaterThan(2);
      expect(await textOf(await downloaded(page, 'text=the experiment file'))).toContain('kind: copy-detection');
    }));

  test('the policy is enforced: no other origin, no script in the page, no eval', () =>
    visit(browser, base, async (page, watched) => {
      const refused = await page.evaluate(async () => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        const fetched = await fetch('https://example.org/').then(
          () => 'fetched',
          () => 'refused',
        );
        // Later: what a debugger runs at once may do more than a page.
        const evaluated = await new Promise<string>((resolve) =>
          setTimeout(() => {
            try {
              resolve(String(new Function('return 1')()));
            } catch {
              resolve('refused');
            }
          }),
        );
        return { fetched, evaluated, ran: 'ran' in window };
      });
      expect(refused).toEqual({ fetched: 'refused', evaluated: 'refused', ran: false });
      const breached = () => watched.complaints.map((each) => /^policy: (\S+)/.exec(each)?.[1]);
      await expect.poll(breached).toEqual(expect.arrayContaining(['connect-src', 'script-src-elem']));
      await page.close();
      watched.complaints.length = 0;
      // What the policy refused never left the browser.
      expect(watched.requests.filter((each) => each.includes('example.org'))).toEqual([]);
    }));

  const pages = ['/', '/runs/first', '/runs/copies', '/runs/going-on', '/compare?run=first&run=second&run=copies'];
  test.each([
    [400, 'dark'],
    [1600, 'light'],
  ] as const)('no page scrolls sideways at %i px, %s', (width, colorScheme) =>
    visit(
      browser,
      base,
      async (page) => {
        for (const path of pages) {
          await page.goto(`${base}${path}`);
          if (await page.locator('#threshold').count()) await page.waitForSelector('#plot-letter svg');
          await page.evaluate(() => {
            for (const details of document.querySelectorAll('details')) details.open = true;
          });
          expect(await scrollsSideways(page), path).toBe(false);
        }
      },
      { viewport: { width, height: 900 }, colorScheme },
    ),
  );
});
