/** Deployments of the demo to send spoilt requests to: one with a victim's mailbox, and one of each kind of strategy to act in freely. */

import { hashFor } from '../../src/client/demo/hashes.ts';
import { taken } from '../../src/role/endpoint.ts';
import { encode } from '../../src/role/wire.ts';
import type { PacketType } from '../../src/schema/packet.ts';
import type { DemoOptions } from '../../src/server/demo/api.ts';
import { LocalHost } from '../../src/server/demo/session-host.ts';
import { toHex } from '../../src/util/hex.ts';
import type { Rng } from '../../src/util/rng.ts';
import { packetExamples } from '../helpers/examples.ts';
import { envelope, type ServiceWorld } from '../server/service-world.ts';
import type { Call } from './requests.ts';

const strategies = [
  'server-scan',
  'ghost',
  'client-list',
  'prefix-lookup',
  'similarity-bucket',
  'psi',
  'threshold-psi',
];

/** Where they are. */
export interface Sessions {
  /** Its account friend is the victim. */
  readonly victims: string;
  /** alice and bob are its accounts, and the curator's key is its visitor's. */
  readonly open: readonly string[];
}

/** Options under which sessions stand in this thread, stay open, and take what comes; a picture's hash is what it begins with. */
export const houseOptions: DemoOptions = {
  host: new LocalHost([{ id: 'listed', topic: 'test', called: 'listed', bytes: new Uint8Array(64).fill(7) }], {
    hash: async (picture, use) =>
      picture.length < 32
        ? { state: 'refused', reason: 'too short' }
        : { state: 'hashed', hash: picture.slice(0, hashFor[use ?? 'near'].bits / 8) },
  }),
  limits: { most: 1e9, bytes: 2 ** 40, idle: 1e9 },
  perMinute: { known: 1e9, others: 1e9 },
};

/** Opens them; `messages` wait for the victim. */
export async function openSessions(
  world: ServiceWorld,
  victim: ServiceWorld['keys'][string],
  messages: readonly Uint8Array[],
): Promise<Sessions> {
  const keyOf = (name: string): string => toHex(world.keys[name]!.publicKey);
  const open = async (strategy: string, visitor: typeof victim, friend: typeof victim): Promise<string> => {
    const body = { strategy, provider: keyOf('provider'), court: keyOf('court') };
    const reply = await world.send(visitor, { method: 'POST', url: '/demo/sessions', body });
    if (reply.statusCode !== 201) throw new Error(`No session for ${strategy}: ${reply.body}`);
    const { session } = reply.json() as { session: string };
    for (const [account, keys] of [
      ['you', world.keys.alice!],
      ['friend', friend],
    ] as const) {
      const registration = { account, publicKey: '11'.repeat(32) };
      await world.send(keys, { method: 'POST', url: `/demo/sessions/${session}/accounts`, body: registration });
    }
    return session;
  };
  const victims = await open('e2ee', world.newKeys(), victim);
  for (const [i, ciphertext] of messages.entries()) {
    const body = envelope(`v${i}`, { sender: 'you', recipient: 'friend' }, { ciphertext });
    const url = `/demo/sessions/${victims}/relay/packets`;
    const { statusCode } = await world.send(world.keys.alice, { method: 'POST', url, body });
    if (statusCode !== 201) throw new Error(`The victim was not written to: ${statusCode}`);
  }
  const others: string[] = [];
  for (const strategy of strategies) others.push(await open(strategy, world.keys.curator!, world.keys.bob!));
  return { victims, open: others };
}

/** Blobs of some names and lengths that packets for the provider have. */
export const blobsOf = (rng: Rng): Record<string, Uint8Array> => {
  const names = ['hash', 'picture', 'prefix', 'bits', 'query', 'answers', 'voucher', 'derivative', 'tag', 'plaintext'];
  return Object.fromEntries(
    rng
      .shuffle(names)
      .slice(0, rng.int(4))
      .map((name) => [name, rng.bytes(rng.pick([0, 1, 2, 16, 32, 64, 100, 416]))]),
  );
};

/** One valid request to a session; ids come from few, so that repeats happen. */
export function anyHouseCall(rng: Rng, { victims, open }: Sessions): Call {
  const base = `/demo/sessions/${rng.pick([victims, ...open])}`;
  const own = `/demo/sessions/${rng.pick(open)}`;
  const [who, account, other] = rng.pick([
    ['alice', 'you', 'friend'],
    ['bob', 'friend', 'you'],
  ] as const);
  const ends = { sender: account, recipient: other, message: `m${rng.int(50)}`, sentAt: rng.int(20) };
  const packet = (endpoint: 'relay' | 'provider', types: readonly PacketType[]): Call => {
    const type = rng.pick(types);
    const about = type === 'user-report' ? { ...ends, sender: other, recipient: account } : ends;
    const body = encode({ ...packetExamples[type], ...about, type } as never, blobsOf(rng));
    return { who, plain: { method: 'POST', url: `${base}/${endpoint}/packets`, body } };
  };
  const post = (by: string, url: string, body?: unknown): Call => ({
    who: by,
    plain: { method: 'POST', url, ...(body === undefined ? {} : { body }) },
  });
  return rng.pick<() => Call>([
    () => packet('relay', ['envelope', 'device-copy', 'clear', 'ghost-copy']),
    () => packet('provider', taken.provider),
    () => packet('provider', taken.provider),
    () => ({ who, plain: { url: `${base}/mailbox?most=${1 + rng.int(20)}` } }),
    () => ({ who, plain: { url: `${base}/set-up?account=${account}` } }),
    () =>
      post(who, `${base}/mailbox/acknowledgements`, {
        packets: [{ sender: other, message: `m${rng.int(50)}`, type: 'envelope' }],
      }),
    () => post('provider', `${base}/provider/reviews`),
    () => post('court', `${own}/court/orders`, { order: `o${rng.int(9)}`, account, from: 0, to: rng.int(20) }),
    () => post(who, `${base}/accounts`, { account, publicKey: toHex(rng.bytes(32)) }),
    () => ({ who: 'curator', plain: { url: `${own}/views?since=${rng.int(50)}` } }),
    () => post('curator', `${own}/known`, { sha256: toHex(rng.bytes(32)) }),
    () => post('stranger', '/demo/sessions', { strategy: 'e2ee', provider: '1'.repeat(64), court: '2'.repeat(64) }),
    () => ({ who: 'stranger', plain: { url: '/demo/pictures/none' } }),
  ])();
}
