/** Chromium for tests of pages: opened once a file, each visit watched for complaints, requests and breaches of its policy. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
export const executablePath = places.find((path) => path !== undefined && existsSync(path));
/** Ending of a title that says why tests do not run. */
export const whySkipped = executablePath ? '' : ' (skipped: no /usr/bin/chromium; set CHROMIUM)';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** Starts the browser. */
export const startBrowser = (): Promise<Browser> => chromium.launch({ executablePath: executablePath!, args });

/** What a page did beside what it shows. */
export interface Watched {
  /** Lines on the console, errors, breaches of the policy. */
  readonly complaints: string[];
  /** Method and address of every request. */
  readonly requests: string[];
}

/** Opens a page of a server, hands it over, and expects at the end that it kept quiet and asked nobody else. */
export async function visit(
  browser: Browser,
  address: string,
  look: (page: Page, watched: Watched) => Promise<void>,
  options: BrowserContextOptions = { viewport: { width: 1200, height: 900 } },
): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const watched: Watched = { complaints: [], requests: [] };
  page.on('console', (message) => watched.complaints.push(message.text()));
  page.on('pageerror', (error) => watched.complaints.push(error.message));
  context.on('request', (request) => watched.requests.push(`${request.method()} ${request.url()}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  try {
    await page.goto(address);
    await look(page, watched);
    expect(watched.complaints).toEqual([]);
    const { origin } = new URL(address);
    const elsewhere = watched.requests.filter(
      (each) => !/^GET (blob|data):/.test(each) && !each.includes(` ${origin}/`),
    );
    expect(elsewhere).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Whether the page scrolls sideways. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
