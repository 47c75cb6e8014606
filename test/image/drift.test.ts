/** Decoding at reduced scale against Meta's rule for another implementation: 10 bits at quality 80 and more, on every photograph. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { driftLines, driftRule, driftsOf } from '../../bench/drift.ts';
import { photographsFolder } from '../../src/dataset/open.ts';
import { threatExchange } from '../hash/vectors.ts';

const folders = {
  photographs: existsSync(photographsFolder()) ? photographsFolder() : undefined,
  ThreatExchange: threatExchange && join(threatExchange, 'images'),
};

describe.each(Object.entries(folders))('%s', (_, folder) => {
  const title = `no photograph drifts by more than ${driftRule.bits} bits`;
  if (!folder) return test.skip(`${title}: skipped, no pictures (set PRESEND_PHOTOS and PRESEND_VECTORS)`, () => {});
  test(title, async () => {
    const drifts = await driftsOf(folder);
    const counted = drifts.reduced.filter(({ quality }) => quality >= driftRule.minQuality);
    expect(counted.length).toBeGreaterThan(8);
    for (const { file, bits } of counted) expect(bits, file).toBeLessThanOrEqual(driftRule.bits);
  });
});

test('the lines give each set, and all', () => {
  const reduced = [
    { file: 'a/1.jpg', quality: 100, bits: 4 },
    { file: 'a/2.jpg', quality: 80, bits: 2 },
    { file: 'b/1.jpg', quality: 90, bits: 4 },
    { file: 'b/2.jpg', quality: 79, bits: 60 },
  ];
  expect(driftLines({ photographs: 9, reduced })).toEqual([
    'drift of --fast at quality 80 and more, of 9 JPEGs (the others are decoded exactly):',
    'a: 2 reduced, at most 4 bits (bits: photographs; 2: 1, 4: 1)',
    'b: 1 reduced, at most 4 bits (bits: photographs; 4: 1)',
    'all: 3 reduced, at most 4 bits (bits: photographs; 2: 1, 4: 2)',
  ]);
});
