/** A deployment whose list, app or reviewers change while it runs: what changes, for whom, and what stays. */
import { describe, expect, test } from 'vitest';
import { hashList } from '../../src/match/hash-list.ts';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import type { Lists } from '../../src/role/world.ts';
import { type StrategyName, strategies, strategyByName } from '../../src/strategy/index.ts';
import { equalBytes } from '../../src/util/bytes.ts';
import { type PlainWorld, plainWorld, sendAll } from '../helpers/plain-world.ts';

/** The world's lists, one version on, with more pictures on them. */
function grown({ list, equality, second }: PlainWorld, more: readonly Uint8Array[]): Lists {
  const add = (old: typeof list): typeof list => {
    const { name, algorithm, bits, version } = old;
    const entries = more.map((picture, i) => ({ id: `more-${i}`, hash: picture.slice(0, bits / 8) }));
    return hashList({ name, algorithm, bits, version: version + 1 }, [...old.entries, ...entries]);
  };
  return {
    list: add(list),
    equality: { ...equality, list: add(equality.list) },
    second: { ...second, list: second.list },
  };
}

const world = (): PlainWorld => plainWorld({ settings: { matchThreshold: 2, syntheticShare: 0, bucketNoise: 0 } });
const matched = (deployment: Deployment, ids: readonly string[]): boolean[] =>
  ids.map((id) => deployment.outcome(id).scanned === 'match');

const scanning = ['client-list', 'client-filter', 'oprf-lookup', 'hash-upload', 'prefix-lookup', 'similarity-bucket'];
const all = [...scanning, 'psi', 'private-membership', 'threshold-psi', 'server-scan'] as StrategyName[];

describe.each(all)('%s', (name) => {
  test('finds what a new list adds from then on, and what was on it before; nothing is turned away', async () => {
    const at = world();
    const deployment = await deploy(at, strategies[name].design);
    const [x, y] = [at.stranger(), at.stranger()];
    const early = [at.message('ann', x), at.message('ann', y), at.message('ann', at.listed[0]!)];
    await sendAll(deployment, early);
    await deployment.relist(grown(at, [x, y]), 'curator');
    const late = [at.message('ann', x), at.message('ben', y), at.message('ann', y), at.message('ann', at.listed[1]!)];
    await sendAll(deployment, late);
    const threshold = name === 'threshold-psi';
    expect(
      matched(
        deployment,
        early.map(({ id }) => id),
      ),
    ).toEqual([false, false, !threshold]);
    // Of a threshold of two, one account reaches it with three, the other with one does not.
    expect(
      matched(
        deployment,
        late.map(({ id }) => id),
      ),
    ).toEqual([true, !threshold, true, true]);
    expect(deployment.rejected).toEqual([]);
    for (const { id } of [...early, ...late]) expect(deployment.outcome(id).delivered).toBe(true);
  });

  test('a list for one account is for that account', async () => {
    const at = world();
    const deployment = await deploy(at, strategies[name].design);
    const [x, y] = [at.stranger(), at.stranger()];
    await deployment.relist(grown(at, [x, y]), 'provider', ['ann']);
    const messages = ['ann', 'ben'].flatMap((account) => [at.message(account, x), at.message(account, y)]);
    await sendAll(deployment, messages);
    expect(
      matched(
        deployment,
        messages.map(({ id }) => id),
      ),
    ).toEqual([true, true, false, false]);
    await deployment.relist(grown(at, []), 'curator');
    const later = [at.message('ann', x), at.message('ann', y)];
    await sendAll(deployment, later);
    expect(
      matched(
        deployment,
        later.map(({ id }) => id),
      ),
    ).toEqual([false, false]);
  });
});

test('what came under an earlier list is still reviewed, and counts by itself', async () => {
  const at = world();
  const deployment = await deploy(at, strategies['threshold-psi'].design);
  const messages = [at.message('ann', at.listed[0]!), at.message('ann', at.listed[1]!)];
  for (const message of messages) await deployment.send(message);
  const one = at.message('ben', at.listed[2]!);
  await deployment.send(one);
  await deployment.relist(grown(at, [at.stranger()]), 'curator');
  const other = at.message('ben', at.listed[3]!);
  await deployment.send(other);
  await deployment.review();
  expect(
    matched(
      deployment,
      [...messages, one, other].map(({ id }) => id),
    ),
  ).toEqual([true, true, false, false]);
  expect(deployment.tips).toHaveLength(2);
});

