/** A link by requests, against services that answer with what is none. */
import { describe, expect, test } from 'vitest';
import { House } from '../../src/role/house.ts';
import { encode } from '../../src/role/wire.ts';
import { mailFrame, readMail, readSetUp, setUpFrame } from '../../src/server/http-frames.ts';
import { connectionOver } from '../../src/server/http-link.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';
import { frame } from '../../src/util/framing.ts';
import { packetExamples } from '../helpers/examples.ts';

const facts = { name: 'list', algorithm: 'pdq', bits: 256, version: 1 };
const bulletin = { list: { ...facts, root: 'ab' }, equality: facts };

/** A link whose requests are all answered with the same, and what was asked. */
function linkTo(...answers: (Uint8Array | undefined)[]) {
  const house = new House();
  const asked: string[] = [];
  const request = async (method: string, path: string): Promise<Uint8Array | undefined> => {
    asked.push(`${method} ${path}`);
    return answers.shift();
  };
  return { ...connectionOver(request, house, async () => {}).link, house, asked };
}

test('frames give back what they were made of', () => {
  const list = { draft: packetExamples.list, blobs: { list: utf8('list') } };
  const set = { draft: packetExamples['device-setup'], blobs: { key: utf8('key') } };
  const read = readSetUp(setUpFrame({ bulletin, list, set }));
  expect(read.bulletin).toEqual(bulletin);
  expect({ ...read.packets }).toEqual({ list: encode(list.draft, list.blobs), set: encode(set.draft, set.blobs) });
  expect({ ...readSetUp(setUpFrame({ bulletin })).packets }).toEqual({});
  const mail = Array.from({ length: 12 }, (_, i) => ({ ...list, blobs: { list: utf8(`${i}`) } }));
  expect(readMail(mailFrame(mail))).toEqual(mail.map(({ draft, blobs }) => encode(draft, blobs)));
});

describe('what is none', () => {
  test('a bulletin that does not fit, or no set-up at all, stops the device', async () => {
    const odd = frame({ bulletin: { ...bulletin, secret: 'x' } }, {});
    await expect(linkTo(odd).setUp()).rejects.toThrow(UserError);
    await expect(linkTo(new Uint8Array(9)).setUp()).rejects.toThrow(/set-up that cannot be read/);
    await expect(linkTo(undefined).setUp()).rejects.toThrow(/set-up that cannot be read/);
  });

  test('packets of a set-up that are of another type, or none, are left out', async () => {
    const link = linkTo(frame({ bulletin }, { list: encode(packetExamples.tip), set: utf8('noise') }));
    expect(await link.setUp('ann')).toEqual({ bulletin, list: undefined, set: undefined });
    expect(link.asked).toEqual(['GET /set-up?account=ann']);
  });

  test('an answer that cannot be read is none', async () => {
    const link = linkTo(utf8('noise'), undefined, encode(packetExamples['blinded-answer']));
    const ask = () => link.ask('provider', packetExamples['blinded-query'], {});
    expect([await ask(), await ask()]).toEqual([undefined, undefined]);
    expect((await ask())?.header.type).toBe('blinded-answer');
    expect(link.house.views.sender.sightings).toHaveLength(1);
  });

  test('mail that is none is passed over, the rest is delivered', async () => {
    const packets = [
      encode(packetExamples.envelope),
      utf8('noise'),
      encode(packetExamples.tip),
      encode(packetExamples.clear),
    ];
    const link = linkTo(frame({}, Object.fromEntries(packets.map((bytes, i) => [i, bytes]))));
    const types: string[] = [];
    for await (const { header } of link.deliver()) types.push(header.type);
    expect(types).toEqual(['envelope', 'clear']);
  });

  test('a full page is followed by the next', async () => {
    const letter = { draft: packetExamples.envelope, blobs: {} };
    const link = linkTo(mailFrame(new Array(64).fill(letter)), mailFrame([letter]));
    let count = 0;
    for await (const _ of link.deliver()) count++;
    expect([count, link.asked.length]).toEqual([65, 2]);
  });
});
