/**
 * The demo in a real browser: under each strategy the panels of relay, provider, curator and court hold what these wrote down at the server,
 * those of the phones what phones in Node hold for the same picture; packet by packet and byte by byte. Nothing else leaves the page.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadClassifier } from '../../src/classify/index.ts';
import { hashOutcome } from '../../src/client/demo/hashes.ts';
import type { DemoPicture } from '../../src/client/demo/picture.ts';
import { accounts, demoDevices, demoLists, demoServices } from '../../src/client/demo/world.ts';
import { decode } from '../../src/image/decode.ts';
import { scansNothing } from '../../src/report/metadata-signals.ts';
import { deploy } from '../../src/role/deployment.ts';
import type { View } from '../../src/role/view.ts';
import type { Message, Scanner, World } from '../../src/role/world.ts';
import { metadataSignals } from '../../src/schema/metadata-signals.ts';
import type { Role } from '../../src/schema/vocabulary.ts';
import { createApp } from '../../src/server/app.ts';
import { DemoPictures } from '../../src/server/demo/pictures.ts';
import { LocalHost } from '../../src/server/demo/session-host.ts';
import { readWeb } from '../../src/server/static.ts';
import { ensureWeb, webFolder } from '../../src/server/web-build.ts';
import { strategies, strategyByName } from '../../src/strategy/index.ts';
import { executablePath, scrollsSideways, startBrowser, visit, type Watched, whySkipped } from '../helpers/browser.ts';
import { slowTest } from '../helpers/slow.ts';

/** The scan of a phone, in Node. */
const scanner: Scanner = {
  hash: (picture, use) => hashOutcome(decode(picture), use),
  async score(picture) {
    const { labels, classify } = await loadClassifier('nsfwjs-mobilenet-v2', {});
    return (await classify(await decode(picture))).scores[labels.indexOf('Drawing')];
  },
};

/** The server's own host, whose sessions a test can look into. */
class OpenHost extends LocalHost {
  latest = '';
  override open(id: string, strategy: string) {
    this.latest = id;
    return super.open(id, strategy);
  }
}

