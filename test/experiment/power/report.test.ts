/** Reports of power runs: drawn from real executions on a small setup, from nothing, and with hostile names. */
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, test } from 'vitest';
import { sodium } from '../../../src/crypto/sodium.ts';
import type { PowerMetrics } from '../../../src/experiment/power/metrics.ts';
import { powerAnswer } from '../../../src/experiment/power/report.ts';
import type { AnyPowerRow } from '../../../src/experiment/power/rows.ts';
import { powerMetrics } from '../../../src/experiment/power/score.ts';
import { blastTable, capacityTable, matrixTable, speedTable } from '../../../src/experiment/power/tables.ts';
import {
  executeAll,
  playGhost,
  playGroup,
  simulateAudit,
  simulateGossip,
} from '../../../src/experiment/power/tasks.ts';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import { metadataFindings } from '../../../src/harness/metadata-findings.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { hostileRun } from '../../report/edges.ts';
import { timings } from '../../report/fixture-run.ts';
import { smallPower, smallSetup } from './setup.ts';

const bad = '<script>alert(1)</script>|"';
const names = ['server-scan', 'e2ee', 'split-escrow', 'user-report', 'client-list', 'client-warn', 'threshold-psi'];
const experiment = { ...smallPower, strategies: [...names] };
const dataset = { name: 'made up', sha256: '0'.repeat(64) };
let rows: readonly AnyPowerRow[] = [];

beforeAll(async () => {
  await sodium.ready;
  const found: AnyPowerRow[] = [
    {
      row: 'power-scene',
      messages: 25,
      moment: 12,
      accounts: 4,
      target: 'account-001',
      hidden: 3,
      sent: { hidden: 12, listed: 5, near: 0, new: 2, innocent: 6 },
      listEntries: 5,
      thresholdBits: { near: 4, second: 0 },
      thresholdScore: 0.5,
    },
  ];
  for (const name of names) found.push(...(await executeAll(smallSetup(name))));
  const { seed, gossip, audit } = experiment;
  for (const clients of gossip.clients)
    found.push(await simulateGossip({ seed, share: 0.1, clients, stale: 0, trials: gossip.trials }));
  found.push(simulateAudit({ seed, ...audit.lists[0]!, trials: audit.trials }));
  const size = { seed, devices: 1, messages: 12, rotateAfter: 4 };
  found.push(await playGroup({ ...size, members: 3, loss: 0.1 }));
  for (const directory of ['no log', 'logged'] as const)
    found.push(await playGhost({ ...size, members: 4, directory, checkEvery: 4 }));
  rows = found;
}, 60_000);

const metrics = (): PowerMetrics => powerMetrics(rows, experiment, dataset);
const hostile = (): PowerMetrics => {
  const copy = structuredClone(metrics());
  copy.question = bad;
  copy.experiment = bad;
  copy.dataset.name = bad;
  copy.dataset.refused = [{ picture: bad, reason: bad }];
  copy.messagesPerHour.source = bad;
  for (const each of copy.absent) each.why = bad;
  for (const each of copy.blast) each.secret = bad;
  for (const each of copy.rooms) each.how = bad;
  copy.scene!.target = bad;
  return copy;
};
const cases = {
  small: metrics,
  hostile,
  nothing: () => powerMetrics([], experiment, dataset),
} as const;

describe.each(Object.entries(cases))('%s', (name, make) => {
  test('gives the same bytes twice, without NaN, Infinity or undefined', async () => {
    const files = await fileReports(make(), hostileRun, timings);
    expect(await fileReports(make(), hostileRun, timings)).toEqual(files);
    expectFigures(files.figures, name === 'nothing' ? 0 : 1);
    for (const text of [files.html, files.markdown, ...Object.values(files.csv), await terminalReport(make(), timings)])
      expect(text.match(/NaN|Infinity|undefined|\[object/)).toBeNull();
  });

  test('the page loads nothing and runs nothing, and every section and table is there', async () => {
    const { html } = await fileReports(make(), hostileRun, timings);
    const { document } = parseHTML(html);
    expect(html).not.toMatch(/https?:|url\(|@import|clip-path/);
    expect(document.querySelectorAll('script, link, iframe, object, embed, img, base, form, [src]')).toHaveLength(0);
    for (const svg of document.querySelectorAll('svg:not([aria-hidden])'))
      expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(10);
    const ids = [...document.querySelectorAll('section')].map(({ id }) => id);
    const groups = make().groups.length > 0;
    expect(ids).toEqual([
      ...['powers', 'keys', 'changes', 'room', ...(groups ? ['groups'] : [])],
      ...['notice', 'data', 'provenance', 'limits'],
    ]);
    expect(document.querySelectorAll('table.main').length).toBe(groups ? 9 : 7);
  });
});

describe('cells', () => {
  const cell = (strategy: string, power: string): string => {
    const { head, lines } = matrixTable(metrics(), metadataFindings());
    return lines.find(({ name }) => name.endsWith(` ${strategy}`))!.cells[head.indexOf(power) - 1]!.plain;
  };

  test('the matrix says how many, of whom, from when, and who could notice', () => {
    expect(cell('split-escrow', 'escrow key')).toMatch(/^25\/25 18 innocent ↔ many –$/);
    expect(cell('split-escrow', 'below quorum')).toBe('0');
    expect(cell('e2ee', 'escrow key')).toBe('–');
    expect(cell('user-report', 'franking key')).toBe('0 forges 25/25');
    expect(cell('client-list', 'curator’s list')).toMatch(/^6\/25 6 innocent → many ATU$/);
    expect(cell('client-list', 'one user’s list')).toMatch(/→ one ACTU$/);
    expect(cell('server-scan', 'curator’s list')).toMatch(/^6\/6 named → many –$/);
    expect(cell('client-warn', 'curator’s list')).toBe('0');
    expect(cell('client-warn', 'switch to reporting')).toMatch(/→ many T$/);
    expect(cell('threshold-psi', 'one user’s list')).toMatch(/→ one LCU$/);
  });

  test('a device key stands once, for all that seal; strategies that only warn are left out of keys and capacity', () => {
    const { lines } = blastTable(metrics());
    expect(lines.filter(({ name }) => name === 'all with encryption')).toHaveLength(1);
    for (const table of [blastTable, capacityTable])
      expect(table(metrics()).lines.map(({ name }) => name)).not.toContain('S4b client-warn');
    expect(speedTable(metrics()).lines.map(({ name }) => name)).toContain('S4b client-warn');
  });
});

test('the answer is computed', () => {
  const text = powerAnswer(metrics())
    .map((each) => each.text)
    .join('\n');
  expect(text).toContain('split-escrow 25 of 25');
  expect(text).toContain('One share less than a quorum opens 0 % (0 of 25;');
  expect(text).toContain('everything under server-scan and split-escrow');
  expect(text).toMatch(/and 0 of \d+ messages from before the theft and \d+ of \d+ after it under a double ratchet/);
  expect(text).toMatch(/The escrow key opens \d+ of \d+ messages .* all the same \(split-escrow\)/);
  expect(text).toContain(
    'A ghost in a group opens 6 of 6 messages and is noticed by nobody without a log of device keys',
  );
  expect(text).toContain('logged, checks every 4: the owner after');
  expect(text).toContain('29 clients where 10.0 % of all get it');
});
