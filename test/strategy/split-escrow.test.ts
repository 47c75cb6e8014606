/** S2b against what it promises: a quorum of the holders opens what was ordered, and no holder sees more than its part. */
import { describe, expect, test } from 'vitest';
import { strategies } from '../../src/strategy/index.ts';
import { order } from '../helpers/deployment.ts';
import { all, idsOf, packetsOf, pictures, sizes, through, tipped } from '../helpers/seen.ts';

describe('split-escrow', () => {
  test('the court reads exactly what was ordered; the other holder sees a point for each, and no key', async () => {
    const { world, run } = await through(strategies['split-escrow']);
    expect(run.courtBefore).toBe(0);
    expect(run.ordered.size).toBeGreaterThan(2);
    expect(pictures(run, 'court', world)).toEqual([...run.ordered]);
    for (const role of ['relay', 'provider', 'curator'] as const) expect(pictures(run, role, world)).toEqual([]);
    const requests = packetsOf(run, 'provider', 'part-request');
    expect(requests.map(({ header, blobs }) => [header.message, header.order, Object.keys(blobs)])).toEqual(
      [...run.ordered].map((message) => [message, order.id, ['point']]),
    );
    for (const { blobs } of requests) expect(blobs.point).toHaveLength(32);
    expect(packetsOf(run, 'curator', 'part-request')).toEqual([]);
    expect(tipped(run)).toEqual(idsOf(world, 'same', 'edited', 'moved', 'new').filter((id) => run.ordered.has(id)));
    expect(run.deployment.listBytes).toBe(0);
  });

  test.each([
    [2, 1, []],
    [3, 2, ['provider']],
    [3, 3, ['provider', 'curator']],
  ] as const)('of %d holders %d open: as many others are asked', async (escrowHolders, escrowQuorum, asked) => {
    const { world, run } = await through(strategies['split-escrow'], { settings: { escrowHolders, escrowQuorum } });
    expect(pictures(run, 'court', world)).toEqual([...run.ordered]);
    for (const role of ['provider', 'curator'] as const)
      expect(packetsOf(run, role, 'part-request')).toHaveLength(
        (asked as readonly string[]).includes(role) ? run.ordered.size : 0,
      );
  });

  test('T5: envelopes are equally long; what is sealed to escrow is another point and text each time', async () => {
    const { world, run } = await through(strategies['split-escrow']);
    expect(sizes(run, 'relay', 'envelope')).toHaveLength(1);
    const sealed = packetsOf(run, 'relay', 'envelope').map(({ blobs }) => Buffer.from(blobs.escrow!).toString('hex'));
    expect(new Set(sealed.map((each) => each.slice(0, 64))).size).toBe(all(world).length);
    expect(new Set(sealed.map((each) => each.slice(64))).size).toBe(all(world).length);
  });
});
