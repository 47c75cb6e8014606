/** What visitors bring to the demo, in a real browser: their own picture on the list and edited, the frames of an animation and of a clip, and the plays of orders and of a group. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashFor, hashOutcome } from '../../src/client/demo/hashes.ts';
import type { DemoPicture } from '../../src/client/demo/picture.ts';
import { demoLists } from '../../src/client/demo/world.ts';
import { eachFrame } from '../../src/image/animation.ts';
import { decode } from '../../src/image/decode.ts';
import { resample } from '../../src/image/transform/resize.ts';
import { searcher } from '../../src/match/search.ts';
import type { Scanner } from '../../src/role/world.ts';
import { createApp } from '../../src/server/app.ts';
import { DemoPictures } from '../../src/server/demo/pictures.ts';
import { LocalHost } from '../../src/server/demo/session-host.ts';
import { readWeb } from '../../src/server/static.ts';
import { ensureWeb, webFolder } from '../../src/server/web-build.ts';
import { encodeWebm } from '../../src/video/encode.ts';
import { vpdqOfClip } from '../../src/video/hash.ts';
import { executablePath, startBrowser, visit, whySkipped } from '../helpers/browser.ts';

describe.skipIf(!executablePath)(`what a visitor brings to the demo, in Chromium${whySkipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'presend-demo-own-'));
  const scanner: Scanner = { hash: (picture, use) => hashOutcome(decode(picture), use), score: async () => undefined };
  let app: FastifyInstance;
  let browser: Browser;
  let address: string;
  let pictures: DemoPicture[];
  let innocent: DemoPicture;

  beforeAll(async () => {
    await ensureWeb();
    pictures = await new DemoPictures().loaded();
    innocent = pictures.findLast(({ called }) => called === 'innocent')!;
    const host = new LocalHost(pictures, scanner);
    app = createApp({ folder, web: await readWeb(webFolder), demo: { host } });
    address = `${await app.listen({ port: 0, host: '127.0.0.1' })}/demo`;
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What axe-core finds on the page with all of this shown. */
  const seriousOn = async (page: Page): Promise<string[]> => {
    await page.evaluate(axe.source);
    return page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        resultTypes: ['violations'],
      });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
    });
  };
  const says = (page: Page, text: string) => page.waitForSelector(`#demo-state:has-text("${text}")`);
  const bring = async (page: Page, name: string, mimeType: string, buffer: Buffer): Promise<void> => {
    await says(page, 'Ready.');
    await page.setInputFiles('#own', { name, mimeType, buffer });
  };
  const send = async (page: Page, count: number): Promise<string> => {
    await page.click('#send:enabled');
    await page.waitForSelector(`#roles[data-sent="${count}"]`);
    return page.locator('#outcome').innerText();
  };

  test('an own picture goes on the list and off it; an edit shows both distances and who would still find it', () =>
    visit(browser, address, async (page) => {
      const distances = async (): Promise<(string | undefined)[]> => {
        const { nearest, before } = await page.locator('#editor').evaluate((box) => ({ ...box.dataset }));
        return [before, nearest];
      };
      const bodies: Buffer[] = [];
      page.on('request', (request) => bodies.push(request.postDataBuffer() ?? Buffer.alloc(0)));
      await bring(page, 'mine.png', 'image/png', Buffer.from(innocent.bytes));
      await expect.poll(async () => Number((await distances())[1])).toBeGreaterThan(hashFor.near.threshold);
      expect(await send(page, 1)).toContain('It did not match.');

      await page.check('#list-own-1');
      await says(page, 'on the list of this session');
      await expect.poll(distances).toEqual(['0', '0']);
      expect(await send(page, 1)).toMatch(/It matched\..*Reports to the curator so far: 1\./);
      // Hashes went to the server, and the picture only when it was reported.
      const opening = bodies.findIndex((body) => body.includes('"own":[{'));
      const inClear = bodies.findIndex((body) => body.includes(Buffer.from(innocent.bytes)));
      expect([opening >= 0, inClear > opening]).toEqual([true, true]);

      await page.check('#edit-flip');
      await expect.poll(async () => Number((await distances())[1])).toBeGreaterThan(hashFor.near.threshold);
      expect((await distances())[0]).toBe('0');
      const finds = await page
        .locator('#found tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => [...row.querySelectorAll<HTMLElement>('[data-finds]')].map(({ dataset }) => dataset.finds)),
        );
      expect(finds[0]).toEqual(['yes', 'no']);
      await page.waitForSelector('#send:enabled');
      expect(await send(page, 2)).toContain('It did not match.');
      // No edited file is offered: no link, and no picture with an address of its own.
      expect(await page.locator('a[download], img[src^="blob:"]').count()).toBe(0);

      await page.click('[data-own] button');
      await expect.poll(() => page.locator('#own-pictures').isHidden()).toBe(true);
    }));

  test('an animation shows which frames match, too flat ones named; a frame is a picture; orders and a group are played', () =>
    visit(browser, address, async (page, { requests }) => {
      await says(page, 'Ready.');
      await page.click('#sample-animation');
      await page.waitForSelector('#clip-verdict[data-match=true]');
      const states = () =>
        page.locator('#strip li').evaluateAll((frames) => frames.map((each) => (each as HTMLElement).dataset.state));
      expect(await states()).toEqual(['flat', 'clear', 'match', 'clear', 'match', 'clear']);
      // The browser's frames are those of presend match.
      const file = new Uint8Array(await (await fetch(`${address}/pictures/animation`)).arrayBuffer());
      const search = searcher((await demoLists(pictures, scanner)).list);
      const inNode: number[] = [];
      await eachFrame(file, {}, ({ image }) => {
        inNode.push(search.nearest(hashFor.near.hash(image).hash)!.distanceBits);
      });
      const inPage = await page
        .locator('#strip li')
        .evaluateAll((frames) => frames.map((each) => Number((each as HTMLElement).dataset.distance)));
      for (const [i, distance] of inNode.entries()) expect(Math.abs(distance - inPage[i]!)).toBeLessThanOrEqual(2);
      await page.selectOption('#clip-rule', 'all');
      expect(await page.locator('#clip-verdict').innerText()).toMatch(/2 of 5 .* does not match\..*1 too flat/);
      await page.click('#strip li:nth-child(4) button');
      await page.waitForSelector('[data-own=own-2]');

      // A clip that begins like a video and is none is refused in a sentence.
      await page.setInputFiles('#own', {
        name: 'broken.webm',
        mimeType: 'video/webm',
        buffer: Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.alloc(500)]),
      });
      await page.waitForSelector('#demo-state:has-text("Failed: truncated")');
      expect(await page.locator('#clip').isHidden()).toBe(true);

      await page.click('#play-orders:enabled');
      await page.waitForSelector('#orders-table');
      expect(await page.locator('#orders-table tbody tr').count()).toBe(3);
      expect(await page.locator('#refusals li').count()).toBe(2);
      await page.click('#play-group:enabled');
      await page.waitForSelector('#group-table');
      const ghost = page.locator('[data-reader="hidden device"]');
      expect(await ghost.allInnerTexts()).toEqual(['nothing', 'picture', 'nothing', 'picture', 'nothing']);
      expect(await seriousOn(page)).toEqual([]);
      // Nothing of this went to the server.
      expect(requests.filter((each) => each.startsWith('POST') && !each.includes('/demo/sessions'))).toEqual([]);
    }));

  test('a VP9 clip is decoded in the page: its frames are those that Node decodes, and they match as they do there', () =>
    visit(browser, address, async (page, { requests }) => {
      const [width, height] = [192, 144];
      const listed = pictures.find(({ called }) => called === 'listed')!;
      const shown = await Promise.all(
        [innocent, listed].map(async ({ bytes }) => resample(await decode(bytes), width, height)),
      );
      const black = { width, height, channels: 3 as const, data: new Uint8Array(3 * width * height) };
      // A second of each picture, four frames a second, and a black one.
      const frames = [...shown, black].flatMap((image, second) =>
        [0, 0.25, 0.5, 0.75].map((part) => ({ timeSeconds: second + part, image })),
      );
      const bytes = await encodeWebm(frames, { bitRate: 1_000_000 });
      await bring(page, 'mine.webm', 'video/webm', Buffer.from(bytes));
      await page.waitForSelector('#clip-verdict[data-match=true]');
      const strip = await page
        .locator('#strip li')
        .evaluateAll((items) =>
          items.map((each) => ({ ...(each as HTMLElement).dataset })).map(({ state, distance }) => [state, distance]),
        );
      expect(strip.map(([state]) => state)).toEqual(['clear', 'clear', 'match', 'match', 'flat', 'flat']);
      const search = searcher((await demoLists(pictures, scanner)).list);
      const { frames: inNode } = await vpdqOfClip(bytes, { rate: 2, decoder: 'libav.js' });
      expect(inNode).toHaveLength(strip.length);
      // Colours are converted by other code in the browser, and PDQ of a flat frame says nothing.
      for (const [i, { hash }] of inNode.slice(0, 4).entries())
        expect(Math.abs(search.nearest(hash)!.distanceBits - Number(strip[i]![1]))).toBeLessThanOrEqual(6);
      expect(requests.filter((each) => each.startsWith('POST') && !each.includes('/demo/sessions'))).toEqual([]);
    }));
});
