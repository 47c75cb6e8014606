/** Hidden entries in a list that can be read: private-matching reference, section 2.7. */
import { expect, test } from 'vitest';
import { auditPower, hideable } from '../../src/metric/audit.ts';

test('a million entries: 3,000 audited find one of 1,000 hidden with probability 0.9505', () => {
  expect(auditPower(1e6, 1000, 3000)).toBeCloseTo(0.9505, 4);
});

test.each([
  [300, 10_000],
  [3_000, 1_000],
  [30_000, 100],
])('a million entries, %i audited: about 3 N / m can be hidden', (audited, about) => {
  expect(Math.abs(hideable(1e6, audited) / about - 1)).toBeLessThan(0.03);
});

test('one more than can be hidden is found with the stated probability', () => {
  for (const [entries, audited] of [
    [9, 1],
    [20, 2],
    [1400, 140],
    [50_000, 10],
  ] as const) {
    const most = hideable(entries, audited);
    expect(auditPower(entries, most, audited)).toBeLessThan(0.95);
    expect(auditPower(entries, most + 1, audited)).toBeGreaterThanOrEqual(0.95);
  }
});

test('nothing audited hides all; all audited hides nothing', () => {
  expect(hideable(12, 0)).toBe(12);
  expect(hideable(12, 12)).toBe(0);
  expect(auditPower(12, 0, 5)).toBe(0);
  expect(auditPower(12, 1, 3)).toBeCloseTo(0.25, 15);
});
