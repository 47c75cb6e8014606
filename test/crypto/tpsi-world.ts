/** A small list with its table, one account, and pictures that are listed or not: what the tests of threshold PSI start from. */
import { slotsOf } from '../../src/crypto/cuckoo-table.ts';
import { type TpsiSettings, tableRoot, tpsiSettings } from '../../src/crypto/tpsi-format.ts';
import { blindTable, planTable, tableSecret } from '../../src/crypto/tpsi-setup.ts';
import { type BlindedTable, parseTable } from '../../src/crypto/tpsi-table.ts';
import { makeVoucher, type VoucherInput, voucherAccount } from '../../src/crypto/voucher.ts';
import { type OpenedShare, testVoucher, type VoucherTester } from '../../src/crypto/voucher-opening.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { randomOf } from './seeded.ts';

/** A world by name; `listed` hashes are on the list, fresh ones from `stranger()` are not. */
export function tpsiWorld(name: string, options: { entries?: number; settings?: TpsiSettings; epoch?: number } = {}) {
  const { entries = 30, settings = tpsiSettings({ threshold: 3 }), epoch = 7 } = options;
  const random = randomOf(`tpsi ${name}`);
  const listed = Array.from({ length: entries }, () => random(16));
  const secret = tableSecret(random);
  const plan = planTable(listed, secret, epoch);
  const bytes = blindTable(plan, secret);
  const root = tableRoot([bytes]);
  const parsed = parseTable(bytes, root);
  if (!parsed.ok) throw new Error(parsed.reason);
  const table: BlindedTable = parsed.table;
  const account = voucherAccount('alice', table, settings, random);
  const tester: VoucherTester = { alpha: secret.alpha, epoch, root, settings };
  const voucher = (id: string, hash: Uint8Array, more: Partial<VoucherInput> = {}): Uint8Array => {
    const made = makeVoucher(account, { id, hash, payload: utf8(`see ${id}`), ...more }, random);
    if (!made.ok) throw new Error(made.reason);
    return made.voucher;
  };
  const test = (id: string, bytes: Uint8Array) => testVoucher(tester, 'alice', id, bytes);
  /** The opened share of a voucher that must open. */
  const share = (id: string, hash: Uint8Array, more: Partial<VoucherInput> = {}): OpenedShare => {
    const tested = test(id, voucher(id, hash, more));
    if (tested.state !== 'opened') throw new Error(`${id} is ${tested.state}`);
    return tested.share;
  };
  return {
    random,
    listed,
    secret,
    plan,
    bytes,
    root,
    table,
    settings,
    account,
    tester,
    voucher,
    test,
    share,
    stranger: () => random(16),
    slots: (hash: Uint8Array) => slotsOf(table.seed, table.slots, hash),
  };
}