describe('certified-threshold-psi', () => {
  test.each<['curator' | 'provider', boolean]>([
    ['curator', true],
    ['provider', false],
  ])('a new list by the %s', async (by, accepted) => {
    const at = world();
    const deployment = await deploy(at, strategies['certified-threshold-psi'].design);
    const [x, y] = [at.stranger(), at.stranger()];
    await deployment.relist(grown(at, [x, y]), by, by === 'provider' ? ['ann'] : undefined);
    const messages = [at.message('ann', x), at.message('ann', y)];
    await sendAll(deployment, messages);
    expect(
      matched(
        deployment,
        messages.map(({ id }) => id),
      ),
    ).toEqual([accepted, accepted]);
    expect(deployment.rejected).toEqual(accepted ? [] : [expect.stringMatching(/not signed by the authoriser/)]);
    expect(deployment.outcome(messages[0]!.id).delivered).toBe(true);
  });
});

test('an update of the app turns warnings into reports, from then on', async () => {
  const at = world();
  const deployment = await deploy(at, strategyByName('client-filter:warn').design);
  const [first, second] = [at.message('ann', at.listed[0]!), at.message('ann', at.listed[1]!)];
  await sendAll(deployment, [first]);
  expect([deployment.outcome(first.id).warned, deployment.tips.length]).toEqual([true, 0]);
  deployment.updateApp({ reports: true });
  await sendAll(deployment, [second]);
  expect([deployment.outcome(second.id).warned, deployment.tips.length]).toEqual([undefined, 1]);
});

test('an update of the app exchanges the network, and the provider’s own scanner stays', async () => {
  const at = world();
  const deployment = await deploy(at, strategies['client-classifier'].design);
  deployment.updateApp({ scanner: { ...at.scanner, score: async () => 1 } });
  const message = at.message('ann', at.stranger());
  await sendAll(deployment, [message]);
  expect(deployment.outcome(message.id).scanned).toBe('match');
});

test('reviewers see what a second hash cleared once nobody asks it', async () => {
  const at = world();
  const x = at.stranger();
  const looked: Uint8Array[] = [];
  const deployment = await deploy(
    {
      ...at,
      people: { ...at.people, confirms: (picture) => looked.push(picture) > 0 },
      scanner: {
        ...at.scanner,
        hash: async (picture, use) =>
          use === 'second' ? { state: 'refused', reason: 'none' } : at.scanner.hash(picture, use),
      },
    },
    strategies.hybrid.design,
  );
  await deployment.relist(grown(at, [x]), 'provider');
  const [cleared, seen] = [at.message('ann', x), at.message('ann', x)];
  await sendAll(deployment, [cleared]);
  expect([deployment.outcome(cleared.id).dismissed, looked.length]).toEqual([true, 0]);
  deployment.dropSecondOpinion();
  await sendAll(deployment, [seen]);
  expect([deployment.outcome(seen.id).dismissed, looked.length]).toEqual([undefined, 1]);
});

test('secrets are those in use, of everybody, and a new list has new ones', async () => {
  const at = world();
  const deployment = await deploy(at, strategies['oprf-lookup'].design);
  const before = deployment.secrets;
  expect([...before.devices.keys()]).toEqual([...at.accounts]);
  expect([before.escrow, before.franking.length, before.protocol?.kind]).toEqual([undefined, 32, 'oprf']);
  await deployment.relist(grown(at, []), 'curator');
  const after = deployment.secrets;
  expect(equalBytes(before.franking, after.franking)).toBe(true);
  if (before.protocol?.kind !== 'oprf' || after.protocol?.kind !== 'oprf') throw new Error('another protocol');
  expect(equalBytes(before.protocol.secretKey, after.protocol.secretKey)).toBe(false);
  expect((await deploy(world(), strategies.escrow.design)).secrets.escrow?.kind).toBe('sole');
  expect((await deploy(world(), strategies['split-escrow'].design)).secrets.escrow?.kind).toBe('split');
  expect((await deploy(world(), strategies.e2ee.design)).secrets.protocol).toBeUndefined();
});
