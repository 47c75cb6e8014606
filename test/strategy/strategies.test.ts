/** Each strategy against its row of the strategy table: who sees what of which message, read from the views as bytes. */

import { describe, expect, test } from 'vitest';
import { hashList } from '../../src/match/hash-list.ts';
import { sample, sampledBits } from '../../src/role/bucket.ts';
import { deploy } from '../../src/role/deployment.ts';
import { decode } from '../../src/role/wire.ts';
import { strategies, strategyByName } from '../../src/strategy/index.ts';
import { order, runThrough } from '../helpers/deployment.ts';
import { all, hashes, idsOf, matched, pictures, through, tipped, types } from '../helpers/seen.ts';
import { hexOf, type SmallWorld, smallWorld } from '../helpers/world.ts';

test('S0, server-scan: relay and provider see everything; matches are reported', async () => {
  const { world, run } = await through(strategies['server-scan']);
  expect(pictures(run, 'relay', world)).toEqual(all(world));
  expect(pictures(run, 'provider', world)).toEqual(all(world));
  expect(matched(run, world)).toEqual(idsOf(world, 'same', 'edited', 'moved'));
  expect(tipped(run)).toEqual(idsOf(world, 'same', 'edited', 'moved'));
  expect(world.messages.map(({ id }) => run.deployment.outcome(id).scanned)).toContain('refused');
});

describe('S1, e2ee', () => {
  test('provider and relay see envelopes and the list; with padding all of one size', async () => {
    const { world, run } = await through(strategies.e2ee);
    expect(types(run, 'relay')).toEqual(new Set(['envelope', 'order']));
    expect(types(run, 'provider')).toEqual(new Set(['list', 'order']));
    const envelopes = run.deployment.views.relay.entries.filter(({ type }) => type === 'envelope');
    expect(envelopes).toHaveLength(world.messages.length);
    expect(new Set(envelopes.map(({ bytes }) => bytes.length)).size).toBe(1);
    expect(run.deployment.tips).toEqual([]);
  });

  test('without padding every length shows', async () => {
    const { world, run } = await through(strategies.e2ee, { paddingBytes: 0 });
    const lengths = run.deployment.views.relay.entries.map(({ bytes }) => {
      const read = decode(bytes);
      return read.ok ? (read.packet.blobs.ciphertext?.length ?? 0) : 0;
    });
    // 4 bytes of length, 1 that says that there is no franking key, 16 of tag.
    expect(lengths.filter((length) => length > 0)).toEqual(world.messages.map(({ picture }) => picture.length + 21));
  });

  test('no ciphertext, commitment or piece of one comes twice', async () => {
    const { run } = await through(strategies.e2ee);
    const pieces = run.deployment.views.relay.entries.flatMap(({ bytes }) => {
      const read = decode(bytes);
      if (!read.ok || read.packet.header.type !== 'envelope') return [];
      const { ciphertext, commitment } = read.packet.blobs;
      return [commitment!, ciphertext!.subarray(0, 16), ciphertext!.subarray(-16)].map((each) => each.join());
    });
    expect(new Set(pieces).size).toBe(pieces.length);
  });
});

describe('S2a, escrow', () => {
  test('the court sees nothing before an order, and exactly the ordered messages after it', async () => {
    const { world, run } = await through(strategies.escrow);
    expect(run.courtBefore).toBe(0);
    expect(run.ordered.size).toBeGreaterThan(2);
    expect(run.ordered.size).toBeLessThan(world.messages.filter(({ sender }) => sender === order.account).length);
    expect(pictures(run, 'court', world)).toEqual([...run.ordered]);
    expect(new Set(run.deployment.views.court.entries.map(({ message }) => message))).toEqual(run.ordered);
    expect(pictures(run, 'provider', world)).toEqual([]);
    expect(pictures(run, 'relay', world)).toEqual([]);
  });

  test('what the court confirms is reported, no more', async () => {
    const { world, run } = await through(strategies.escrow);
    const confirmed = idsOf(world, 'same', 'edited', 'moved', 'new').filter((id) => run.ordered.has(id));
    expect(confirmed.length).toBeGreaterThan(0);
    expect(tipped(run)).toEqual(confirmed);
  });

  test('an order against a strategy without escrow opens nothing', async () => {
    for (const strategy of [strategies.e2ee, strategies['client-list'], strategies['server-scan']]) {
      const { run } = await through(strategy);
      expect(run.deployment.views.court.entries).toEqual([]);
    }
  });
});

