/** The explorer without a browser: what its pages hold, what its endpoints answer, and that its numbers are those of the harness. */

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ComparedMetric, measuresOf } from '../../src/compare/compared.ts';
import type { CopyDetectionMetrics } from '../../src/experiment/copy-detection/metrics.ts';
import { checkAny } from '../../src/experiment/experiment-file.ts';
import { tradeoff as tradeoffKind } from '../../src/experiment/tradeoff/kind.ts';
import { readInputs } from '../../src/experiment/tradeoff/model-inputs.ts';
import type { TradeoffRow } from '../../src/experiment/tradeoff/rows.ts';
import { rateDifference } from '../../src/metric/difference.ts';
import { modelInputs } from '../../src/metric/tradeoff/inputs.ts';
import { scaled, tradeoff } from '../../src/metric/tradeoff/simulate.ts';
import { check } from '../../src/schema/check.ts';
import { Scores } from '../../src/schema/scores.ts';
import { createApp } from '../../src/server/app.ts';
import { pageHeaders } from '../../src/server/page-policy.ts';
import { Letter, restingDraws } from '../../src/server/web/explorer/letter.ts';
import { curveOf, numbersAt, sampleOf } from '../../src/server/web/explorer/numbers.ts';
import { hashMetricsOf } from '../experiment/tradeoff/counted.ts';
import { experiment, tradeoffRows, writeRuns } from './explorer-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-explorer-'));
let app: FastifyInstance;

