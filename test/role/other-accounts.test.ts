/** What an account sends changes nothing of what becomes of another's messages, even under the same ids. */
import { describe, expect, test } from 'vitest';
import { type Connection, withinProcess } from '../../src/role/connection.ts';
import { deploy } from '../../src/role/deployment.ts';
import type { Blobs, Draft } from '../../src/role/wire.ts';
import { strategies } from '../../src/strategy/index.ts';
import { smallWorld } from '../helpers/world.ts';

/** Services that get a packet of an account `mallory` before and behind each packet to the provider: of the same type, about the same id. */
const withMallory: typeof withinProcess = async (services, network): Promise<Connection> => {
  const connection = await withinProcess(services, network);
  const { link } = connection;
  const meddle = async (draft: Draft, blobs: Blobs): Promise<void> => {
    // Of a report mallory is the recipient, of everything else the sender.
    const own = draft.type === 'user-report' ? { recipient: 'mallory' } : { sender: 'mallory' };
    const zeros = Object.fromEntries(Object.entries(blobs).map(([name, { length }]) => [name, new Uint8Array(length)]));
    for (const junk of [zeros, {}])
      await services.handle('provider', network.carry('sender', 'provider', { ...draft, ...own } as Draft, junk));
  };
  const ask: typeof link.ask = async (to, draft, blobs) => {
    if (to !== 'provider') return await link.ask(to, draft, blobs);
    await meddle(draft, blobs);
    const reply = await link.ask(to, draft, blobs);
    await meddle(draft, blobs);
    return reply;
  };
  return { ...connection, link: { ...link, ask } };
};

describe.each(Object.values(strategies))('audit H3: $name', ({ design }) => {
  test('another account under the same message ids suppresses nothing', async () => {
    const become = async (connect: typeof withinProcess) => {
      const world = smallWorld();
      const deployment = await deploy(world, design, connect);
      for (const message of world.messages) await deployment.send(message);
      await deployment.deliver();
      await deployment.review();
      const tips = deployment.tips.filter(({ reportedAccount }) => reportedAccount.id !== 'mallory');
      return {
        outcomes: world.messages.map(({ id }) => deployment.outcome(id)),
        tips: tips.map(({ reportId, reportedAccount, recipientAccount }) => [
          reportId,
          reportedAccount,
          recipientAccount,
        ]),
      };
    };
    expect(await become(withMallory)).toEqual(await become(withinProcess));
  });
});