test('S3, user-report: the provider sees reported messages only; those that are confirmed reach the curator', async () => {
  const { world, run } = await through(strategies['user-report']);
  expect(run.reported).toEqual(world.reporting);
  expect(pictures(run, 'provider', world).sort()).toEqual([...world.reporting].sort());
  expect(pictures(run, 'relay', world)).toEqual([]);
  expect(tipped(run)).toEqual(idsOf(world, 'same').filter((id) => world.reporting.has(id)));
});

describe('S4a, client-list', () => {
  test('the provider gets picture and hash of matches only; the device holds the whole list', async () => {
    const { world, run } = await through(strategies['client-list']);
    const matches = idsOf(world, 'same', 'edited', 'moved');
    expect(matched(run, world)).toEqual(matches);
    expect(pictures(run, 'provider', world)).toEqual(matches);
    expect(hashes(run, 'provider', world)).toEqual(matches);
    expect(pictures(run, 'relay', world)).toEqual([]);
    expect(hashes(run, 'relay', world)).toEqual([]);
    expect(run.deployment.listBytes).toBeGreaterThan(12 * 32);
    expect(run.end.find(({ knowledge }) => knowledge === 'list')).toMatchObject({ found: 12, allowed: 12 });
  });

  test('each report names the entry and the distance in bits', async () => {
    const { world, run } = await through(strategies['client-list']);
    const distances = run.deployment.tips.map(({ reportId, files }) => {
      const message = world.messages.find(({ id }) => reportId.endsWith(id))!;
      const entry = [...world.list.entries].find(({ id }) => id === files[0]!.listEntry);
      expect(entry).toBeDefined();
      return [world.truth(message).kind, files[0]!.distanceBits];
    });
    expect(distances.sort()).toEqual([['edited', 20], ['moved', 20], ...new Array(6).fill(['same', 0])]);
  });
});

describe('S4b, client-warn', () => {
  test('nobody but the sender learns anything', async () => {
    const { world, run } = await through(strategies['client-warn']);
    const warned = all(world).filter((id) => run.deployment.outcome(id).warned);
    expect(warned).toEqual(idsOf(world, 'same', 'edited', 'moved'));
    const { run: plain } = await through(strategies.e2ee);
    for (const role of ['relay', 'provider', 'curator', 'court'] as const) {
      expect(types(run, role), role).toEqual(types(plain, role));
      expect(pictures(run, role, world), role).toEqual([]);
      expect(hashes(run, role, world), role).toEqual([]);
    }
    expect(run.deployment.tips).toEqual([]);
  });

  test('a warned sender who lets it be sends nothing at all', async () => {
    const { world, run } = await through(strategies['client-warn'], { aborts: true });
    const warned = idsOf(world, 'same', 'edited', 'moved');
    for (const id of all(world)) {
      const aborted = warned.includes(id);
      expect(run.deployment.outcome(id)).toMatchObject({ aborted, delivered: !aborted });
      for (const view of Object.values(run.deployment.views)) if (aborted) expect(view.about(id)).toEqual([]);
    }
  });
});

test('S6, hash-upload: the provider gets every hash and no picture; matches are reported unreviewed', async () => {
  const { world, run } = await through(strategies['hash-upload']);
  expect(hashes(run, 'provider', world)).toEqual(idsOf(world, 'same', 'edited', 'moved', 'new', 'innocent'));
  expect(pictures(run, 'provider', world)).toEqual([]);
  expect(tipped(run)).toEqual(idsOf(world, 'same', 'edited', 'moved'));
  for (const { incident, files } of run.deployment.tips) {
    expect(incident.humanReviewed).toBe(false);
    expect(files[0]).toMatchObject({ sha256: null });
  }
});

