/** What every registered strategy must do: describe itself, deliver, and reveal what it declares, no more and no less. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../../src/role/wire.ts';
import { fits } from '../../src/schema/check.ts';
import { Tip } from '../../src/schema/tip.ts';
import { strategies, strategyByName } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { equalBytes } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';
import { type Run, runThrough } from '../helpers/deployment.ts';
import { type Options, type SmallWorld, smallWorld } from '../helpers/world.ts';

const registered: [string, Strategy][] = Object.entries(strategies);

test('strategies are looked up with help', () => {
  expect(strategyByName('client-list')).toBe(strategies['client-list']);
  expect(() => strategyByName('client-lists')).toThrow(UserError);
  expect(() => strategyByName('client-lists')).toThrow(/^Unknown strategy 'client-lists'\. Did you mean client-list/);
});

test('numbers in the strategy table are unique', () => {
  expect(new Set(registered.map(([, { id }]) => id)).size).toBe(registered.length);
});

describe.each(registered)('strategy %s', (name, strategy) => {
  let world: SmallWorld;
  let run: Run;
  beforeAll(async () => {
    world = smallWorld();
    run = await runThrough(strategy, world);
  });

  test('is registered under its own name, in a file of that name, and describes itself', () => {
    expect(strategy.name).toBe(name);
    expect(existsSync(join(import.meta.dirname, `../../src/strategy/${name}.ts`))).toBe(true);
    expect(strategy.id).toMatch(/^S\d+[a-c]?$/);
    for (const text of [strategy.summary, strategy.reference, strategy.simplified]) expect(text.trim()).not.toBe('');
  });

  test('every message is delivered, equal to what was sent, and nothing honest is turned away', () => {
    for (const { id, picture } of world.messages) {
      expect(run.deployment.outcome(id), id).toMatchObject({ delivered: true, aborted: false });
      const seen = run.deployment.views.recipient.about(id).at(-1)!;
      const read = seen.type === 'opened' ? undefined : decode(seen.bytes);
      const arrived = read ? read.ok && read.packet.blobs.picture : seen.bytes;
      expect(arrived && equalBytes(arrived, picture), id).toBe(true);
    }
    expect(run.deployment.rejected).toEqual([]);
  });

  test('every crossing is a packet that decodes to its own type and message', () => {
    for (const view of Object.values(run.deployment.views))
      for (const { bytes, type, message } of view.entries) {
        if (type === 'opened' || type === 'learnt') continue;
        const read = decode(bytes);
        expect(read.ok && [read.packet.header.type, read.packet.header.message]).toEqual([type, message]);
      }
  });

  test('no view holds anything outside the declaration, before or after the order', () => {
    for (const rows of strategy.prospective ? [run.end] : [run.before, run.end]) {
      expect(rows.length).toBeGreaterThan(8);
      for (const row of rows) expect(row.outside, `${row.role} ${row.knowledge} ${row.when}`).toBe(0);
    }
  });

  test('nothing is declared that no view holds', () => {
    for (const { role, knowledge, declared, allowed, found } of run.end) {
      if (declared === 'none' || allowed === 0) continue;
      expect(found, `${role} ${knowledge}`).toBeGreaterThan(0);
    }
  });

  test('what is declared of all or of flagged messages is found of every one of them', () => {
    for (const { role, knowledge, declared, allowed, found } of run.end)
      if (['all', 'flagged', 'ordered', 'reported'].includes(declared) && role !== 'curator' && role !== 'sender') {
        // One picture has no hash, hence no prefix and no bucket; a report of it cannot come about either.
        const odd = declared === 'all' && ['hash', 'prefix', 'bucket'].includes(knowledge) ? 1 : 0;
        expect(found, `${role} ${knowledge}`).toBe(allowed - odd);
      }
  });

  test('reports fit the schema, are marked as tests, and never hold the picture', () => {
    for (const tip of run.deployment.tips) expect(fits(Tip, tip) && tip.test).toBe(true);
    for (const { bytes, type } of run.deployment.views.curator.entries) {
      expect(type).toBe('tip');
      for (const { picture } of world.messages)
        for (let at = 0; at + 16 <= picture.length; at += 16) {
          const piece = Buffer.from(picture.subarray(at, at + 16));
          if (at % 512 > 0) continue;
          expect(Buffer.from(bytes).includes(piece)).toBe(false);
          expect(Buffer.from(bytes).includes(piece.toString('hex'))).toBe(false);
          expect(Buffer.from(bytes).includes(piece.subarray(0, 15).toString('base64'))).toBe(false);
        }
    }
  });

  test('the relay sees no plaintext, unless the strategy has no end-to-end encryption', () => {
    const types = new Set(run.deployment.views.relay.entries.map(({ type }) => type));
    types.delete('order');
    const sealed = name === 'ghost' ? ['envelope', 'ghost-copy'] : ['envelope'];
    expect([...types]).toEqual(name === 'server-scan' ? ['clear'] : sealed);
  });

  test('two deployments with one seed give byte-identical views; another seed gives others', async () => {
    const dump = async (options: Options): Promise<string> => {
      const { deployment } = await runThrough(strategy, smallWorld(options));
      return JSON.stringify(
        Object.values(deployment.views).map(({ role, entries }) => [
          role,
          entries.map(({ bytes, ...rest }) => ({ ...rest, bytes: Buffer.from(bytes).toString('base64') })),
        ]),
      );
    };
    const first = await dump({});
    expect((await dump({})) === first).toBe(true);
    expect((await dump({ seed: 2 })) === first).toBe(false);
  });

  test('sending does not change the picture, and an unknown message has no outcome', () => {
    const fresh = smallWorld().messages;
    expect(world.messages.every(({ picture }, i) => equalBytes(picture, fresh[i]!.picture))).toBe(true);
    expect(() => run.deployment.outcome('m999')).toThrow('No message m999 was sent');
  });

  test('without padding, with a prefix of 1 or of 32 bits, and with another seed the declaration holds as well', async () => {
    for (const options of [{ paddingBytes: 0 }, { prefixBits: 1 }, { prefixBits: 32 }, { seed: 7 }]) {
      const { end, deployment } = await runThrough(strategy, smallWorld(options));
      expect(end.filter(({ outside }) => outside > 0)).toEqual([]);
      expect(deployment.rejected).toEqual([]);
    }
  });
});
