/** The client over a socket: every role does its part, as it would from another process. */
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Refusal, ServiceClient } from '../../src/client/service-client.ts';
import { binary } from '../../src/match/format/binary.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { type ServiceWorld, serviceWorld } from '../server/service-world.ts';
import { tip } from '../server/tip.ts';

let world: ServiceWorld;
let base: string;
beforeAll(async () => {
  world = await serviceWorld();
  await world.app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`;
});
afterAll(() => world.close());

const client = (who: string): ServiceClient =>
  new ServiceClient({ base, keys: world.keys[who], now: () => world.clock });
const ends = { strategy: 't', sender: 'alice', recipient: 'bob', sequence: 0, sentAt: 3 } as const;

test('a message goes from account to account', async () => {
  const blobs = { ciphertext: utf8('sealed'), escrow: new Uint8Array(80) };
  expect(await client('alice').postMessage({ type: 'envelope', message: 'm', ...ends }, blobs)).toBe('stored');
  const { packets, more } = await client('bob').mailbox();
  expect(packets.map(({ header }) => header.message)).toEqual(['m']);
  expect(new Uint8Array(packets[0]!.blobs.ciphertext!)).toEqual(blobs.ciphertext);
  expect(more).toBe(false);
  expect(await client('bob').acknowledgeMail([{ sender: 'alice', message: 'm', type: 'envelope' }])).toBe(1);
});

test('a voucher goes from a device to the provider, and a report from there to the curator', async () => {
  const draft = { type: 'voucher', message: 'v', ...ends } as const;
  expect(await client('alice').postVoucher(draft, { voucher: utf8('x') })).toBe('stored');
  const { packets } = await client('provider').vouchers();
  expect(packets.map(({ header }) => header.type)).toEqual(['voucher']);
  expect(await client('provider').acknowledgeVouchers([{ sender: 'alice', message: 'v', type: 'voucher' }])).toBe(1);
  const number = await client('provider').report(tip('r/1'));
  expect(await client('curator').reports()).toEqual([{ number, received: world.clock, tip: tip('r/1') }]);
  expect(await client('curator').reports(number)).toEqual([]);
});

test('a list is published once', async () => {
  const facts = { name: 'demo', algorithm: 'pdq', bits: 256, version: 1 };
  const list = hashList(facts, [{ id: 'entry', hash: new Uint8Array(32) }]);
  const { version, root } = list;
  const draft = { type: 'list', message: '', version, root } as const;
  for (let i = 0; i < 2; i++) expect(await client('curator').publish(draft, { list: binary.write(list) })).toBe(0);
});

test('an order opens what it names', async () => {
  const order = { order: 'o/1', account: 'alice', from: world.clock, to: world.clock };
  expect(await client('court').serve(order)).toEqual({ state: 'new' });
  const { packets } = await client('court').ordered('o/1');
  expect(packets.map(({ header }) => header)).toMatchObject([{ type: 'returned', order: 'o/1', message: 'm' }]);
  expect((await client('court').ordered('o/1', 1)).packets).toEqual([]);
});

test('a refusal has its status and sentence', async () => {
  const refused = client('alice').vouchers();
  await expect(refused).rejects.toThrow(Refusal);
  await expect(client('alice').vouchers()).rejects.toMatchObject({
    status: 403,
    message: 'This is not for the account',
  });
  await expect(new ServiceClient({ base }).mailbox()).rejects.toMatchObject({ status: 401 });
});