describe('S7a, prefix-lookup', () => {
  test('the provider gets a prefix of every hash, and whole hash and picture of matches only', async () => {
    const { world, run } = await through(strategies['prefix-lookup']);
    const matches = idsOf(world, 'same', 'edited');
    // The edit that changes the prefix hides its entry.
    expect(matched(run, world)).toEqual(matches);
    expect(pictures(run, 'provider', world)).toEqual(matches);
    expect(hashes(run, 'provider', world)).toEqual(matches);
    const queries = run.deployment.views.provider.entries.filter(({ type }) => type === 'prefix-query');
    // Also of the picture that has no hash: silence would tell.
    expect(queries.map(({ message }) => message)).toEqual(all(world));
    for (const { bytes } of queries) {
      const read = decode(bytes);
      expect(read.ok && read.packet.blobs.prefix).toHaveLength(1);
    }
  });

  test('the device sees the entries that share a prefix that it asked for, and no other', async () => {
    for (const prefixBits of [1, 4, 8, 32]) {
      const { world, run } = await through(strategies['prefix-lookup'], { prefixBits });
      const beginning = (hash: Uint8Array): string =>
        [...hash]
          .map((byte) => byte.toString(2).padStart(8, '0'))
          .join('')
          .slice(0, prefixBits);
      const asked = new Set(world.messages.flatMap((message) => world.truth(message).hash ?? []).map(beginning));
      const seen = world.list.entries.filter(({ hash }) =>
        run.deployment.views.sender.entries.some(({ bytes }) => Buffer.from(bytes).includes(Buffer.from(hash))),
      );
      expect(seen).toEqual(world.list.entries.filter(({ hash }) => asked.has(beginning(hash))));
      expect(new Set(run.deployment.views.sender.entries.map(({ type }) => type))).toEqual(new Set(['prefix-answer']));
    }
  });
});

test('S10, client-classifier: the provider gets flagged pictures only, and no hash; it finds what no list has', async () => {
  const { world, run } = await through(strategies['client-classifier']);
  const flagged = all(world).filter((_, i) => (world.truth(world.messages[i]!).score ?? 0) >= world.thresholdScore);
  expect(flagged).toEqual(idsOf(world, 'same', 'moved', 'new'));
  expect(matched(run, world)).toEqual(flagged);
  expect(pictures(run, 'provider', world)).toEqual(flagged);
  expect(hashes(run, 'provider', world)).toEqual([]);
  expect(tipped(run)).toEqual(flagged);
  expect(run.deployment.listBytes).toBe(0);
});

test('the classifier’s threshold is inclusive', async () => {
  const world = smallWorld();
  const scores = world.messages.flatMap((message) => world.truth(message).score ?? []);
  const thresholdScore = Math.max(...scores);
  const run = await runThrough(strategies['client-classifier'], { ...world, thresholdScore });
  expect(matched(run, world)).toHaveLength(1);
});

test.each(['server-scan', 'client-list', 'client-warn', 'hash-upload', 'prefix-lookup'] as const)(
  '%s: the Hamming threshold is inclusive',
  async (name) => {
    const world = smallWorld();
    const at = await runThrough(strategies[name], { ...smallWorld(), thresholdBits: 20 });
    const below = await runThrough(strategies[name], { ...smallWorld(), thresholdBits: 19 });
    expect(matched(at, world)).toEqual(
      idsOf(world, 'same', 'edited', ...(name === 'prefix-lookup' ? [] : ['moved' as const])),
    );
    expect(matched(below, world)).toEqual(idsOf(world, 'same'));
  },
);

