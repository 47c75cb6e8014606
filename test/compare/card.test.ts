/** The card of a detector: every figure is one of the runs, what no run measured is said, and the files can be published alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cardOf } from '../../src/compare/card.ts';
import { cardReport } from '../../src/compare/card-report.ts';
import { type FinishedRun, openRun } from '../../src/compare/open-run.ts';
import type { CopyDetectionMetrics } from '../../src/experiment/copy-detection/metrics.ts';
import { RunFolder } from '../../src/harness/run-folder.ts';
import { presend, scratch } from '../cli/presend.ts';
import { executablePath, scrollsSideways, startBrowser, whySkipped } from '../helpers/browser.ts';
import { writeRuns } from '../server/explorer-runs.ts';

const folder = scratch();
const at = (...names: string[]): string => join(folder, ...names);
let copies: FinishedRun;
let first: FinishedRun;

beforeAll(async () => {
  await writeRuns(folder);
  const opened = async (name: string): Promise<FinishedRun> => {
    const run = (await openRun(new RunFolder(at(name), { name })))!;
    return { ...run, metrics: run.metrics! };
  };
  [copies, first] = [await opened('copies'), await opened('first')];
});

test('says what the detector is, and has the rates of the run with their counts', () => {
  const card = cardOf([copies], 'pdq');
  expect(card.identity).toMatchObject({ bits: 256, licence: 'Apache-2.0', distance: 'Hamming' });
  const { markdown } = cardReport(card);
  const text = markdown([]);
  const { atAuthors, edits } = (copies.metrics as CopyDetectionMetrics).hashes.find(({ name }) => name === 'pdq')!
    .sets[0]!;
  expect(text).toContain(`${atAuthors!.recall.k}/${atAuthors!.recall.n}`);
  for (const { atAuthors: rate } of edits) expect(text).toContain(`${rate!.k}/${rate!.n}`);
});

test('says of each part that no run measured it, and never 0', () => {
  const text = cardReport(cardOf([copies], 'pdq')).markdown([]);
  for (const kind of [
    'hash-leakage run',
    'evasion run',
    'repurposing run',
    'false-positive-tail run or scored challenge',
  ])
    expect(text).toContain(`Not measured: no ${kind} was given that has this detector.`);
  expect(text).toContain('- **Not measured.** false positives by size of the list, hard negatives, leakage, evasion');
});

test('has both plots with the legend inside, as files that need no page', () => {
  const { plots } = cardReport(cardOf([copies, first], 'pdq'));
  expect(plots.map(({ name }) => name)).toEqual(['det', 'roc']);
  for (const { svg } of plots) {
    expect(svg).toMatch(/^<svg xmlns=.*<g class="inside-legend">.*<\/g><\/svg>$/s);
    expect(svg).toContain('>copies, ');
  }
});

test('is the same for the same runs, byte by byte', () => {
  const make = () => cardReport(cardOf([copies, first], 'pdq'));
  expect(make().html).toBe(make().html);
  expect(make().markdown([])).toBe(make().markdown([]));
});

describe('refuses, in one sentence that helps,', () => {
  test('an unknown detector', () => {
    expect(() => cardOf([copies], 'pdqq')).toThrow(
      /No detector 'pdqq' in these runs\. Did you mean pdq\? They have: dhash and pdq/,
    );
  });
  test('to choose one of several', () => {
    expect(() => cardOf([copies])).toThrow(/Say which detector the card is for, with --detector: /);
  });
  test('two different detectors of one name', () => {
    const file = (sha256: string): FinishedRun => {
      const facts = {
        name: 'pdq',
        kind: 'program',
        file: 'mine.yaml',
        bits: 256,
        threshold: 31,
        minQuality: 0,
        sha256,
      };
      return {
        ...copies,
        name: sha256.slice(0, 4),
        record: {
          ...copies.record,
          experimentResolved: { ...(copies.record.experimentResolved as object), detectors: [facts] },
        },
      };
    };
    expect(() => cardOf([file('a'.repeat(64)), file('b'.repeat(64))], 'pdq')).toThrow(/Two different detectors/);
    const { identity } = cardOf([file('a'.repeat(64))], 'pdq');
    expect(identity).toMatchObject({ sha256: 'a'.repeat(64), licence: null });
    expect(identity.what).toContain('mine.yaml');
  });
});

test('the command writes Markdown with its plots beside it, or a page', async () => {
  const markdown = at('pdq.md');
  expect((await presend('card', at('copies'), '--detector', 'pdq', '--out', markdown)).code).toBe(0);
  const text = readFileSync(markdown, 'utf8');
  for (const name of ['det', 'roc']) {
    expect(text).toContain(`(pdq-${name}.svg)`);
    expect(readFileSync(at(`pdq-${name}.svg`), 'utf8')).toMatch(/^<svg /);
  }
  const page = at('pdq.html');
  expect((await presend('card', at('copies'), '--detector', 'pdq', '--out', page)).code).toBe(0);
  expect(readFileSync(page, 'utf8')).toContain('Card of the detector pdq');
  const { out } = await presend('card', at('copies'), '--detector', 'pdq', '--json');
  expect((JSON.parse(out) as { identity: { detector: string } }).identity.detector).toBe('pdq');
});

test.skipIf(!executablePath)(
  `the page fits 400, 1280 and 1600 pixels, light and dark${whySkipped}`,
  async () => {
    const browser = await startBrowser();
    try {
      const { html } = cardReport(cardOf([copies, first], 'pdq'));
      for (const colorScheme of ['light', 'dark'] as const)
        for (const width of [400, 1280, 1600]) {
          const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
          const page = await context.newPage();
          await page.setContent(html);
          expect(await scrollsSideways(page), `${width} ${colorScheme}`).toBe(false);
          // The legend lies inside the frame of its plot.
          for (const plot of await page.locator('svg.plot').all()) {
            const [outer, inner] = [await plot.boundingBox(), await plot.locator('.inside-legend').boundingBox()];
            expect(inner!.x).toBeGreaterThan(outer!.x);
            expect(inner!.x + inner!.width).toBeLessThanOrEqual(outer!.x + outer!.width);
          }
          await context.close();
        }
    } finally {
      await browser.close();
    }
  },
  60_000,
);