beforeAll(async () => {
  await writeRuns(folder);
  app = createApp({ folder });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (url: string) => app.inject({ method: 'GET', url, headers: { host: '127.0.0.1:8642' } });
const json = async <T>(url: string): Promise<T> => (await get(url)).json() as T;

describe('the list', () => {
  const named = async (query: string) => (await json<{ name: string }[]>(`/runs?${query}`)).map(({ name }) => name);

  test.each([
    ['', ['going-on', 'copies', 'second', 'first', 'old', 'broken']],
    ['search=&kind=&state=&from=&to=', ['going-on', 'copies', 'second', 'first', 'old', 'broken']],
    ['search=TINY+2019', ['first']],
    ['kind=copy-detection', ['copies']],
    ['state=unfinished', ['going-on']],
    ['state=damaged', ['broken']],
    ['from=2026-02-02&to=2026-03-01', ['copies', 'second']],
    ['search=nothing+fits', []],
  ])('filtered by %s', async (query, names) => {
    expect(await named(query)).toEqual(names);
    const page = (await get(`/?${query}`)).body;
    for (const name of names) expect(page).toContain(name === 'broken' ? '>broken<' : `<a href="/runs/${name}">`);
    expect(page.match(/<tr><td>/g) ?? []).toHaveLength(names.length);
  });

  test.each(['state=gone', 'from=yesterday', 'unknown=1', `search=${'x'.repeat(201)}`])('refuses %s', async (query) =>
    expect((await get(`/runs?${query}`)).statusCode).toBe(400),
  );
});

describe('runs A6: files that are not as a run left them', () => {
  let other: string;
  let spoilt: FastifyInstance;
  const ask = (url: string) => spoilt.inject({ method: 'GET', url, headers: { host: '127.0.0.1:8642' } });
  const change = (file: string, by: (text: string) => string): void =>
    writeFileSync(join(other, 'first', file), by(readFileSync(join(other, 'first', file), 'utf8')));
  beforeEach(async () => {
    other = mkdtempSync(join(tmpdir(), 'presend-spoilt-'));
    await writeRuns(other);
    spoilt = createApp({ folder: other });
  });
  afterEach(async () => {
    await spoilt.close();
    rmSync(other, { recursive: true, force: true });
  });

  test('the list names runs that it cannot show', async () => {
    expect((await ask('/')).body).not.toContain('Not listed');
    renameSync(join(other, 'second'), join(other, 'my second'));
    symlinkSync(join(other, 'first'), join(other, 'linked'));
    mkdirSync(join(other, 'no run'));
    symlinkSync(join(other, 'nowhere'), join(other, 'broken link'));
    expect((await ask('/')).body).toContain('Not listed: linked, my second. Links are not followed');
  });

  const matches = join('first', 'rows', 'match-00000.parquet');
  const bytesOf = () => readFileSync(join(other, matches));

  test('whole, it is shown, and its rows can be had', async () => {
    expect((await ask('/api/runs/first/scores')).statusCode).toBe(200);
    expect((await ask('/runs/first')).body).toContain('href="/runs/first/observations.jsonl"');
    const reply = await ask('/runs/first/observations.jsonl');
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'application/jsonl; charset=utf-8']);
    const rows = reply.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TradeoffRow);
    // Type by type, in the order in which the kind names them.
    const expected = tradeoffKind.rows.flatMap(({ name }) => tradeoffRows(2019).filter(({ row }) => row === name));
    expect(expected).toHaveLength(tradeoffRows(2019).length);
    expect(rows).toEqual(expected);
  });

  test.each<[string, () => void, RegExp]>([
    ['rows that are gone', () => rmSync(join(other, matches)), /match-00000\.parquet: it is missing/],
    [
      'rows that are there twice',
      () => writeFileSync(join(other, matches), Buffer.concat([bytesOf(), bytesOf()])),
      /it has \d+ bytes, and the run left \d+/,
    ],
    [
      'an altered row',
      () => {
        const bytes = bytesOf();
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(join(other, matches), bytes);
      },
      /some were altered/,
    ],
    [
      'a cut row',
      () => writeFileSync(join(other, matches), bytesOf().subarray(0, -5)),
      /it has \d+ bytes, and the run left \d+/,
    ],
  ])('%s: no scores and no rows, but why', async (_, spoil, why) => {
    spoil();
    for (const path of ['/api/runs/first/scores', '/runs/first/observations.jsonl']) {
      const reply = await ask(path);
      expect(reply.statusCode, path).toBe(400);
      expect(reply.json().error).toMatch(why);
      expect(reply.body).not.toContain(other);
    }
  });

  test('a link to rows outside of the folder of runs leads nowhere', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'presend-outside-'));
    renameSync(join(other, matches), join(outside, 'rows'));
    symlinkSync(join(outside, 'rows'), join(other, matches));
    const reply = await ask('/api/runs/first/scores');
    expect([reply.statusCode, reply.json().error]).toEqual([400, expect.stringContaining('it is missing')]);
    rmSync(outside, { recursive: true });
  });

  test('an unfinished run has no rows yet', async () => {
    const reply = await ask('/runs/going-on/observations.jsonl');
    expect([reply.statusCode, reply.json()]).toEqual([404, { error: "Run 'going-on' has no observations.jsonl" }]);
    expect((await ask('/runs/going-on')).body).not.toContain('observations.jsonl');
  });

  test('altered metrics are not shown', async () => {
    change('metrics.json', (text) => text.replace(/"k":\d+/, '"k":12345'));
    const reply = await ask('/runs/first');
    expect([reply.statusCode, reply.body]).toEqual([
      400,
      expect.stringMatching(/metrics\.json of run first .*changed/),
    ]);
  });

  test('runs C5: a run of another version is called so, not damaged', async () => {
    change('run.json', (text) => text.replace('"schemaVersion":2', '"schemaVersion":1'));
    const listed = (await ask('/runs?state=other-version')).json();
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(['first']);
    expect((await ask('/?state=other-version')).body).toContain('>first<');
    const reply = await ask('/runs/first');
    expect([reply.statusCode, reply.body]).toEqual([
      400,
      expect.stringContaining('made by another version of presend'),
    ]);
  });

  test('a run.json that is a folder, or too long to be one, hides no other run', async () => {
    mkdirSync(join(other, 'odd', 'run.json'), { recursive: true });
    mkdirSync(join(other, 'long'));
    writeFileSync(join(other, 'long', 'run.json'), ' '.repeat(17e6));
    const states = new Map(
      (await ask('/runs')).json().map((each: { name: string; state: string }) => [each.name, each.state]),
    );
    expect([states.get('odd'), states.get('long'), states.get('first')]).toEqual(['damaged', 'damaged', 'finished']);
  });

  test('runs C5: the page of an unfinished run names the command that goes on with it', async () => {
    const { body } = await ask('/runs/going-on');
    expect(body).toMatch(
      /npm run -s presend -- run tradeoff --open-hint --out \S*going-on --resume<\/code> continues it/,
    );
  });
});

