/** The visitor's own pictures in the demo: entries of one session's list, and what the page says of an edited picture. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashFor, hashOutcome } from '../../src/client/demo/hashes.ts';
import { mostOwn, type OwnEntry, ownEntry, withOwn } from '../../src/client/demo/own-entries.ts';
import { demoDevices, thresholdScore } from '../../src/client/demo/world.ts';
import { Refusal, ServiceClient } from '../../src/client/service-client.ts';
import { signingKeys } from '../../src/client/signature.ts';
import { systemRandom } from '../../src/crypto/sodium.ts';
import { decode } from '../../src/image/decode.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { searcher } from '../../src/match/search.ts';
import type { HashUse, Scanner } from '../../src/role/world.ts';
import { createApp } from '../../src/server/app.ts';
import { DemoPictures } from '../../src/server/demo/pictures.ts';
import { LocalHost } from '../../src/server/demo/session-host.ts';
import { foundBy } from '../../src/server/web/demo/found-by.ts';
import type { Reading } from '../../src/server/web/demo/protocol.ts';
import { openSession } from '../../src/server/web/demo/session-link.ts';
import { strategies } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { toHex } from '../../src/util/hex.ts';

const uses = ['near', 'equality', 'second'] as const satisfies readonly HashUse[];
/** An entry whose hashes consist of one byte. */
const entryOf = (byte: number): OwnEntry => {
  const hash = (use: HashUse) => new Uint8Array(hashFor[use].bits / 8).fill(byte);
  return ownEntry({ near: hash('near'), equality: hash('equality'), second: hash('second') });
};

describe('own entries', () => {
  const listOf = (use: HashUse) =>
    hashList({ name: 'test', algorithm: hashFor[use].name, bits: hashFor[use].bits }, [
      { id: 'entry', hash: new Uint8Array(hashFor[use].bits / 8).fill(255) },
    ]);
  const lists = {
    list: listOf('near'),
    equality: { list: listOf('equality'), thresholdBits: 0 },
    second: { list: listOf('second'), thresholdBits: 9 },
  };

  test('are behind those of the curator, which stay as they are; none of them gives the same lists', () => {
    expect(withOwn(lists, [])).toBe(lists);
    const before = lists.list.root;
    const extended = withOwn(lists, [entryOf(1), entryOf(2)]);
    expect(lists.list.root).toBe(before);
    expect(extended.list.entries.length).toBe(lists.list.entries.length + 2);
    expect(extended.list.entries.idAt(lists.list.entries.length)).toBe('your picture 1');
    expect(searcher(extended.second.list).nearest(new Uint8Array(hashFor.second.bits / 8).fill(2))?.distanceBits).toBe(
      0,
    );
    expect(extended.equality.thresholdBits).toBe(lists.equality.thresholdBits);
  });

  test('are left out where the list has the hash: some protocols need entries that differ', () => {
    const once = withOwn(lists, [entryOf(1)]);
    expect(withOwn(lists, [entryOf(1), entryOf(1)]).list.root).toBe(once.list.root);
    expect(withOwn(once, [entryOf(1)]).equality.list.entries.length).toBe(once.equality.list.entries.length);
  });
});

