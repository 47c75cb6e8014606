/**
 * `npm run coverage -- [simulations] [resamples]`: measures how often each interval, bound and test of the leakage figures is correct, by
 * default in 1,000 seeded simulations with 2,000 bootstrap resamples. Fails if an interval covers less than 93 % or, if it claims to be
 * near 95 %, more than 97 %; exact intervals and one-sided bounds are above 95 % by design. A smaller run is part of `npm test`.
 */
import { proportion } from '../src/metric/proportion.ts';
import { covered, demanded } from '../test/interval-coverage/case.ts';
import { coverageCases } from '../test/interval-coverage/cases.ts';

const [simulations = 1000, resamples = 2000] = process.argv.slice(2).map(Number);
if (!Number.isInteger(simulations) || simulations < 1 || !Number.isInteger(resamples) || resamples < 1) {
  process.stderr.write('Expected whole numbers from 1 for simulations and resamples.\n');
  process.exit(2);
}

const widest = coverageCases.reduce((most, { name }) => Math.max(most, name.length), 0);
let failed = 0;
process.stdout.write(`covered, of ${simulations} simulations (${resamples} resamples)\n`);
for (const each of coverageCases) {
  const k = covered(each, simulations, resamples);
  const [low, high] = demanded[each.claim];
  const holds = k / simulations >= low && k / simulations <= high;
  if (!holds) failed++;
  const rate = proportion(k, simulations);
  const percent = (value: number): string => (100 * value).toFixed(1);
  const interval = `[${percent(rate.low)}, ${percent(rate.high)}]`;
  const columns = [
    each.name.padEnd(widest),
    String(k).padStart(6),
    `${percent(k / simulations)} %`.padStart(8),
    interval.padStart(14),
    each.claim.padEnd(16),
    holds ? 'holds' : 'FAILS',
    each.note ?? '',
  ];
  process.stdout.write(`${columns.join('  ').trimEnd()}\n`);
}
process.stdout.write(failed === 0 ? 'every claim holds\n' : `${failed} claims fail\n`);
process.exitCode = failed === 0 ? 0 : 1;
