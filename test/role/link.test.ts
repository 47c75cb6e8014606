/** What devices make of a link that answers with something else than is due, and services of packets that are not for them. */
import { describe, expect, test } from 'vitest';
import { openApp } from '../../src/role/app.ts';
import { withinProcess } from '../../src/role/connection.ts';
import type { Design } from '../../src/role/design.ts';
import { escrowSeal } from '../../src/role/escrow-agent.ts';
import { type Arrived, askProvider, type Link } from '../../src/role/link.ts';
import { Network } from '../../src/role/network.ts';
import { clientFilter } from '../../src/role/protocol/client-filter.ts';
import { oprfLookup } from '../../src/role/protocol/oprf-lookup.ts';
import { privateMembership } from '../../src/role/protocol/private-membership.ts';
import { psi } from '../../src/role/protocol/psi.ts';
import { similarityBucket } from '../../src/role/protocol/similarity-bucket.ts';
import { thresholdPsi } from '../../src/role/protocol/threshold-psi.ts';
import { Services } from '../../src/role/services.ts';
import { type Draft, decode, encode, type Packet } from '../../src/role/wire.ts';
import { UserError } from '../../src/util/errors.ts';
import { packetExamples } from '../helpers/examples.ts';
import { type PlainWorld, plainWorld } from '../helpers/plain-world.ts';

const packetOf = (draft: Draft): Packet => {
  const read = decode(encode(draft));
  if (!read.ok) throw new Error(read.reason);
  return read.packet;
};

/** A link whose provider answers everything with one packet, or with nothing. */
const answering = (answer: Packet | undefined): Link => ({ ask: async () => answer }) as unknown as Link;

describe('an answer', () => {
  const query = packetExamples['blinded-query'];

  test('of the type that is due, about the message, is taken', async () => {
    const answer = packetOf(packetExamples['blinded-answer']);
    expect(await askProvider(answering(answer), query, {}, 'blinded-answer')).toBe(answer);
  });

  test.each<[string, Packet | undefined]>([
    ['none', undefined],
    ['another type', packetOf(packetExamples['bucket-answer'])],
    ['another message', packetOf({ ...packetExamples['blinded-answer'], message: 'm2' })],
  ])('%s is no answer', async (_, answer) => {
    expect(await askProvider(answering(answer), query, {}, 'blinded-answer')).toBeUndefined();
  });
});

const protocols: [string, Design['protocol'] & object][] = [
  ['client-filter', clientFilter],
  ['oprf-lookup', oprfLookup],
  ['psi', psi],
  ['similarity-bucket', similarityBucket()],
  ['private-membership', privateMembership],
  ['threshold-psi', thresholdPsi(false)],
];

/** A device's app in a world whose provider answers nothing from the set-up on. */
async function silentApp(world: PlainWorld, name: string, protocol: Design['protocol'] & object, setUp: boolean) {
  const network = new Network();
  const design = { name, protocol };
  const { link } = await withinProcess(new Services(network, world, design), network);
  const { parameters, set } = await link.setUp();
  const rejected: string[] = [];
  const reject = (reason: string): void => void rejected.push(reason);
  const arrived: Arrived = setUp ? { parameters, set } : { parameters };
  const app = openApp({ link: answering(undefined), world, design, warnOnly: false, reject }, arrived);
  return { app, rejected };
}

describe.each(protocols)('%s', (name, protocol) => {
  test('without a set-up, or without answers, a device finds nothing, and goes on', async () => {
    for (const setUp of [false, true]) {
      const world = plainWorld({ listed: 2 });
      const { app } = await silentApp(world, name, protocol, setUp);
      const { scanned } = await app.side!.scan(world.message('ann', world.listed[0]!));
      // A filter on the device needs no answer.
      const expected =
        name === 'client-filter' && setUp ? 'match' : setUp || name === 'similarity-bucket' ? 'clear' : 'refused';
      expect([setUp, scanned]).toEqual([setUp, expected]);
    }
  });
});

test('services take nothing that is not for their endpoint, and note it', async () => {
  const world = plainWorld();
  const services = new Services(new Network(), world, { name: 'e2ee' });
  for (const [endpoint, type] of [
    ['relay', 'flag'],
    ['provider', 'envelope'],
    ['provider', 'tip'],
    ['relay', 'order'],
  ] as const)
    expect(await services.handle(endpoint, packetOf(packetExamples[type]))).toBeUndefined();
  expect(services.rejected).toEqual([
    'm1: the relay takes no flag from devices',
    'm1: the provider takes no envelope from devices',
    'm1: the provider takes no tip from devices',
    ': the relay takes no order from devices',
  ]);
  expect(await services.deliver()).toEqual([]);
});

test.each([
  ['no hex', 'xyz'],
  ['no point', 'ff'.repeat(32)],
  ['the identity', '00'.repeat(32)],
])('an escrow key that is %s is refused before anything is sealed to it', (_, publicKey) => {
  expect(() => escrowSeal({ kind: 'split', publicKey })).toThrow(UserError);
});
