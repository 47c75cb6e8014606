/** Strategies that reveal more than they declare: the examination of views must catch them, or it examines nothing. */
import { describe, expect, test } from 'vitest';
import { type Design, deploy } from '../../src/role/deployment.ts';
import { strategies } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { runThrough } from '../helpers/deployment.ts';
import { smallWorld } from '../helpers/world.ts';

/** A strategy with the declaration of another and a design of its own. */
const mutant = (base: Strategy, design: Omit<Design, 'name'>): Strategy => ({
  ...base,
  design: { name: base.name, ...design },
});

/** Role and knowledge of every broken declaration, before the order and after it. */
const caught = async (strategy: Strategy, by = deploy): Promise<string[]> => {
  const { before, end } = await runThrough(strategy, smallWorld(), by);
  const found = [...before, ...end].filter(({ outside }) => outside > 0);
  return [...new Set(found.map(({ role, knowledge }) => `${role} ${knowledge}`))].sort();
};

test('the honest ones are not caught', async () => {
  for (const strategy of Object.values(strategies)) expect(await caught(strategy), strategy.name).toEqual([]);
});

describe('caught', () => {
  test.each<[string, Strategy, readonly string[]]>([
    [
      'plain E2EE that uploads every picture',
      mutant(strategies.e2ee, {
        async scan(sender, message) {
          await sender.flag(message, { reason: 'classifier', score: 0 });
          return { scanned: 'none' };
        },
      }),
      ['provider content', 'provider match'],
    ],
    ['plain E2EE that is none', mutant(strategies.e2ee, { clear: true }), ['provider content', 'relay content']],
    [
      'a list on the device that reports clear messages too',
      mutant(strategies['client-list'], {
        listOnDevice: true,
        async scan(sender, message) {
          const matched = await sender.match(message);
          if (matched.state !== 'refused') await sender.flag(message, { reason: 'hash', ...matched });
          return { scanned: matched.state };
        },
      }),
      ['provider content', 'provider hash'],
    ],
    [
      'a warning that also reports',
      mutant(strategies['client-warn'], {
        listOnDevice: true,
        async scan(sender, message) {
          const { state } = await sender.match(message);
          if (state === 'match') await sender.flag(message, { reason: 'hash' });
          return { scanned: state, warned: state === 'match' };
        },
      }),
      ['provider content', 'provider match'],
    ],
    [
      'a warning whose silence talks: it asks for a prefix only after a match',
      mutant(strategies['client-warn'], {
        listOnDevice: true,
        async scan(sender, message) {
          const { state } = await sender.match(message);
          if (state === 'match') await sender.matchByPrefix(message);
          return { scanned: state, warned: state === 'match' };
        },
      }),
      ['provider match', 'provider prefix'],
    ],
    [
      'a classifier that uploads hashes on the side',
      mutant(strategies['client-classifier'], {
        async scan(sender, message) {
          await sender.uploadHash(message);
          return { scanned: 'clear' };
        },
      }),
      ['provider hash'],
    ],
    [
      'hash upload that sends the picture along',
      mutant(strategies['hash-upload'], {
        async scan(sender, message) {
          await sender.flag(message, { reason: 'hash' });
          return { scanned: await sender.uploadHash(message) };
        },
      }),
      ['provider content'],
    ],
    [
      'a prefix look-up that fetches the whole list',
      mutant(strategies['prefix-lookup'], {
        listOnDevice: true,
        scan: async (sender, message) => ({ scanned: (await sender.matchByPrefix(message)).state }),
      }),
      ['sender list'],
    ],
    [
      'hash upload that probes list entries',
      mutant(strategies['hash-upload'], {
        async scan(sender, message) {
          await sender.matchByPrefix(message);
          return { scanned: await sender.uploadHash(message) };
        },
      }),
      ['provider prefix', 'sender list'],
    ],
    [
      'user reports with the keys in escrow',
      mutant(strategies['user-report'], { franking: true, escrow: 'sole' }),
      ['court content'],
    ],
  ])('%s', async (_, strategy, expected) => {
    const found = await caught(strategy);
    for (const leak of expected) expect(found).toContain(leak);
  });

  test('an escrow that opens an account nobody ordered', async () => {
    const base = strategies.escrow;
    const overreaching: typeof deploy = async (...given) => {
      const deployment = await deploy(...given);
      const serve = deployment.serve.bind(deployment);
      deployment.serve = (order) => serve({ ...order, account: 'eve' });
      return deployment;
    };
    expect(await caught(base, overreaching)).toContain('court content');
  });
});

test('known limit: the examination looks for bytes, so that a picture under a mask is not seen as one', async () => {
  const masked = mutant(strategies.e2ee, {
    async scan(sender, message) {
      const picture = message.picture.map((byte) => byte ^ 0x5a);
      await sender.flag({ ...message, picture }, { reason: 'classifier', score: 0 });
      return { scanned: 'none' };
    },
  });
  expect(await caught(masked)).not.toContain('provider content');
});
