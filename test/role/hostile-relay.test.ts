/** A malicious relay or network: what it drops is lost, and nothing else; what it changes, repeats or exchanges is turned away. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Packet } from '../../src/role/wire.ts';
import type { StrategyName } from '../../src/strategy/index.ts';
import { tamper, tamperRelay } from '../helpers/tamper.ts';
import { type Attacked, attacked, expectUnharmed, found, reasons } from './hostile-service.ts';

afterEach(() => vi.restoreAllMocks());

type Carried = Parameters<Parameters<typeof tamperRelay>[0]>[0];
const undelivered = ({ deployment, messages }: Attacked): string[] =>
  messages.map(({ id }) => id).filter((id) => !deployment.outcome(id).delivered);
const matches = ({ listed }: Attacked): string[] => listed.map(({ id }) => id);
const relabelled = ({ header, blobs }: Carried, change: Partial<Carried['header']>): Carried =>
  ({ header: { ...header, ...change }, blobs }) as Carried;
/** What a relay does to the second message: its changes, what is lost, and why. */
const sealed: [string, (packet: Carried, first: Carried) => Carried[], lost: boolean, RegExp | undefined][] = [
  ['drops it', () => [], true, undefined],
  ['delivers it twice', (packet) => [packet, packet], false, /opened before/],
  [
    'delivers the first again behind it',
    (packet, first) => [packet, first],
    false,
    /p10000: message 10000 of this sender was opened before/,
  ],
  [
    'puts the first’s text in its place',
    (packet, { blobs }) => [{ ...packet, blobs } as Carried],
    true,
    /does not fit/,
  ],
  [
    'delivers a changed copy before it',
    (packet) => [{ ...packet, blobs: { ...packet.blobs, ciphertext: new Uint8Array(99) } } as Carried, packet],
    false,
    /was changed/,
  ],
  ['says that another sent it', (packet) => [relabelled(packet, { sender: 'ben' })], true, /does not fit/],
  [
    'says that nobody sent it',
    (packet) => [relabelled(packet, { sender: 'zoe' })],
    true,
    /no such sender or recipient/,
  ],
  ['sends it to nobody', (packet) => [relabelled(packet, { recipient: 'zoe' })], true, /no such sender or recipient/],
  ['gives it a name of its own', (packet) => [relabelled(packet, { message: 'x' })], true, /x: .* was changed/],
];

describe.each(['psi', 'threshold-psi', 'split-escrow', 'e2ee'] as const)('%s: envelopes', (name) => {
  test.each(sealed)('a relay that %s', async (_, change, lost, reason) => {
    let first: Carried | undefined;
    tamperRelay((packet) => {
      first ??= packet;
      return packet.header.message === 'p10001' ? change(packet, first) : [packet];
    });
    const run = await attacked(name);
    expect(undelivered(run)).toEqual(lost ? ['p10001'] : []);
    expect(run.deployment.rejected).toEqual(reason ? [expect.stringMatching(reason)] : []);
    // The scan does not depend on delivery.
    if (name === 'psi' || name === 'threshold-psi') expect(found(run)).toEqual(matches(run));
  });

  test('a relay that holds everything back, and delivers it in the opposite order at last', async () => {
    const held: Carried[] = [];
    tamperRelay((packet) => {
      held.unshift(packet);
      return held.length === 12 ? held : [];
    });
    const run = await attacked(name);
    expect(undelivered(run)).toEqual([]);
    expect(run.deployment.rejected).toEqual([]);
  });
});

test('server-scan: messages that a relay makes up, or delivers again, are counted, and nobody’s outcome', async () => {
  tamperRelay((packet) => [packet, packet, relabelled(packet, { message: 'made up' })]);
  const run = await attacked('server-scan');
  expectUnharmed(run);
  expect(reasons(run)).toEqual(new Array(24).fill('nothing under this name is on its way'));
});

describe.each(['threshold-psi', 'threshold-psi-synthetic'] as const)('%s: vouchers on their way', (name) => {
  type Voucher = Pick<Packet<'voucher'>, 'blobs'> & {
    draft: Parameters<Parameters<typeof tamper<'voucher'>>[1]>[0]['draft'];
  };

  test('in the opposite order they lead to the same matches', async () => {
    // Everything is drawn from a seed: what crosses in a second run is what crossed in the first.
    const crossed: Voucher[] = [];
    tamper('voucher', ({ draft, blobs }) => {
      crossed.push({ draft, blobs });
      return undefined;
    });
    await attacked(name);
    vi.restoreAllMocks();
    let next = crossed.length;
    tamper('voucher', () => crossed[--next]!);
    const run = await attacked(name);
    expect(next).toBe(0);
    expectUnharmed(run);
    expect(run.deployment.rejected).toEqual([]);
    const seen = run.deployment.views.provider.entries.filter(({ type }) => type === 'voucher');
    expect(seen.map(({ message }) => message)).toEqual(crossed.map(({ draft }) => draft.message).reverse());
  });

  test('one that is emptied is counted, and costs its own match', async () => {
    tamper('voucher', ({ draft }) => (draft.message === 'p10008' ? { blobs: {} } : undefined));
    const run = await attacked(name);
    expectUnharmed(run, ['eve']);
    expect(run.deployment.rejected).toEqual(['p10008: voucher length']);
  });

  test('exchanged between accounts they open for neither: lost as if dropped, and no one is accused', async () => {
    let ann: Voucher | undefined;
    tamper('voucher', ({ draft, blobs }) => {
      if (draft.message === 'p10000') ann = { draft, blobs };
      return draft.message === 'p10008' ? { blobs: ann!.blobs } : undefined;
    });
    const run = await attacked(name);
    expectUnharmed(run, ['eve']);
    expect(found(run)).not.toContain('p10008');
    expect(run.deployment.rejected).toEqual([]);
  });
});

describe('answers exchanged between accounts', () => {
  test.each<[StrategyName, readonly string[]]>([
    ['oprf-lookup', ['p10008: the proof does not hold under this public key']],
    // Without a proof it is not noticed; what is compared is nobody's point.
    ['psi', []],
  ])('%s: the device finds nothing', async (name, rejected) => {
    let ann: Packet['blobs'] | undefined;
    tamper('blinded-answer', ({ draft, blobs }) => {
      if (draft.message === 'p10000') ann = blobs;
      return draft.message === 'p10008' ? { blobs: ann! } : undefined;
    });
    const run = await attacked(name);
    expectUnharmed(run, ['eve']);
    expect(found(run)).not.toContain('p10008');
    expect(run.deployment.rejected).toEqual(rejected);
  });
});
