/**
 * Threshold PSI and related protocols, in units of libsodium's own operations on ristretto255: the protocol's minimum, and presend's
 * overhead.
 */

import { buildFilter } from '../src/crypto/fuse-filter.ts';
import { basePoint } from '../src/crypto/group.ts';
import { DistanceAnswerer, distanceKeys, encryptEntry, opensToZero } from '../src/crypto/hidden-distance.ts';
import { blindEvaluate } from '../src/crypto/oprf.ts';
import { sodium } from '../src/crypto/sodium.ts';
import { extraElements, tpsiSettings } from '../src/crypto/tpsi-format.ts';
import { blindTable, planTable, tableSecret } from '../src/crypto/tpsi-setup.ts';
import { parseTable } from '../src/crypto/tpsi-table.ts';
import { makeVoucher, voucherAccount } from '../src/crypto/voucher.ts';
import { testVoucher } from '../src/crypto/voucher-opening.ts';
import { seededRng } from '../src/util/rng.ts';
import type { Group } from './measure.ts';

const entriesOfList = 500;

/** Private membership: one entry of a bucket under a hash of 256 bits, with 16 distances that count. */
function privateMembership(random: (length: number) => Uint8Array): Group[] {
  const distances = Array.from({ length: 16 }, (_, i) => 2 * i);
  const keys = distanceKeys(random);
  const hash = random(32);
  const entry = encryptEntry(hash, keys, random);
  const answerer = new DistanceAnswerer(keys.publicKey);
  const answer = (by: DistanceAnswerer): readonly Uint8Array[] => {
    const answered = by.answer(hash, entry, distances, random);
    if (!answered.ok) throw new Error(answered.reason);
    return answered.answers;
  };
  const answers = answer(answerer);
  const [scalar, point] = [keys.secretKey, keys.publicKey];
  const times = (count: number, run: () => unknown): void => {
    for (let i = 0; i < count; i++) run();
  };
  const byOperation = 'libsodium: 308 additions, 48 multiplications, 17 of the base';
  return [
    {
      title: 'private membership: a device answers one entry of 256 bits',
      baseline: byOperation,
      tasks: [
        {
          name: byOperation,
          run: () => {
            times(308, () => sodium.crypto_core_ristretto255_add(point, point));
            times(48, () => sodium.crypto_scalarmult_ristretto255(scalar, point));
            times(17, () => sodium.crypto_scalarmult_ristretto255_base(scalar));
          },
        },
        { name: 'presend, an entry that was decoded before', run: () => answer(answerer) },
        { name: 'presend, a new entry and a new device', run: () => answer(new DistanceAnswerer(point)) },
      ],
    },
    {
      title: 'private membership: the provider opens the answers about one entry',
      baseline: '16 multiplications by libsodium, 32 points checked',
      tasks: [
        {
          name: '16 multiplications by libsodium, 32 points checked',
          run: () =>
            times(16, () => {
              sodium.crypto_core_ristretto255_is_valid_point(point);
              sodium.crypto_core_ristretto255_is_valid_point(point);
              sodium.crypto_scalarmult_ristretto255(scalar, point);
            }),
        },
        { name: 'presend', run: () => answers.every((each) => opensToZero(each, keys) !== undefined) },
      ],
    },
  ];
}

/** Set-up of a list, a voucher, and the server's test of one, each compared with the multiplications in its formula. */
export function privateMatching(): Group[] {
  const rng = seededRng(1, 'bench private matching');
  const random = (length: number): Uint8Array => rng.bytes(length);
  const entries = Array.from({ length: entriesOfList }, () => random(32));
  const secret = tableSecret(random);
  const setUp = (): Uint8Array => blindTable(planTable(entries, secret, 1), secret);
  const bytes = setUp();
  const parsed = parseTable(bytes);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { table } = parsed;

  const uniform = random(64);
  const scalar = secret.alpha;
  const point = sodium.crypto_core_ristretto255_from_hash(uniform);
  const multiply = (): Uint8Array => sodium.crypto_scalarmult_ristretto255(scalar, point);
  const times = (count: number, run: () => unknown): void => {
    for (let i = 0; i < count; i++) run();
  };

  const hash = random(32);
  const payload = random(60);
  const voucherGroups = [tpsiSettings({ threshold: 30 }), tpsiSettings({ threshold: 32, syntheticBudget: 17 })].map(
    (settings): Group => {
      const account = voucherAccount('bench', table, settings, random);
      const scalars = settings.degree * (1 + extraElements(settings));
      const needed = `6 multiplications, 2 of the base, ${scalars} of scalars`;
      return {
        title: `threshold PSI: make a voucher, degree ${settings.degree}, ${extraElements(settings)} extra elements`,
        baseline: needed,
        tasks: [
          {
            name: needed,
            run: () => {
              times(6, multiply);
              times(2, () => sodium.crypto_scalarmult_ristretto255_base(scalar));
              times(scalars, () => sodium.crypto_core_ristretto255_scalar_mul(scalar, scalar));
            },
          },
          { name: 'presend', run: () => makeVoucher(account, { id: 'm', hash, payload }, random) },
        ],
      };
    },
  );
  const settings = tpsiSettings({ threshold: 30 });
  const made = makeVoucher(voucherAccount('bench', table, settings, random), { id: 'm', hash, payload }, random);
  if (!made.ok) throw new Error(made.reason);
  const tester = { alpha: secret.alpha, epoch: 1, root: table.root, settings };

  return [
    ...privateMembership(random),
    {
      title: `threshold PSI: set up a list of ${entriesOfList} entries`,
      baseline: 'one multiplication and one map an entry',
      tasks: [
        {
          name: 'one multiplication and one map an entry',
          items: entriesOfList,
          run: () =>
            times(entriesOfList, () => {
              sodium.crypto_core_ristretto255_from_hash(uniform);
              multiply();
            }),
        },
        { name: 'presend, dummies included', items: entriesOfList, run: setUp },
        { name: 'the device checks the table', items: entriesOfList, run: () => parseTable(bytes, table.root) },
        { name: 'fuse filter of 16 bits, for scale', items: entriesOfList, run: () => buildFilter(entries, 16, hash) },
      ],
    },
    ...voucherGroups,
    {
      title: 'threshold PSI: test a voucher that does not match',
      baseline: '2 multiplications',
      tasks: [
        { name: '2 multiplications', run: () => times(2, multiply) },
        { name: 'presend', run: () => testVoucher(tester, 'bench', 'm', made.voucher) },
        { name: 'OPRF, one evaluation', run: () => blindEvaluate(scalar, basePoint) },
      ],
    },
  ];
}
