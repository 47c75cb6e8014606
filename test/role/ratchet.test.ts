/** Deployments whose devices have a double ratchet: the same outcomes as in a static channel, also if the relay reorders, repeats and drops, and orders that open what they opened. */
import { describe, expect, test } from 'vitest';
import { sessionHeaderBytes } from '../../src/crypto/ratchet-sessions.ts';
import { type Connect, withinProcess } from '../../src/role/connection.ts';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import { decode } from '../../src/role/wire.ts';
import type { SessionKind } from '../../src/role/world.ts';
import { strategies } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { byteKey } from '../../src/util/bytes.ts';
import { smallWorld } from '../helpers/world.ts';

const sealed = Object.values<Strategy>(strategies).filter(({ design }) => !design.clear);

async function run(strategy: Strategy, session: SessionKind, connect?: Connect, every = 1): Promise<Deployment> {
  const world = { ...smallWorld(), session };
  const deployment = await deploy(world, strategy.design, connect);
  for (const [i, message] of world.messages.entries()) {
    if (i === 12 && strategy.design.ghost) await deployment.serve({ id: 'o', account: 'ben', from: 0, to: 999 });
    await deployment.send(message);
    if ((i + 1) % every === 0) await deployment.deliver();
  }
  await deployment.deliver();
  await deployment.review();
  if (!strategy.design.ghost) await deployment.serve({ id: 'o', account: 'ben', from: 0, to: 999 });
  return deployment;
}
const outcomesOf = (deployment: Deployment) => smallWorld().messages.map(({ id }) => deployment.outcome(id));
/** What the court opened, by message. */
const openedBy = ({ views }: Deployment) =>
  views.court.entries.filter(({ type }) => type === 'opened').map(({ message }) => message);

describe('the channel makes no difference', () => {
  test.each(sealed.map((strategy) => [strategy.name, strategy] as const))(
    '%s: to outcomes, reports and court orders',
    async (_, strategy) => {
      // Noise and blinding draw from the same stream as keys, so that scans with noise differ by chance.
      const noisy = ['similarity-bucket', 'private-membership', 'threshold-psi-synthetic'].includes(strategy.name);
      const [still, turning] = [await run(strategy, 'static'), await run(strategy, 'ratchet')];
      expect(turning.rejected).toEqual([]);
      expect(outcomesOf(turning).every(({ delivered }) => delivered)).toBe(true);
      expect(openedBy(turning)).toEqual(openedBy(still));
      if (noisy) return;
      expect(outcomesOf(turning)).toEqual(outcomesOf(still));
      expect(turning.tips.map(({ incident }) => incident)).toEqual(still.tips.map(({ incident }) => incident));
    },
  );

  test('every message has its header, and no two have one key', async () => {
    const { views, secrets } = await run(strategies.e2ee, 'ratchet');
    const envelopes = views.relay.entries.filter(({ type }) => type === 'envelope');
    expect(envelopes).toHaveLength(25);
    expect([...secrets.sessions.keys()]).toEqual(['ann', 'ben', 'eve', 'dan']);
    const commitments = envelopes.map(({ bytes }) => {
      const read = decode(bytes);
      if (!read.ok) throw new Error(read.reason);
      expect(read.packet.blobs.ratchet).toHaveLength(sessionHeaderBytes);
      return byteKey(read.packet.blobs.commitment!);
    });
    expect(new Set(commitments).size).toBe(25);
  });
});

describe('a relay that does what it likes', () => {
  /** Changes the order and number of the messages of every delivery. */
  const through =
    (change: <T>(packets: T[]) => T[]): Connect =>
    async (services, network) => {
      const connection = await withinProcess(services, network);
      const { link } = connection;
      return {
        ...connection,
        link: {
          ...link,
          async *deliver() {
            const packets = [];
            for await (const packet of link.deliver()) packets.push(packet);
            yield* change(packets);
          },
        },
      };
    };

  test('reverses and repeats: everything arrives once, repeats are refused', async () => {
    const reversed = through((packets) => [...packets, ...packets].reverse());
    const deployment = await run(strategies.e2ee, 'ratchet', reversed, 6);
    expect(outcomesOf(deployment).every(({ delivered }) => delivered)).toBe(true);
    expect(deployment.rejected).toHaveLength(25);
    expect(
      deployment.rejected.every(
        (reason) => reason.includes('opened before, or its key was deleted') || reason.includes('key commitment'),
      ),
    ).toBe(true);
  });

  test('drops every third message: all others arrive', async () => {
    let count = 0;
    const lossy = through((packets) => packets.filter(() => ++count % 3 !== 0));
    const deployment = await run(strategies.e2ee, 'ratchet', lossy, 5);
    expect(deployment.rejected).toEqual([]);
    expect(outcomesOf(deployment).filter(({ delivered }) => delivered)).toHaveLength(25 - 8);
  });
});
