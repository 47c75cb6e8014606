/** What is wide, in a real browser: tables fit or scroll in their own box, and labels stay inside their plot. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashLeakageMetrics } from '../../src/experiment/hash-leakage/score.ts';
import { sourcePlot } from '../../src/experiment/new-content/plots.ts';
import { newContentMetrics } from '../../src/experiment/new-content/score.ts';
import { fileReports } from '../../src/experiment/report.ts';
import { recallPlot } from '../../src/experiment/tradeoff/plots.ts';
import { madeUpRows, smallHashLeakage } from '../experiment/hash-leakage/rows.ts';
import { newContentRows, smallNewContent } from '../harness/scoring/rows.ts';
import { fixture } from './fixture.ts';
import { run, timings } from './fixture-run.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
const facts = { dataset: { name: 'photographs', sha256: 'ab' }, notes: [] };

/** A hash-leakage page whose cells are as long as those of a run on thousands of pictures. */
async function hashLeakagePage(): Promise<string> {
  const metrics = hashLeakageMetrics(madeUpRows('', true), { experiment: smallHashLeakage, ...facts });
  for (const topic of metrics.topics) {
    const asked = { k: 1663, n: 3000, estimate: 1663 / 3000, low: 0.536, high: 0.572 };
    for (const guess of [topic.first, topic.five]) if (guess) Object.assign(guess.success, asked);
    Object.assign(topic, { attacker: 'bits, nearest neighbours, k=7', uniformLift: 12.4, aboveChance: true });
  }
  return (await fileReports(metrics, run, timings)).html;
}

/** Sources of new content with long names, and edits with wide letters. */
function plots(): string[] {
  const content = newContentMetrics(newContentRows, { experiment: smallNewContent, ...facts });
  for (const { bySource } of content.detectors) bySource[0]!.source = 'gerenuk-okapi-llama';
  const tradeoff = fixture();
  tradeoff.hashes[0]!.recall[0]!.transform = 'messenger(maxSide=1600, quality=75)';
  return [sourcePlot(content), recallPlot(tradeoff, 'atAuthors')];
}

describe.skipIf(!present)(`wide parts in Chromium${present ? '' : ` (skipped: no ${executablePath})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
  });
  afterAll(() => browser?.close());

  const shown = async (html: string, width: number): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    await page.setContent(html);
    return page;
  };

  test.each([400, 1200, 1600])('hash leakage at %i px', async (width) => {
    const page = await shown(await hashLeakagePage(), width);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const boxes = await page.evaluate(() =>
      [...document.querySelectorAll('.scroll')].map((box) => ({
        name: box.getAttribute('aria-label') ?? '',
        right: box.getBoundingClientRect().right,
        hidden: box.scrollWidth - box.clientWidth,
        reached: getComputedStyle(box).overflowX,
      })),
    );
    expect(boxes.length).toBeGreaterThan(8);
    for (const { name, right, hidden, reached } of boxes) {
      expect(right, name).toBeLessThanOrEqual(width);
      expect(reached).toBe('auto');
      // At a endpoint the two tables of the answer show all their columns.
      if (width >= 1200 && /^(?:Topic|Picture) from hash/.test(name)) expect(hidden, name).toBeLessThanOrEqual(0);
    }
    await page.close();
  });

  test('labels of lines stay inside their plot', async () => {
    const page = await shown(plots().join(''), 1200);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('svg')].flatMap((svg) =>
        [...svg.querySelectorAll('text')]
          .filter((text) => text.getBoundingClientRect().left < svg.getBoundingClientRect().left)
          .map((text) => text.textContent),
      ),
    );
    expect(cut).toEqual([]);
    expect(await page.locator('svg').first().textContent()).toContain('gerenuk-okapi-llama (');
    await page.close();
  });
});
