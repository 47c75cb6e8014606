/** A link by requests, against services that answer with what is none. */
import { describe, expect, test } from 'vitest';
import { connectionOver } from '../../src/client/http-link.ts';
import { readSetUp, setUpFrame } from '../../src/client/set-up-frame.ts';
import { signingKeys } from '../../src/client/signature.ts';
import type { Link } from '../../src/role/link.ts';
import { Network } from '../../src/role/network.ts';
import { encode } from '../../src/role/wire.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';
import { frame } from '../../src/util/framing.ts';
import { packetExamples } from '../helpers/examples.ts';

const facts = { name: 'list', algorithm: 'pdq', bits: 256, version: 1 };
const parameters = { list: { ...facts, root: 'ab' }, equality: facts };

/** A link whose requests are all answered with the same, and what was asked; ann and ben are registered. */
async function linkTo(...answers: (Uint8Array | undefined)[]) {
  const network = new Network();
  const asked: string[] = [];
  const keys = [1, 2].map((seed) => signingKeys((length) => new Uint8Array(length).fill(seed)));
  const fetched: typeof fetch = async (input, { method, headers } = {}) => {
    expect(headers).toMatchObject({ signature: expect.stringContaining('presend=') });
    asked.push(`${method} ${String(input).replace('http://127.0.0.1/deployed', '')}`);
    if (asked.at(-1)?.endsWith('/acknowledgements')) return Response.json({ acknowledged: 1 });
    const answer = answers.shift();
    return answer ? new Response(answer as Uint8Array<ArrayBuffer>) : new Response(null, { status: 204 });
  };
  const base = 'http://127.0.0.1/deployed';
  const options = { base, provider: keys[0]!, court: keys[1]!, fetch: fetched };
  const { link } = connectionOver(options, network, async () => {});
  const given = answers.splice(0);
  for (const account of ['ann', 'ben']) await link.register(account, new Uint8Array(32).fill(7));
  answers.push(...given);
  asked.length = 0;
  return { ...link, network, asked };
}

/** A page of a mailbox. */
const page = (packets: readonly Uint8Array[], more = false): Uint8Array =>
  frame({ more }, Object.fromEntries(packets.map((bytes, i) => [i, bytes])));

/** Lets ann have written to ben, so that ben's device looks. */
const written = (link: Link) => link.ask('relay', { ...packetExamples.envelope, sender: 'ann', recipient: 'ben' }, {});

test('frames give back what they were made of', () => {
  const list = { draft: packetExamples.list, blobs: { list: utf8('list') } };
  const set = { draft: packetExamples['device-setup'], blobs: { key: utf8('key') } };
  const read = readSetUp(setUpFrame({ parameters, list, set }));
  expect(read.parameters).toEqual(parameters);
  expect({ ...read.packets }).toEqual({ list: encode(list.draft, list.blobs), set: encode(set.draft, set.blobs) });
  expect({ ...readSetUp(setUpFrame({ parameters })).packets }).toEqual({});
});

describe('what is none', () => {
  test('a parameters that does not fit, or no set-up at all, stops the device', async () => {
    const odd = frame({ parameters: { ...parameters, secret: 'x' } }, {});
    await expect((await linkTo(odd)).setUp()).rejects.toThrow(UserError);
    await expect((await linkTo(new Uint8Array(9))).setUp()).rejects.toThrow(/set-up that cannot be read/);
    await expect((await linkTo(undefined)).setUp()).rejects.toThrow(/set-up that cannot be read/);
  });

  test('packets of a set-up that are of another type, or none, are left out', async () => {
    const link = await linkTo(frame({ parameters }, { list: encode(packetExamples.tip), set: utf8('noise') }));
    expect(await link.setUp('ann')).toEqual({ parameters, list: undefined, set: undefined });
    expect(link.asked).toEqual(['GET /set-up?account=ann']);
  });

  test('an answer that cannot be read is none', async () => {
    const link = await linkTo(utf8('noise'), undefined, encode(packetExamples['blinded-answer']));
    const ask = () => link.ask('provider', { ...packetExamples['blinded-query'], sender: 'ann' }, {});
    expect([await ask(), await ask()]).toEqual([undefined, undefined]);
    expect((await ask())?.header.type).toBe('blinded-answer');
    expect(link.network.views.sender.entries).toHaveLength(1);
  });

  test('mail that is none is passed over, the rest is delivered', async () => {
    const packets = [
      encode(packetExamples.envelope),
      utf8('noise'),
      encode(packetExamples.tip),
      encode(packetExamples.clear),
    ];
    const link = await linkTo(undefined, page(packets));
    await written(link);
    const types: string[] = [];
    for await (const { header } of link.deliver()) types.push(header.type);
    expect(types).toEqual(['envelope', 'clear']);
  });

  test('a full page is acknowledged and followed by the next; nobody looks to whom nothing was sent', async () => {
    const letter = encode({ ...packetExamples.envelope, recipient: 'ben' });
    const link = await linkTo(undefined, page(new Array(64).fill(letter), true), page([letter]));
    const count = async (): Promise<number> => {
      let found = 0;
      for await (const _ of link.deliver()) found++;
      return found;
    };
    expect(await count()).toBe(0);
    await written(link);
    expect([await count(), await count()]).toEqual([65, 0]);
    const once = ['GET /mailbox', 'POST /mailbox/acknowledgements'];
    expect(link.asked).toEqual(['POST /relay/packets', ...once, ...once]);
  });

  test('a page that names more and holds no message is not asked for again and again', async () => {
    const link = await linkTo(undefined, page([utf8('noise')], true));
    await written(link);
    for await (const _ of link.deliver()) throw new Error('nothing was due');
    expect(link.asked).toEqual(['POST /relay/packets', 'GET /mailbox']);
  });

  test('what is opened together is opened in the order in which it was sent, whoever it is for', async () => {
    const letter = (message: string, recipient: string, sentAt: number) =>
      encode({ ...packetExamples.envelope, message, recipient, sentAt });
    const [to, from] = [
      page([letter('second', 'ben', 2)]),
      page([letter('first', 'ann', 1), letter('third', 'ann', 3)]),
    ];
    const link = await linkTo(undefined, undefined, to, from);
    await written(link);
    await link.ask('relay', { ...packetExamples.envelope, sender: 'ben', recipient: 'ann' }, {});
    const names: string[] = [];
    for await (const { header } of link.deliver()) names.push(header.message);
    expect(names).toEqual(['first', 'second', 'third']);
  });

  test('an account that is not registered asks nothing', async () => {
    const link = await linkTo();
    const stranger = { ...packetExamples.envelope, sender: 'eve', recipient: 'ben' };
    await expect(link.ask('relay', stranger, {})).rejects.toThrow('Account eve is not registered');
    expect(link.asked).toEqual([]);
  });
});