test('an empty list matches nothing, and nothing breaks', async () => {
  for (const strategy of Object.values(strategies)) {
    const world = smallWorld();
    const { hashList } = await import('../../src/match/hash-list.ts');
    const run = await runThrough(strategy, { ...world, list: hashList(world.list, []) });
    if (strategy.detector === 'hash') expect(matched(run, world)).toEqual([]);
    expect(run.end.filter(({ outside }) => outside > 0)).toEqual([]);
  }
});

describe('the warn-only switch', () => {
  const able = ['client-list', 'prefix-lookup', 'client-classifier'] as const;

  test.each(able)('%s: warns of what it would have reported, and tells nobody else', async (name) => {
    const [world, quiet] = [smallWorld(), smallWorld()];
    const base = await runThrough(strategyByName(name), world);
    const strategy = strategyByName(`${name}:warn`);
    const run = await runThrough(strategy, quiet);
    const matched = all(world).filter((id) => base.deployment.outcome(id).scanned === 'match');
    expect(matched.length).toBeGreaterThan(0);
    expect(all(quiet).filter((id) => run.deployment.outcome(id).warned)).toEqual(matched);
    expect(strategy).toMatchObject({ name: `${name}:warn`, latent: name });
    expect(run.deployment.tips).toEqual([]);
    expect(run.end.filter(({ outside }) => outside > 0)).toEqual([]);
    const told = run.deployment.views.provider.entries.map(({ type }) => type);
    const asking = name === 'prefix-lookup' ? ['prefix-query'] : [];
    expect(new Set(told)).toEqual(new Set(['list', 'order', ...asking]));
  });

  test('is refused where the device does not learn the outcome', () => {
    expect(() => strategyByName('hash-upload:warn')).toThrow(/^Unknown variant of strategy hash-upload 'warn'/);
    expect(() => strategyByName('client-list:wrn')).toThrow(/Did you mean warn\?/);
  });
});

describe('S7b, similarity-bucket', () => {
  test('the provider gets a noisy sample of every hash, and whole hash and picture of matches only', async () => {
    const { world, run } = await through(strategies['similarity-bucket'], { settings: { bucketNoise: 0 } });
    const matches = matched(run, world);
    for (const id of matches) expect(idsOf(world, 'same', 'edited', 'moved')).toContain(id);
    expect(matches).toEqual(expect.arrayContaining(idsOf(world, 'same')));
    expect(pictures(run, 'provider', world)).toEqual(matches);
    expect(hashes(run, 'provider', world)).toEqual(matches);
    const queries = run.deployment.views.provider.entries.filter(({ type }) => type === 'bucket-query');
    expect(queries.map(({ message }) => message)).toEqual(all(world));
  });

  /** The queries that one picture gives when it is sent many times over. */
  const repeats = async (name: string): Promise<string[]> => {
    const world = smallWorld({ settings: { bucketNoise: 0.25 } });
    const deployment = await deploy(world, strategyByName(name).design);
    const message = world.messages.find((each) => world.truth(each).kind === 'innocent')!;
    for (let i = 0; i < 64; i++)
      await deployment.send({ ...message, id: `r${10 + i}`, sequence: 100 + i, sentAt: 100 + i });
    return deployment.views.provider.entries.flatMap(({ type, bytes }) => {
      const read = type === 'bucket-query' ? decode(bytes) : undefined;
      return read?.ok ? [Buffer.from(read.packet.blobs.bits!).toString('hex')] : [];
    });
  };
  const majority = (queries: readonly string[], bit: number): number =>
    queries.filter((hex) => Buffer.from(hex, 'hex')[bit >> 3]! & (128 >> (bit & 7))).length * 2 > queries.length
      ? 1
      : 0;

  test('a picture that is sent again asks the same: repeats tell nothing new', async () => {
    const queries = await repeats('similarity-bucket');
    expect(queries).toHaveLength(64);
    expect(new Set(queries).size).toBe(1);
  });

  test('with new coins every time, the majority of the repeats has every bit right', async () => {
    const queries = await repeats('similarity-bucket:fresh');
    expect(new Set(queries).size).toBeGreaterThan(30);
    const world = smallWorld({ settings: { bucketNoise: 0.25 } });
    const own = sample(
      world.truth(world.messages.find((each) => world.truth(each).kind === 'innocent')!).hash!,
      sampledBits(world),
    );
    for (let bit = 0; bit < 16; bit++) expect(majority(queries, bit)).toBe(own[bit >> 3]! & (128 >> (bit & 7)) ? 1 : 0);
    // One query alone has a few wrong.
    expect(queries.filter((hex) => hex !== Buffer.from(own).toString('hex')).length).toBeGreaterThan(32);
  });
});

