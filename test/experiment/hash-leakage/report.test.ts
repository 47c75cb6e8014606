/** Reports on what hashes give away: from made-up rows, with hostile names, and without pictures. */
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { hashLeakageAnswer } from '../../../src/experiment/hash-leakage/report.ts';
import { hashLeakageMetrics } from '../../../src/experiment/hash-leakage/score.ts';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { hostileRun } from '../../report/edges.ts';
import { timings } from '../../report/fixture-run.ts';
import { madeUpRows, smallHashLeakage as small } from './rows.ts';

const bad = '<script>alert(1)</script>|"';
const made = (name: string, shown: boolean) =>
  hashLeakageMetrics(madeUpRows(name, shown), {
    experiment: { ...small, question: `What does it give away? ${name}` },
    dataset: { name: name || 'generated', sha256: 'ab' },
    notes: [],
  });

const cases = { generated: made('', true), hostile: made(bad, true), photographs: made('', false) } as const;

describe.each(Object.entries(cases))('%s', async (name, metrics) => {
  const files = await fileReports(metrics, hostileRun, timings);
  const { document } = parseHTML(files.html);
  const images = [...document.querySelectorAll('img')];

  test('every figure is drawn as PDF too, with its data and its legend', () =>
    expectFigures(files.figures, /nothing|^one |^no /.test(name) ? 0 : 1));

  test('gives the same bytes twice', async () =>
    expect(await fileReports(metrics, hostileRun, timings)).toEqual(files));

  test('no table has the title of its section once more', () => {
    for (const section of document.querySelectorAll('section')) {
      const title = section.querySelector('h2')!.textContent;
      expect([...section.querySelectorAll('h3')].map((each) => each.textContent)).not.toContain(title);
    }
  });

  test('prints no NaN, no Infinity, no undefined', async () => {
    for (const text of [
      files.html,
      files.markdown,
      ...Object.values(files.csv),
      await terminalReport(metrics, timings),
    ])
      expect(text.match(/NaN|Infinity|undefined|\[object/)).toBeNull();
  });

  test('the page loads nothing and runs nothing; pictures lie in it, where there are any', () => {
    expect(files.html).not.toMatch(/https?:|url\(|@import|clip-path/);
    expect(document.querySelectorAll('script, link, iframe, object, embed, base, form')).toHaveLength(0);
    expect(images).toHaveLength(name === 'photographs' ? 0 : 8);
    for (const image of images) {
      expect(image.getAttribute('src')).toMatch(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/);
      expect(image.getAttribute('alt')?.length).toBeGreaterThan(5);
    }
    const policy = document.querySelector('meta[http-equiv]')!.getAttribute('content');
    expect(policy?.includes('img-src data:;')).toBe(name !== 'photographs');
    expect(policy).toContain("default-src 'none'");
    for (const svg of document.querySelectorAll('svg:not([aria-hidden])'))
      expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(10);
  });

  test('every table and section is there', () => {
    const ids = [...document.querySelectorAll('section')].map(({ id }) => id);
    expect(ids).toEqual(['topics', 'inversion', 'membership', 'controls', 'published', 'data', 'provenance', 'limits']);
    expect(document.querySelectorAll('table.main')).toHaveLength(10);
    expect(Object.keys(files.csv)).toEqual(['topics.csv', 'inversion.csv', 'features.csv', 'membership.csv']);
  });
});

test('the answer counts controls, and says who finds members and who finds none', () => {
  const answer = Object.fromEntries(hashLeakageAnswer(cases.generated).map(({ label, text }) => [label, text]));
  const { controls } = cases.generated;
  expect(answer.Controls).toContain(`topics ${controls.topics.shuffled.k} of ${controls.topics.shuffled.n}`);
  expect(answer['Who is listed']).toContain('S5a client-filter 100 %');
  expect(answer['Who is listed']).toContain('Nothing is shown for S9a threshold-psi');
  expect(answer['Topic from hash']).toContain('On “generated” (8 topics)');
});

test('published figures are marked as not comparable', async () => {
  const { html } = await fileReports(cases.generated, hostileRun, timings);
  expect(html).toContain('top-1 4.34 ± 0.05 %, 43 × chance');
  expect(html).toContain('not comparable: other classes and data');
});

test('a dataset goes by its own name, which may be that of pictures already', async () => {
  const metrics = hashLeakageMetrics(madeUpRows('', true), {
    experiment: small,
    dataset: { name: 'photographs', sha256: 'ab' },
    notes: [],
  });
  const { html, markdown } = await fileReports(metrics, hostileRun, timings);
  for (const text of [html, markdown]) expect(text).not.toContain('photographs pictures');
  expect(markdown).toContain('### Topic from hash: “photographs”');
});
