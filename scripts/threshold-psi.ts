/**
 * `npm run threshold-psi -- [vouchers] [entries]`: experiments that take too long for the tests. Counts non-matching vouchers that open
 * (T2, default 100,000), compares times of the three kinds of voucher pairwise (T6), and sets up a list of `entries` (default 20,000), with
 * an estimate of the time for a million on one core.
 */

import { defaultLoad, slotsFor } from '../src/crypto/cuckoo-table.ts';
import { tableRoot, tpsiSettings } from '../src/crypto/tpsi-format.ts';
import { blindTable, planTable, streamTable, tableSecret } from '../src/crypto/tpsi-setup.ts';
import { parseTable } from '../src/crypto/tpsi-table.ts';
import { makeVoucher, voucherAccount } from '../src/crypto/voucher.ts';
import { testVoucher } from '../src/crypto/voucher-opening.ts';
import { upperBound } from '../src/metric/proportion.ts';
import { median } from '../src/metric/quantile.ts';
import { wallClock } from '../src/util/clock.ts';
import { seededRng } from '../src/util/rng.ts';

const [vouchers, entries] = [process.argv[2] ?? '100000', process.argv[3] ?? '20000'].map(Number) as [number, number];
const rng = seededRng(1, 'threshold psi campaign');
const random = (length: number): Uint8Array => rng.bytes(length);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const secret = tableSecret(random);
const listed = Array.from({ length: 1000 }, () => random(32));
const bytes = blindTable(planTable(listed, secret, 1), secret);
const parsed = parseTable(bytes);
if (!parsed.ok) throw new Error(parsed.reason);
const settings = tpsiSettings({ threshold: 12, syntheticBudget: 9 });
const account = voucherAccount('alice', parsed.table, settings, random);
const tester = { alpha: secret.alpha, epoch: 1, root: tableRoot([bytes]), settings };
const make = (hash: Uint8Array, synthetic = false): Uint8Array => {
  const made = makeVoucher(account, { id: 'm', hash, payload: new Uint8Array(60), synthetic }, random);
  if (!made.ok) throw new Error(made.reason);
  return made.voucher;
};

let open = 0;
for (let i = 0; i < vouchers; i++) if (testVoucher(tester, 'alice', 'm', make(random(32))).state !== 'closed') open++;
say(
  `T2 soundness: ${open} of ${vouchers} vouchers of unlisted hashes open; at most ${upperBound(open, vouchers).toExponential(1)} with 95 % confidence`,
);

/** Sign test for which of two kinds takes longer, over consecutive pairs in random order. */
const timed = (run: () => void): number => {
  const start = wallClock();
  run();
  return wallClock() - start;
};
const kinds = {
  match: () => make(rng.pick(listed)),
  other: () => make(random(32)),
  synthetic: () => make(random(32), true),
};
const pairs = Math.min(5000, Math.ceil(vouchers / 20));
for (const [a, b] of [
  ['match', 'other'],
  ['match', 'synthetic'],
  ['other', 'synthetic'],
] as const) {
  const times: Record<string, number[]> = { [a]: [], [b]: [] };
  let longer = 0;
  for (let i = 0; i < pairs; i++) {
    const order = rng.shuffle([a, b]);
    for (const kind of order) times[kind]!.push(timed(() => void kinds[kind]()));
    if (times[a]!.at(-1)! > times[b]!.at(-1)!) longer++;
  }
  const z = (2 * longer - pairs) / Math.sqrt(pairs);
  say(
    `T6 time: ${a} ${median(times[a]!).toFixed(3)} ms, ${b} ${median(times[b]!).toFixed(3)} ms; ${a} longer in ${longer} of ${pairs} pairs, z = ${z.toFixed(2)}`,
  );
}

const large = Array.from({ length: entries }, () => random(32));
const start = wallClock();
const plan = planTable(large, secret, 2);
const planned = wallClock();
let size = 0;
for (const piece of streamTable(plan, secret)) size += piece.length;
const [planning, blinding] = [planned - start, wallClock() - planned];
say(
  `set-up of ${entries} entries: ${(planning / 1000).toFixed(1)} s to place, ${(blinding / 1000).toFixed(1)} s to blind, ` +
    `${(size / plan.placed.slots).toFixed(2)} bytes a slot; a million entries: ${slotsFor(1e6, defaultLoad)} slots, ` +
    `${(((planning + blinding) / entries) * 1000).toFixed(0)} s on one core`,
);
