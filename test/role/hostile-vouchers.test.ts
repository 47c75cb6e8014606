/** A malicious sender of vouchers: what the provider can tell is turned away; the rest costs nobody but the sender. */

import { afterEach, describe, expect, test, vi } from 'vitest';
import { pairBytes } from '../../src/crypto/tpsi-format.ts';
import { parseTable } from '../../src/crypto/tpsi-table.ts';
import { tpsiSettingsOf } from '../../src/role/protocol/voucher-server.ts';
import type { Blobs } from '../../src/role/wire.ts';
import type { ProtocolSettings } from '../../src/schema/protocol-settings.ts';
import { concatBytes, u32 } from '../../src/util/bytes.ts';
import { hostileVoucher } from '../crypto/hostile-voucher.ts';
import { randomOf } from '../crypto/seeded.ts';
import { tamper } from '../helpers/tamper.ts';
import { type Attack, type Attacked, attacked, expectUnharmed, found, reasons } from './hostile-service.ts';

afterEach(() => vi.restoreAllMocks());
const identity = new Uint8Array(32);
const invalid = new Uint8Array(32).fill(255);
const random = randomOf('hostile sender');
const eve = (header: { sender: string }): boolean => header.sender === 'eve';
const eves = (run: Attacked): string[] => run.messages.filter(eve).map(({ id }) => id);

