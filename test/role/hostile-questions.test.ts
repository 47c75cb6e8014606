/** A malicious sender who asks, or answers, what no honest device would: turned away where it shows, and costing only the sender. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decodePoint, multiply, multiplyBase, type Point, randomScalar } from '../../src/crypto/group.ts';
import { entryBytes } from '../../src/crypto/hidden-distance.ts';
import { sample, sampledBits } from '../../src/role/bucket.ts';
import { Network } from '../../src/role/network.ts';
import { privateMembership } from '../../src/role/protocol/private-membership.ts';
import { Services } from '../../src/role/services.ts';
import { decode, encode } from '../../src/role/wire.ts';
import type { StrategyName } from '../../src/strategy/index.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { randomOf } from '../crypto/seeded.ts';
import { tamper } from '../helpers/tamper.ts';
import { smallWorld } from '../helpers/world.ts';
import { type Attacked, attacked, expectUnharmed, found, reasons } from './hostile-service.ts';

afterEach(() => vi.restoreAllMocks());
const identity = new Uint8Array(32);
const invalid = new Uint8Array(32).fill(255);
const random = randomOf('hostile sender');
const eve = (header: { sender: string }): boolean => header.sender === 'eve';
const eves = (run: Attacked): string[] => run.messages.filter(eve).map(({ id }) => id);

describe('questions', () => {
  test.each<[StrategyName, string, Uint8Array, string]>(
    (['oprf-lookup', 'psi'] as const).flatMap((name) => [
      [name, 'the identity', identity, 'identity'],
      [name, 'no point', invalid, 'invalid'],
      [name, 'side a point', new Uint8Array(16), 'length'],
      [name, 'two points', new Uint8Array(64).fill(1), 'length'],
      [name, 'nothing', new Uint8Array(0), 'length'],
    ]),
  )('%s: %s is answered by nothing; others are answered', async (name, _, blinded, reason) => {
    tamper('blinded-query', ({ draft }) => (eve(draft) ? { blobs: { blinded } } : undefined));
    const run = await attacked(name);
    expectUnharmed(run, ['eve']);
    // Once by the provider; the device of the sender then turns the empty answer away.
    expect(run.deployment.rejected).toHaveLength(8);
    for (const id of eves(run)) expect(run.deployment.rejected).toContain(`${id}: element 0 is no point: ${reason}`);
    expect(found(run).some((id) => eves(run).includes(id))).toBe(false);
  });

  test.each(['private-membership', 'similarity-bucket'] as const)(
    '%s: a bucket query of another length gets an empty bucket',
    async (name) => {
      tamper('bucket-query', ({ draft }) => (eve(draft) ? { blobs: { bits: new Uint8Array(3) } } : undefined));
      const run = await attacked(name);
      expectUnharmed(run, ['eve']);
      const due = eves(run).map((id) => `${id}: 3 bytes of sampled bits where 16 bits are due`);
      expect(run.deployment.rejected).toEqual(due);
    },
  );
});

describe('private-membership: answers', () => {
  const inserted = (answers: Uint8Array, point: Uint8Array): Uint8Array =>
    concatBytes(answers.subarray(0, 96), point, answers.subarray(128));

  test.each<[string, (answers: Uint8Array) => Uint8Array, RegExp]>([
    ['none', () => new Uint8Array(0), /^0 answers about 1 entries$/],
    ['one too many', (answers) => concatBytes(answers, answers.subarray(0, 64)), /^33 answers about 1 entries$/],
    ['a cut one', (answers) => answers.subarray(0, -1), /^an answer is no ciphertext$/],
    ['the identity in one', (answers) => inserted(answers, identity), /^an answer is no ciphertext$/],
    ['no point in one', (answers) => inserted(answers, invalid), /^an answer is no ciphertext$/],
  ])('%s: turned away as a whole', async (_, how, reason) => {
    tamper('blinded-distances', ({ draft, blobs }) =>
      draft.message === 'p10008' ? { blobs: { answers: how(blobs.answers!) } } : undefined,
    );
    const run = await attacked('private-membership');
    expectUnharmed(run, ['eve']);
    expect(run.deployment.rejected.map((each) => each.slice(0, 8))).toEqual(['p10008: ']);
    expect(reasons(run)[0]).toMatch(reason);
    expect(found(run)).not.toContain('p10008');
    expect(found(run)).toContain('p10010');
  });

  test('a made-up match accuses its sender, and nobody else: it cannot be told from a real one', async () => {
    let key: Point | undefined;
    const madeUp = (): Uint8Array => {
      const r = randomScalar(random);
      return concatBytes(multiplyBase(r), multiply(r, key!));
    };
    tamper('blinded-distances', ({ draft, blobs }) =>
      eve(draft)
        ? { blobs: { answers: concatBytes(...Array.from({ length: blobs.answers!.length / 64 }, madeUp)) } }
        : undefined,
    );
    // About a picture that is not listed eve asks as if it were: nothing can be answered about an empty bucket.
    let bits: Uint8Array | undefined;
    tamper('bucket-query', ({ draft, blobs }) => {
      if (draft.message === 'p10008') bits = blobs.bits;
      return draft.message === 'p10009' ? { blobs: { bits: bits! } } : undefined;
    });
    tamper('device-setup', ({ blobs }) => {
      const decoded = decodePoint(blobs.publicKey!);
      if (decoded.ok) key = decoded.point;
      return undefined;
    });
    const run = await attacked('private-membership');
    expectUnharmed(run, ['eve']);
    expect(found(run).filter((id) => eves(run).includes(id))).toEqual(['p10008', 'p10009', 'p10010']);
    expect(run.deployment.rejected).toEqual([]);
    for (const { incident } of run.deployment.tips) expect(incident.humanReviewed).toBe(false);
  });
});

test('audit H3: private-membership: whoever uses another’s message ids changes nothing that the other’s device is answered', async () => {
  const world = smallWorld();
  const design = { name: 'private-membership', protocol: privateMembership };
  const services = new Services(new Network(), world, design);
  const { set } = services.setUp();
  const key = decodePoint(set!.blobs.publicKey!);
  if (!key.ok) throw new Error('the key is no point');
  const madeUp = (): Uint8Array => {
    const r = randomScalar(random);
    return concatBytes(multiplyBase(r), multiply(r, key.point));
  };
  const say = async (type: string, sender: string, more: object, blobs: Record<string, Uint8Array>) => {
    const header = { type, message: 'm1', strategy: design.name, sender, recipient: 'ben', sequence: 0, sentAt: 1 };
    const read = decode(encode({ ...header, ...more } as never, blobs));
    if (!read.ok) throw new Error(read.reason);
    return await services.handle('provider', read.packet);
  };
  const positions = sampledBits(world);
  const listed = [...world.list.entries][0]!;
  const ask = async (sender: string, bits: Uint8Array): Promise<number> => {
    const bucket = await say('bucket-query', sender, { bits: positions.length }, { bits });
    return bucket!.blobs.entries!.length / entryBytes(world.list.bits / 8);
  };
  const answer = (sender: string, entries: number) =>
    say('blinded-distances', sender, {}, { answers: concatBytes(...Array.from({ length: 32 * entries }, madeUp)) });
  const own = await ask('ann', sample(listed.hash, positions));
  expect(own).toBeGreaterThan(0);
  // Eve's bucket is empty, or matches: ann's is not hers.
  const others = await ask(
    'eve',
    sample(
      listed.hash.map((byte) => 255 - byte),
      positions,
    ),
  );
  expect(others).not.toBe(own);
  await answer('eve', others);
  await ask('dan', sample(listed.hash, positions));
  await answer('dan', own);
  await answer('ann', own);
  expect(services.rejected.filter((reason) => !/^m1: 0 answers/.test(reason))).toEqual([]);
  await services.review();
  expect(services.tips.map(({ reportedAccount }) => reportedAccount.id).sort()).toEqual(['ann', 'dan']);
});