describe('the page of a run', () => {
  test('has question, answer, sections, and the policy of pages; text stays text', async () => {
    const { body, headers, statusCode } = await get('/runs/first');
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject(pageHeaders);
    expect(body).toContain(experiment.question);
    for (const id of ['threshold', 'table', 'tradeoff', 'detectors', 'limits']) expect(body).toContain(`id="${id}"`);
    expect(body).toContain('&lt;b&gt;not bold&lt;/b&gt;');
    expect(body).not.toContain('<b>not bold');
    // Sources are named by their addresses, in text; nothing is loaded from one, and nothing leads there.
    expect(body).not.toMatch(/\son\w+=|javascript:/);
    expect(body).not.toMatch(/(?:src|href|action|srcset|poster)\s*=\s*["']?https?:|url\(\s*["']?https?:|@import/);
  });

  test('offers each of its plots as SVG and as CSV', async () => {
    const { body } = await get('/runs/first');
    const plots = [...body.matchAll(/data-plot="(\d+)"/g)].map((match) => match[1]!);
    expect(plots.length).toBeGreaterThan(5);
    expect(new Set(plots).size).toBe(plots.length);
    expect(body.match(/<svg class="plot"/g)).toBe(null);
    for (const plot of plots) {
      for (const ending of ['svg', 'csv'])
        expect(body).toContain(`href="/runs/first/plots/${plot}.${ending}" download`);
      const svg = await get(`/runs/first/plots/${plot}.svg`);
      expect([svg.statusCode, svg.headers['content-type']]).toEqual([200, 'image/svg+xml; charset=utf-8']);
      expect(svg.body).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*<\/svg>\n$/s);
      const csv = await get(`/runs/first/plots/${plot}.csv`);
      expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(csv.body.trim().split('\r\n').length, `plot ${plot}`).toBeGreaterThan(1);
    }
    expect((await get('/runs/first/plots/999.svg')).statusCode).toBe(404);
    expect((await get('/runs/first/plots/0.png')).statusCode).toBe(400);
  });

  test('the CSV of a curve holds its points', async () => {
    const { body } = await get('/runs/first');
    const metrics = await json<{ hashes: { name: string; roc: { threshold: number; tpr: number; fpr: number }[] }[] }>(
      '/runs/first/metrics.json',
    );
    const plot = /data-plot="(\d+)"[^>]*aria-label="ROC of \d+ detectors, linear/.exec(body)?.[1];
    const rows = (await get(`/runs/first/plots/${plot}.csv`)).body.split('\r\n').map((line) => line.split(','));
    expect(rows[0]!.slice(0, 7)).toEqual(['detector', 'rule', 'threshold', 'measure', 'k', 'n', 'estimate']);
    const { roc } = metrics.hashes[0]!;
    expect(roc.length).toBeGreaterThan(1);
    for (const { threshold, ...rates } of roc)
      for (const measure of ['tpr', 'fpr'] as const) {
        const [row, ...more] = rows.filter(
          ([detector, rule, at, of]) =>
            detector === metrics.hashes[0]!.name && rule === 'curve' && Number(at) === threshold && of === measure,
        );
        expect(more).toEqual([]);
        const [k, n, estimate] = row!.slice(4, 7).map(Number) as [number, number, number];
        expect(estimate).toBeCloseTo(rates[measure], 6);
        expect(k / n).toBe(estimate);
      }
  });

  test('gives an experiment file that is one', async () => {
    const reply = await get('/runs/second/experiment.yaml');
    expect(checkAny(parse(reply.body), 'it')).toEqual({ ...experiment, seed: 7 });
  });

  test('of an unfinished run says so, of one with other metrics why', async () => {
    expect((await get('/runs/going-on')).body).toContain('This run is not finished');
    const old = await get('/runs/old');
    expect(old.statusCode).toBe(400);
    expect(old.body).toMatch(/metrics\.json of run old.*presend report old/);
    expect((await get('/runs/nobody')).statusCode).toBe(404);
    expect((await get('/runs/broken')).statusCode).toBe(400);
  });
});

describe('the threshold', () => {
  test('of a trade-off gives the rates of the report, at every threshold that it names', async () => {
    const scores = check(Scores, await json('/api/runs/first/scores'), 'scores');
    const rows = tradeoffRows(2019);
    for (const [i, { name, chosen, authors }] of scores.hashes.entries()) {
      const expected = hashMetricsOf(rows, experiment, name);
      expect([chosen, authors]).toEqual([expected.threshold.bits, expected.authorsThreshold]);
      const sample = sampleOf(scores, { hash: i, set: '' });
      const [calibrated, byAuthors] = [numbersAt(sample, chosen!), numbersAt(sample, authors!)];
      const sum = (of: 'calibrated' | 'atAuthors') => expected.recall.reduce((all, each) => all + each[of].k, 0);
      expect([calibrated.falseAlarms.k, calibrated.falseAlarms.n]).toEqual([expected.fpr.k, expected.fpr.n]);
      expect([byAuthors.falseAlarms.k, byAuthors.falseAlarms.n]).toEqual([
        expected.fprAtAuthors.k,
        expected.fprAtAuthors.n,
      ]);
      expect([calibrated.detection.k, calibrated.detection.n]).toEqual([sum('calibrated'), expected.positives]);
      expect([byAuthors.detection.k, byAuthors.detection.n]).toEqual([sum('atAuthors'), expected.positives]);
      for (const { transform, atAuthors } of expected.recall) {
        const { detection } = numbersAt(sampleOf(scores, { hash: i, set: '', edit: transform }), authors!);
        expect([detection.k, detection.n], transform).toEqual([atAuthors.k, atAuthors.n]);
      }
      const curve = curveOf(sample).map(({ tpr, fpr }) => `${fpr} ${tpr}`);
      for (const { tpr, fpr } of expected.roc) expect(curve).toContain(`${fpr} ${tpr}`);
    }
  });

  test('can look at one topic alone', async () => {
    const scores = await json<Scores>('/api/runs/first/scores');
    const at = (topic?: string) => numbersAt(sampleOf(scores, { hash: 0, set: '', topic }), 60).falseAlarms;
    expect([at('texture').n, at('scene').n, at().n]).toEqual([10, 30, 40]);
    expect(at('texture').k + at('scene').k).toBe(at().k);
  });

  test('of copies gives the recall of the report', async () => {
    const scores = check(Scores, await json('/api/runs/copies/scores'), 'scores');
    const metrics = await json<CopyDetectionMetrics>('/runs/copies/metrics.json');
    for (const [i, { name, sets }] of metrics.hashes.entries()) {
      const [{ corrected, edits, atAuthors }] = sets as [(typeof sets)[number]];
      expect(scores.hashes[i]!.name).toBe(name);
      const at = (edit?: string) =>
        numbersAt(sampleOf(scores, { hash: i, set: 'small', edit }), corrected.threshold).detection;
      expect([at().k, at().n]).toEqual([corrected.recall.k, corrected.recall.n]);
      for (const { edit, corrected: rate } of edits) expect([at(edit).k, at(edit).n], edit).toEqual([rate.k, rate.n]);
      const authors = numbersAt(sampleOf(scores, { hash: i, set: 'small' }), atAuthors!.threshold);
      expect(authors.detection.k).toBe(atAuthors!.recall.k);
      // Whoever matches at all has a nearest that matches: no more queries than pairs, twice counted.
      expect(authors.falseAlarms.k).toBeLessThanOrEqual(2 * atAuthors!.fpr.k);
      expect(authors.falseAlarms.k > 0).toBe(atAuthors!.fpr.k > 0);
    }
  });

  test('moves the letter’s numbers as the command line works them out', async () => {
    const scores = await json<Scores>('/api/runs/first/scores');
    const file = await readInputs();
    const { evidence } = numbersAt(sampleOf(scores, { hash: 0, set: '' }), 31);
    const letter = new Letter(await json('/api/tradeoff-inputs'));
    const expected = tradeoff(evidence, modelInputs(file, file.offenders[0]), { seed: file.seed });
    const found = letter.under(evidence, restingDraws);
    expect(found).toEqual(expected);
    expect(scaled(found.recovered!, letter.lost).estimate).toBeCloseTo(12e6 * expected.recovered!.estimate, 6);
    const strict = letter.under(numbersAt(sampleOf(scores, { hash: 0, set: '' }), 0).evidence, restingDraws);
    expect(strict.recovered!.estimate).toBeLessThan(found.recovered!.estimate);
  });

  test('is refused where there is none to move', async () => {
    expect((await get('/api/runs/going-on/scores')).statusCode).toBe(400);
    expect((await get('/api/runs/nobody/scores')).statusCode).toBe(404);
    expect((await get('/api/runs/..%2fx/scores')).statusCode).toBe(400);
  });
});

describe('the comparison', () => {
  test('aligns the same metrics, and tells differences with intervals', async () => {
    const { runs, metrics } = await json<{ runs: string[]; metrics: ComparedMetric[] }>(
      '/api/compare?run=first&run=second',
    );
    expect(runs).toEqual(['first', 'second']);
    const own = await Promise.all(runs.map((run) => json<unknown>(`/runs/${run}/metrics.json`)));
    const [one, other] = own.map(measuresOf);
    const path = ['strategies', 'S4a client-list', 'detection', 'asSent'];
    const found = metrics.find((each) => each.path.join() === path.join())!;
    const [a, b] = [one!.get(JSON.stringify(path))!, other!.get(JSON.stringify(path))!];
    expect(found.values).toEqual([a, b]);
    const difference = rateDifference({ k: b.k!, n: b.n! }, { k: a.k!, n: a.n! });
    expect(found.differences[0]).toBe(null);
    expect(found.differences[1]!.estimate).toBeCloseTo(difference.estimate, 12);
    expect(found.differences[1]!.low).toBeLessThanOrEqual(difference.low);
    expect(found.differences[1]!.high).toBeGreaterThanOrEqual(difference.high);
    expect(metrics.length).toBeGreaterThan(100);
    expect(new Set(metrics.map((each) => each.path.join('/'))).size).toBe(metrics.length);
  });

  test('page, CSV and plot say the same, filtered or not', async () => {
    const query = 'run=first&run=second&search=client-list+detection';
    const { body, statusCode } = await get(`/compare?${query}`);
    expect(statusCode).toBe(200);
    expect(body).toContain('strategies / S4a client-list / detection / asSent');
    expect(body).not.toContain('hashes / ');
    expect(body).toContain('>seed</th><td>2019</td><td>7</td>');
    const csv = (await get(`/compare.csv?${query}`)).body.trim().split('\r\n');
    expect(csv[0]).toContain('difference_low');
    expect(csv.slice(1).every((line) => line.includes('client-list'))).toBe(true);
    expect((await get(`/compare/plots/0.svg?${query}`)).body).toMatch(/^<svg/);
    expect((await get(`/compare/plots/0.csv?${query}`)).body).toContain('detection / asSent');
  });

  test.each([
    ['', /two to four runs/],
    ['run=first', /1 run is chosen/],
    ['run=first&run=first', /different runs/],
    [['first', 'second', 'copies', 'old', 'broken'].map((run) => `run=${run}`).join('&'), /5 runs are chosen/],
    ['run=first&run=nobody', /no run 'nobody'|no run &#39;nobody&#39;/],
    ['run=first&run=going-on', /not finished/],
  ])('of %s is refused in one sentence', async (query, sentence) => {
    const page = await get(`/compare?${query}`);
    expect(page.statusCode).toBe(400);
    expect(page.body).toMatch(sentence);
    expect((await get(`/api/compare?${query}`)).json().error).toMatch(sentence);
  });

  test('of runs of two kinds shows what both have', async () => {
    const { metrics } = await json<{ metrics: ComparedMetric[] }>('/api/compare?run=first&run=copies');
    for (const { values } of metrics) expect(values.filter((each) => each !== null)).toHaveLength(2);
  });
});
