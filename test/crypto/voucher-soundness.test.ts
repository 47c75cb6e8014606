/** T2: no voucher of a picture that is not listed opens. `npm run threshold-psi` counts fifty times as many. */
import { expect, test } from 'vitest';
import { tpsiSettings } from '../../src/crypto/tpsi-format.ts';
import { upperBound } from '../../src/metric/proportion.ts';
import { tpsiWorld } from './tpsi-world.ts';

test('T2: soundness: none of 2,000 opens, at most 15 in 10,000 with 95 % confidence', () => {
  // The holder of α tests them: pitfall 8, with α an insider opens matches and nothing else.
  const world = tpsiWorld('soundness', { settings: tpsiSettings({ threshold: 2 }) });
  const trials = 2_000;
  let opened = 0;
  for (let i = 0; i < trials; i++) {
    const hash = world.stranger();
    const { state } = world.test('m', world.voucher('m', hash));
    if (state !== 'closed') opened++;
  }
  expect(opened).toBe(0);
  expect(upperBound(opened, trials)).toBeLessThan(1.5e-3);
});