describe('S2c, ghost', () => {
  test('the court reads what the account sends from the order on, and nothing before or of others', async () => {
    const { world, run } = await through(strategies.ghost);
    const ordered = world.messages.filter(
      ({ sender, sentAt }) => sender === order.account && sentAt >= order.from && sentAt <= order.to,
    );
    expect(ordered.length).toBeGreaterThan(2);
    expect(pictures(run, 'court', world)).toEqual(ordered.map(({ id }) => id));
    expect(pictures(run, 'relay', world)).toEqual([]);
    expect(pictures(run, 'provider', world)).toEqual([]);
    expect(run.deployment.rejected).toEqual([]);
  });

  test('an order that comes late opens nothing: it is not retroactive', async () => {
    const { run, world } = await through({ ...strategies.ghost, prospective: false });
    expect(pictures(run, 'court', world)).toEqual([]);
  });

  test('every device that sends to the ghost was told a key that its user never saw', async () => {
    const { run } = await through(strategies.ghost);
    const told = run.deployment.views.sender.entries.filter(({ type }) => type === 'device-key');
    expect(told.map(({ message }) => message)).toEqual(
      run.deployment.views.relay.entries.filter(({ type }) => type === 'ghost-copy').map(({ message }) => message),
    );
  });
});

describe('S11, hybrid', () => {
  const scores = (world: SmallWorld): Map<string, number> =>
    new Map(world.messages.map((message) => [message.id, world.truth(message).score ?? 0]));

  test('and: what both find; or: what one of them finds', async () => {
    const { world, run: both } = await through(strategyByName('hybrid:and'));
    const { run: one } = await through(strategyByName('hybrid:or'));
    const high = all(world).filter((id) => scores(world).get(id)! >= world.thresholdScore);
    const near = idsOf(world, 'same', 'edited', 'moved');
    expect(matched(both, world)).toEqual(near.filter((id) => high.includes(id)));
    expect(matched(one, world)).toEqual(all(world).filter((id) => near.includes(id) || high.includes(id)));
    for (const run of [both, one]) {
      expect(pictures(run, 'provider', world)).toEqual(matched(run, world));
      expect(run.end.filter(({ outside }) => outside > 0)).toEqual([]);
      expect(run.deployment.rejected).toEqual([]);
    }
  });

  test('cascade: the second hash clears what it does not know, before anybody looks', async () => {
    const { world, run } = await through(strategies.hybrid);
    expect(tipped(run)).toEqual(idsOf(world, 'same', 'edited', 'moved').sort());
    // A second list that lacks one entry: its picture is reported and dismissed.
    const [lost] = idsOf(world, 'same');
    const other = smallWorld();
    const hash = hexOf(other, other.messages.find(({ id }) => id === lost)!);
    const at = [...other.list.entries].findIndex((entry) => Buffer.from(entry.hash).toString('hex') === hash);
    const { list } = other.second;
    const second = {
      ...other.second,
      list: hashList(
        list,
        list.entries.filter((_, i) => i !== at),
      ),
    };
    const less = await runThrough(strategies.hybrid, { ...other, second });
    expect(less.deployment.outcome(lost!)).toMatchObject({ scanned: 'match', dismissed: true });
    expect(tipped(less)).toEqual(tipped(run).filter((id) => id !== lost));
  });
});