describe('a session', () => {
  const scanner: Scanner = { hash: (picture, use) => hashOutcome(decode(picture), use), score: async () => 0.1 };
  let app: FastifyInstance;
  let origin: string;
  let innocent: Uint8Array;
  beforeAll(async () => {
    const pictures = await new DemoPictures().loaded();
    innocent = pictures.find(({ called }) => called === 'innocent')!.bytes;
    app = createApp({ folder: '.', demo: { host: new LocalHost(pictures, scanner) } });
    origin = await app.listen({ port: 0, host: '127.0.0.1' });
  }, 60_000);
  afterAll(() => app.close());

  test.each([
    ['client-list', 1],
    ['server-scan', 1],
    // Its device is not told the outcome: the provider counts what matched.
    ['threshold-psi', 0],
  ])('under %s finds the own picture that is on its list, and the next session does not', async (strategy, tips) => {
    const hashes = await Promise.all(
      uses.map(async (use) => {
        const outcome = await scanner.hash(innocent, use);
        return [use, (outcome as { readonly hash: Uint8Array }).hash] as const;
      }),
    );
    const entry = ownEntry(Object.fromEntries(hashes) as Record<HashUse, Uint8Array>);
    const found = [];
    for (const entries of [[entry], []]) {
      const session = await openSession(
        strategy,
        demoDevices(scanner, () => false),
        origin,
        entries,
      );
      await session.send(innocent, entries.length > 0);
      const { tips: reported, opened, outcome, rejected } = session.shown(0);
      expect([outcome?.delivered, rejected]).toEqual([true, []]);
      found.push([reported, opened + reported > 0]);
      await session.end();
    }
    expect(found).toEqual([
      [tips, true],
      [0, false],
    ]);
  });

  test.each<[string, unknown]>([
    ['more entries than a page keeps pictures', Array.from({ length: mostOwn + 1 }, (_, i) => entryOf(i))],
    ['a hash of another length', [{ ...entryOf(1), near: 'ab' }]],
    ['text that is no hash', [{ ...entryOf(1), second: 'x'.repeat(hashFor.second.bits / 4) }]],
    ['an entry without a hash', [{ near: entryOf(1).near }]],
    ['an entry with more', [{ ...entryOf(1), picture: 'AAAA' }]],
  ])('refuses %s', async (_, own) => {
    const visitor = new ServiceClient({ base: origin, keys: signingKeys(systemRandom) });
    const [provider, court] = [1, 2].map(() => toHex(signingKeys(systemRandom).publicKey));
    const opening = visitor.json('POST', '/demo/sessions', { strategy: 'e2ee', provider, court, own });
    await expect(opening).rejects.toThrow(Refusal);
    await expect(opening).rejects.toMatchObject({ status: 400 });
  });
});

describe('which strategies would find a picture', () => {
  const all = Object.values<Strategy>(strategies);
  const reading = (near: number | null, equality: number | null, second: number | null, score?: number): Reading => ({
    nearest: { near, equality, second },
    score,
  });
  const judged = (before: Reading, after: Reading) =>
    Object.fromEntries(
      foundBy(all, { before, after }).flatMap(({ strategies: of, before: first, after: then }) =>
        of.map(({ name }) => [name, `${first.finds} ${then.finds}`]),
      ),
    );

  test('every strategy that scans is judged once, and none in which people decide', () => {
    const names = foundBy(all, { before: reading(0, 0, 0), after: reading(0, 0, 0) }).flatMap(({ strategies: of }) =>
      of.map(({ name }) => name),
    );
    expect(names.sort()).toEqual(
      all
        .filter(({ detector }) => detector !== 'people')
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('an edit of some bits loses equality first, then the second hash, then the near match', () => {
    const threshold = hashFor.near.threshold;
    const second = hashFor.second.threshold;
    const copy = reading(0, 0, 0);
    expect(judged(copy, reading(threshold, 1, second + 1))).toMatchObject({
      'client-list': 'yes yes',
      'server-scan': 'yes yes',
      psi: 'yes no',
      'threshold-psi': 'yes no',
      hybrid: 'yes no',
      'prefix-lookup': 'perhaps perhaps',
      'client-classifier': 'unknown unknown',
    });
    expect(judged(copy, reading(threshold + 1, 9, second))).toMatchObject({
      'client-list': 'yes no',
      hybrid: 'yes no',
      'similarity-bucket': 'perhaps no',
    });
  });

  test('a picture without a hash matches nothing; the network decides by its score', () => {
    const flat = reading(null, null, null, thresholdScore);
    expect(judged(flat, reading(null, null, null, thresholdScore - 0.01))).toMatchObject({
      'client-list': 'no no',
      psi: 'no no',
      'client-classifier': 'yes no',
    });
  });
});