describe.skipIf(!executablePath)(`live demo in Chromium${whySkipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'presend-demo-'));
  let app: FastifyInstance;
  let browser: Browser;
  let address: string;
  let pictures: DemoPicture[];
  let host: OpenHost;
  let world: World;

  beforeAll(async () => {
    await ensureWeb();
    pictures = await new DemoPictures().loaded();
    host = new OpenHost(pictures, scanner);
    app = createApp({ folder, web: await readWeb(webFolder), demo: { host } });
    address = `${await app.listen({ port: 0, host: '127.0.0.1' })}/demo`;
    const target = pictures.filter(({ called }) => called !== 'innocent').map(({ bytes }) => bytes);
    const confirms = (picture: Uint8Array): boolean => target.some((each) => Buffer.compare(each, picture) === 0);
    const devices = demoDevices(scanner, () => false);
    const services = demoServices(await demoLists(pictures, scanner), scanner, confirms);
    world = { ...services, ...devices, people: { ...services.people, ...devices.people } };
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The same strategy with all its roles in Node, which sends as the page does. */
  const inNode = async (strategy: string) => {
    const deployment = await deploy(world, strategyByName(strategy).design);
    const [sender, recipient] = accounts;
    let sequence = 0;
    return {
      views: deployment.views,
      async send(picture: Uint8Array) {
        const message: Message = { id: `m${sequence + 1}`, sender, recipient, sequence, sentAt: sequence + 1, picture };
        sequence++;
        await deployment.send(message);
        await deployment.deliver();
        await deployment.review();
      },
    };
  };

  const ready = (page: Page) => page.waitForSelector('#demo-state:text-is("Ready.")');
  const choose = async (page: Page, strategy: string): Promise<void> => {
    await page.selectOption('#strategy', strategy);
    await ready(page);
  };
  const pick = (page: Page, id: string) => page.check(`input[value="${id}"]`, { force: true });
  const sent = (page: Page, count: number) => page.waitForSelector(`#roles[data-sent="${count}"]`);
  const send = async (page: Page, count: number): Promise<void> => {
    await page.click('#send:enabled');
    await sent(page, count);
  };

  /** What the panels show of the last message: role → 'packet bytes'. */
  const panels = (page: Page): Promise<Record<string, string[]>> =>
    page.evaluate(() =>
      Object.fromEntries(
        [...document.querySelectorAll<HTMLElement>('.role')].map((panel) => [
          panel.dataset.role!,
          [...panel.querySelectorAll<HTMLElement>(':scope > .got > li')].map(
            (row) => `${row.dataset.type} ${row.dataset.bytes}`,
          ),
        ]),
      ),
    );
  /** The same of what roles saw. */
  const views = (roles: Readonly<Record<Role, View>>, message: string): Record<string, string[]> =>
    Object.fromEntries(
      Object.values(roles).map((view) => [
        view.role,
        view.about(message).map(({ type, bytes }) => `${type} ${bytes.length}`),
      ]),
    );
  const servers = ['relay', 'provider', 'curator', 'court'] as const;
  const badge = async (page: Page, role: string): Promise<string | null> =>
    page.locator(`#role-${role} [data-sees]`).getAttribute('data-sees');
  const inHands = async (page: Page, role: string): Promise<number> => {
    const found = page.locator(`#role-${role} [data-pictures]`);
    return (await found.count()) === 0 ? 0 : Number(await found.getAttribute('data-pictures'));
  };
  /** Everything that left the page went to its session, or fetched a part of the page. */
  const quiet = ({ requests }: Watched): void => {
    const origin = new URL(address).origin;
    for (const each of requests)
      expect(each).toMatch(
        new RegExp(
          `^(GET (blob:)?${origin}/|POST ${origin}/demo/sessions$|(GET|POST|DELETE) ${origin}/demo/sessions/[0-9a-f]{32})`,
        ),
      );
  };

  /** What provider, curator and court have of a listed picture, and of an innocent one. */
  const expected = {
    'server-scan': { listed: ['content', 'hash', 'nothing'], innocent: ['content', 'nothing', 'nothing'] },
    e2ee: { listed: ['nothing', 'nothing', 'nothing'], innocent: ['nothing', 'nothing', 'nothing'] },
    escrow: { listed: ['nothing', 'nothing', 'nothing'], innocent: ['nothing', 'nothing', 'nothing'] },
    'client-list': { listed: ['content', 'hash', 'nothing'], innocent: ['some', 'nothing', 'nothing'] },
    'hash-upload': { listed: ['hash', 'hash', 'nothing'], innocent: ['hash', 'nothing', 'nothing'] },
    'threshold-psi': { listed: ['some', 'nothing', 'nothing'], innocent: ['some', 'nothing', 'nothing'] },
    'client-classifier': { listed: ['content', 'some', 'nothing'], innocent: ['some', 'nothing', 'nothing'] },
  } as const;

  test(
    'under each strategy the panels hold what the server’s roles wrote down, and the phones in Node',
    () =>
      visit(browser, address, async (page, watched) => {
        await ready(page);
        const [listed, innocent] = [pictures[0]!, pictures.find(({ called }) => called === 'innocent')!];
        for (const [strategy, has] of Object.entries(expected)) {
          await choose(page, strategy);
          const session = await inNode(strategy);
          for (const [i, [picture, badges]] of [
            [listed, has.listed] as const,
            [innocent, has.innocent] as const,
          ].entries()) {
            await pick(page, picture.id);
            await send(page, i + 1);
            await session.send(picture.bytes);
            const place = `${strategy}, ${picture.called}`;
            const [shown, message] = [await panels(page), `m${i + 1}`];
            expect(shown, place).toEqual(views(session.views, message));
            const atServer = views(host.seen(host.latest).views, message);
            for (const role of servers) expect([place, role, shown[role]]).toEqual([place, role, atServer[role]]);
            // The page's phones are not there.
            expect([atServer.sender, atServer.recipient]).toEqual([[], []]);
            const found = await Promise.all(['provider', 'curator', 'court'].map((role) => badge(page, role)));
            expect(found, place).toEqual(badges);
            expect(await inHands(page, 'recipient'), place).toBe(i + 1);
            expect(await page.locator('#outcome').innerText(), place).toMatch(/^Delivered\./);
          }
        }
        quiet(watched);
      }),
    120_000,
  );

  test('S1 makes the provider blind, a court order under S2a opens, S9 opens from three matches on', () =>
    visit(browser, address, async (page, watched) => {
      await ready(page);
      await choose(page, 'e2ee');
      await send(page, 1);
      expect(await page.locator('#role-provider [data-nothing]').innerText()).toBe('nothing');
      expect(await page.locator('#order').isDisabled()).toBe(true);

      await choose(page, 'escrow');
      await send(page, 1);
      await send(page, 2);
      expect(await inHands(page, 'court')).toBe(0);
      await page.click('#order:enabled');
      await page.waitForSelector('#role-court [data-pictures="2"]');
      expect([await badge(page, 'court'), await inHands(page, 'provider')]).toEqual(['content', 0]);

      await choose(page, 'threshold-psi');
      const matches = pictures.filter(({ called }) => called === 'listed');
      for (const [i, { id }] of matches.slice(0, 3).entries()) {
        expect(await inHands(page, 'provider')).toBe(0);
        await pick(page, id);
        await send(page, i + 1);
      }
      expect(await inHands(page, 'provider')).toBe(3);
      await page.click('#send-listed:enabled');
      await sent(page, 3 + matches.length);
      expect(await inHands(page, 'provider')).toBeGreaterThan(3);
      quiet(watched);
    }));

  test('edits move the distance, and what is sent is what was measured', () =>
    visit(browser, address, async (page) => {
      await ready(page);
      const distance = async (): Promise<number> => Number(await page.locator('#editor').getAttribute('data-nearest'));
      await expect.poll(distance).toBe(0);
      await page.focus('#edit-crop');
      for (let i = 0; i < 50; i++) await page.keyboard.press('ArrowRight');
      await expect.poll(distance).toBeGreaterThan(world.thresholdBits);
      await expect.poll(() => page.locator('#distance').innerText()).toMatch(/no match\.$/);
      await page.waitForSelector('#send:enabled');
      await send(page, 1);
      expect(await page.locator('#outcome').innerText()).toContain('It did not match.');
      await page.click('#reset');
      await expect.poll(distance).toBe(0);
      await send(page, 2);
      expect(await page.locator('#outcome').innerText()).toContain('It matched.');
    }));

  test('a picture of one’s own is scanned in the page, leaves it as the strategy discloses, and works by keyboard alone', () =>
    visit(browser, address, async (page, watched) => {
      await ready(page);
      await choose(page, 'hash-upload');
      await page.setInputFiles('#own', {
        name: 'mine.png',
        mimeType: 'image/png',
        buffer: Buffer.from(pictures[5]!.bytes),
      });
      await page.waitForSelector('[data-own]');
      await page.waitForSelector('#send:enabled');
      const seen: Buffer[] = [];
      page.on('request', (request) => seen.push(request.postDataBuffer() ?? Buffer.alloc(0)));
      await page.focus('#send');
      const start = Date.now();
      await page.keyboard.press('Enter');
      await sent(page, 1);
      expect(Date.now() - start).toBeLessThan(2000);
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('send');
      expect(Number(await page.locator('#outcome').getAttribute('data-scan-millis'))).toBeGreaterThan(0);
      expect(await badge(page, 'provider')).toBe('hash');
      const mine = Buffer.from(pictures[5]!.bytes);
      const inClear = (): boolean => seen.some((body) => body.includes(mine));
      expect([seen.some((body) => body.length > 1000), inClear()]).toEqual([true, false]);
      quiet(watched);
      await choose(page, 'server-scan');
      await send(page, 1);
      expect(inClear()).toBe(true);
      expect(await page.locator('#editor').isVisible()).toBe(true);
    }));

  test.each([
    [400, 'dark'],
    [1600, 'light'],
  ] as const)('reads at %i px, %s', (width, colorScheme) =>
    visit(
      browser,
      address,
      async (page) => {
        await ready(page);
        await send(page, 1);
        expect(await scrollsSideways(page)).toBe(false);
      },
      { viewport: { width, height: 900 }, colorScheme },
    ),
  );

  slowTest(
    'one picture under all strategies: who saw what, as the panels say it of each',
    () =>
      visit(browser, address, async (page, watched) => {
        await ready(page);
        await page.click('#all:enabled');
        await page.waitForSelector('#matrix-table', { timeout: 280_000 });
        const rows = await page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('#matrix-table [data-strategy]')].map((row) => [
            row.dataset.strategy!,
            ...[...row.querySelectorAll<HTMLElement>('[data-sees]')].map((cell) => cell.dataset.sees!),
          ]),
        );
        expect(rows.map(([name]) => name).sort()).toEqual(Object.keys(strategies).sort());
        // The one that scans no message has a line in words.
        expect(await page.textContent('#matrix-table tfoot')).toBe(`${metadataSignals.name}not sent: ${scansNothing}`);
        for (const [strategy, { listed }] of Object.entries(expected)) {
          const [, , provider, curator] = rows.find(([name]) => name === strategy)!;
          expect([provider, curator], strategy).toEqual(listed.slice(0, 2));
        }
        // With an order the court opens what it holds a key for, and nothing under plain end-to-end encryption.
        for (const [strategy, court] of [
          ['escrow', 'content'],
          ['e2ee', 'nothing'],
        ])
          expect(rows.find(([name]) => name === strategy)!.at(-1), strategy).toBe(court);
        quiet(watched);
      }),
    300_000,
  );

  test('a file that is no picture is refused when it is chosen', () =>
    visit(browser, address, async (page) => {
      await ready(page);
      await page.setInputFiles('#own', {
        name: 'notes.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('not a picture'),
      });
      await page.waitForSelector('#demo-state:has-text("notes.txt is no picture")');
      expect(await page.locator('input[name=picture]:checked').count()).toBe(1);
    }));
});