describe.each(['threshold-psi', 'threshold-psi-synthetic'] as const)('%s', (name) => {
  const voucherOf = (how: (voucher: Uint8Array) => Uint8Array) => (blobs: Blobs) => ({
    ...blobs,
    voucher: how(blobs.voucher!),
  });
  const pairs = (voucher: Uint8Array, count: number): Uint8Array => {
    const pair = voucher.subarray(4, 4 + pairBytes);
    return concatBytes(voucher.subarray(0, 4), ...new Array(count).fill(pair), voucher.subarray(4 + 2 * pairBytes));
  };

  test.each<[string, (voucher: Uint8Array) => Uint8Array, string]>([
    ['that is empty', () => new Uint8Array(0), 'length'],
    ['with a cut key ciphertext', (voucher) => concatBytes(voucher.subarray(0, 60), voucher.subarray(61)), 'length'],
    ['with a cut share', (voucher) => voucher.subarray(0, -1), 'length'],
    ['with one pair', (voucher) => pairs(voucher, 1), 'length'],
    ['with three pairs', (voucher) => pairs(voucher, 3), 'length'],
    ['of another epoch', (voucher) => concatBytes(u32(9), voucher.subarray(4)), 'epoch'],
    ['at the identity', (voucher) => concatBytes(voucher.subarray(0, 4), identity, voucher.subarray(36)), 'point'],
    ['at no point', (voucher) => concatBytes(voucher.subarray(0, 4), invalid, voucher.subarray(36)), 'point'],
  ])('T7 and pitfall 1: a voucher %s is turned away; nobody else loses a match', async (_, how, reason) => {
    tamper('voucher', ({ draft, blobs }) => (eve(draft) ? { blobs: voucherOf(how)(blobs) } : undefined));
    const run = await attacked(name);
    expectUnharmed(run, ['eve']);
    expect(run.deployment.rejected).toEqual(eves(run).map((id) => `${id}: voucher ${reason}`));
  });

  test('pairs in the other order are a voucher like any other', async () => {
    const turned = (voucher: Uint8Array): Uint8Array => {
      const [from, middle, to] = [4, 4 + pairBytes, 4 + 2 * pairBytes];
      return concatBytes(
        voucher.subarray(0, from),
        voucher.subarray(middle, to),
        voucher.subarray(from, middle),
        voucher.subarray(to),
      );
    };
    tamper('voucher', ({ draft, blobs }) => (eve(draft) ? { blobs: voucherOf(turned)(blobs) } : undefined));
    const run = await attacked(name);
    expectUnharmed(run);
    expect(run.deployment.rejected).toEqual([]);
  });

  test('a replayed voucher counts once', async () => {
    const more: Attack['more'] = (world) => [
      world.message('eve', world.stranger()),
      world.message('eve', world.stranger()),
    ];
    let first: Parameters<Parameters<typeof tamper<'voucher'>>[1]>[0] | undefined;
    tamper('voucher', ({ draft, blobs, ...way }) => {
      if (!eve(draft)) return undefined;
      first ??= { ...way, draft, blobs };
      return draft.message >= 'p10012' ? first : undefined;
    });
    const run = await attacked(name, { settings: { matchThreshold: 3 }, more });
    expectUnharmedAt3(run);
    expect(run.deployment.rejected).toEqual(new Array(2).fill('p10008: voucher replayed'));
    expect(found(run)).toEqual([]);
  });
  // Everybody has two matches: a replay that counted would be the third.
  const expectUnharmedAt3 = (run: Attacked): void => expectUnharmed(run, ['ann', 'ben', 'eve']);

  test('vouchers under the message ids of another account do not hide that account’s', async () => {
    const more: Attack['more'] = (world) => new Array(4).fill(0).map(() => world.message('eve', world.listed[0]!));
    // Four more of eve's vouchers come as if for ann's messages.
    tamper('voucher', ({ draft }) =>
      draft.message >= 'p10012'
        ? { draft: { ...draft, message: `p1000${Number(draft.message.slice(-1)) - 2}` } }
        : undefined,
    );
    const run = await attacked(name, { more });
    expectUnharmed(run, ['eve']);
    const shown = run.deployment.tips.map(({ reportedAccount }) => reportedAccount.id);
    expect(shown.filter((account) => account === 'ann')).toHaveLength(2);
  });

  test('a copy behind the voucher that is none is noted once, and the other copies are opened', async () => {
    tamper('voucher', ({ draft, blobs }) =>
      draft.message === 'p10008' ? { blobs: { ...blobs, derivative: random(40) } } : undefined,
    );
    const run = await attacked(name);
    await run.deployment.review();
    expectUnharmed(run, ['eve']);
    expect(found(run).filter((id) => eves(run).includes(id))).toEqual(['p10010']);
    expect(run.deployment.rejected).toEqual([
      'p10008: the copy behind the voucher does not open (key commitment does not fit the key)',
    ]);
  });

  /** Eve's messages from p10012 on carry vouchers that always open, with shares that are made up. */
  const withGarbage = async (count: number): Promise<Attacked> => {
    let set: Uint8Array | undefined;
    tamper('device-setup', ({ blobs }) => {
      set = blobs.set;
      return undefined;
    });
    const protocolSettings = { matchThreshold: 2, syntheticBudget: 4 };
    tamper('voucher', ({ draft, blobs }) => {
      const parsed = parseTable(set!);
      if (!parsed.ok || draft.message < 'p10012') return undefined;
      const format = tpsiSettingsOf({ settings: protocolSettings as ProtocolSettings }, name !== 'threshold-psi');
      const from = { table: parsed.table, settings: format, random };
      return { blobs: { ...blobs, voucher: hostileVoucher(from, draft.message, 'honest', 'eve') } };
    });
    return attacked(name, {
      settings: protocolSettings,
      early: name !== 'threshold-psi',
      more: (world) => Array.from({ length: count }, () => world.message('eve', world.stranger())),
    });
  };

  test('pitfall 7: garbage shares within the budget are borne; beyond it they cost their sender alone, and are noted', async () => {
    const few = await withGarbage(3);
    expectUnharmed(few);
    const notes = few.deployment.rejected;
    // Without synthetic vouchers a share that fits no key can only be made up.
    if (name === 'threshold-psi')
      expect(notes).toEqual(['p10012', 'p10013', 'p10014'].map((id) => `${id}: the share of the voucher fits no key`));
    else expect(notes).toEqual([]);
    if (name === 'threshold-psi') return;
    const many = await withGarbage(9);
    expectUnharmed(many, ['eve']);
    expect(many.deployment.rejected).toEqual([
      'eve: 11 vouchers open, and more of their shares fit no key than may be synthetic',
    ]);
  });
});

test('threshold-psi: one made-up share before the matches blocks its sender, who is noted, and nobody else', async () => {
  tamper('voucher', ({ draft, blobs }) => {
    if (draft.message !== 'p10009') return undefined;
    return { blobs: { ...blobs, voucher: garbage!(draft.message) } };
  });
  let garbage: ((id: string) => Uint8Array) | undefined;
  tamper('device-setup', ({ blobs }) => {
    const parsed = parseTable(blobs.set!);
    if (!parsed.ok) return undefined;
    const settings = tpsiSettingsOf({ settings: { matchThreshold: 2 } as ProtocolSettings }, false);
    garbage = (id) => hostileVoucher({ table: parsed.table, settings, random }, id, 'honest', 'eve');
    return undefined;
  });
  const run = await attacked('threshold-psi');
  expectUnharmed(run, ['eve']);
  expect(found(run).filter((id) => eves(run).includes(id))).toEqual([]);
  expect(reasons(run)).toEqual(['3 vouchers open, and more of their shares fit no key than may be synthetic']);
});
