/** What a role knew is read out of bytes: found where it is, however it came, and not found where it is not. */
import { describe, expect, test } from 'vitest';
import { type Examination, examineViews, type Sent, ViewReader } from '../../../src/harness/scenario/view-reader.ts';
import { type HashList, hashList } from '../../../src/match/hash-list.ts';
import type { Deployment, MessageOutcome } from '../../../src/role/deployment.ts';
import { partMatcher } from '../../../src/role/hash-part.ts';
import { Network } from '../../../src/role/network.ts';
import { prefixOf } from '../../../src/role/prefix.ts';
import type { ViewRow } from '../../../src/schema/observation.ts';
import type { Strategy } from '../../../src/strategy/strategy.ts';
import { concatBytes, utf8 } from '../../../src/util/bytes.ts';
import { toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { smallWorld } from '../../helpers/world.ts';
import { subject } from './rows.ts';

const rng = seededRng(1, 'view reader');
const picture = rng.bytes(5000);
const hash = rng.bytes(32);
const hex = toHex(hash);
const matcher = partMatcher(smallWorld());
const about = (message: string) => ({ message, strategy: 'test', sender: 'a', recipient: 'b', sequence: 0, sentAt: 0 });

/** A network through which packets went. */
function houseOf(carry: (network: Network) => void): { network: Network; reader: ViewReader } {
  const network = new Network();
  carry(network);
  return { network, reader: new ViewReader(network.views) };
}

const envelope = (network: Network, message: string, ciphertext: Uint8Array): void =>
  void network.carry('sender', 'relay', { type: 'envelope', ...about(message) }, { ciphertext });

describe('content', () => {
  const holds = (bytes: Uint8Array): boolean =>
    houseOf((network) => envelope(network, 'm', bytes)).reader.holdsContent(['relay'], 'm', picture);

  test.each<[string, Uint8Array]>([
    ['as it is', picture],
    ['behind other bytes', concatBytes(rng.bytes(17), picture)],
    ['between other bytes', concatBytes(rng.bytes(3), picture, rng.bytes(999))],
    ['in part, its middle included', picture.subarray(1500, 3500)],
  ])('is found %s', (_, bytes) => expect(holds(bytes)).toBe(true));

  test('is found inside a packet inside a packet', () => {
    const { network } = houseOf((each) => envelope(each, 'm', picture));
    expect(holds(network.views.relay.entries[0]!.bytes)).toBe(true);
  });

  test('is found where the file is shorter than what is searched for', () => {
    const short = rng.bytes(9);
    const { reader } = houseOf((network) => envelope(network, 'm', concatBytes(rng.bytes(5), short)));
    expect(reader.holdsContent(['relay'], 'm', short)).toBe(true);
    expect(reader.holdsContent(['relay'], 'm', rng.bytes(9))).toBe(false);
  });

  test.each<[string, Uint8Array]>([
    ['where it is not', rng.bytes(9000)],
    ['in a picture that is another', Uint8Array.from(picture, (each) => each ^ 1)],
    ['in nothing', new Uint8Array(0)],
  ])('is not found %s', (_, bytes) => expect(holds(bytes)).toBe(false));

  test('is not found in another role’s view, nor in packets about another message', () => {
    const { reader } = houseOf((network) => envelope(network, 'm', picture));
    expect(reader.holdsContent(['provider', 'curator', 'court'], 'm', picture)).toBe(false);
    expect(reader.holdsContent(['relay'], 'n', picture)).toBe(false);
  });

  test('opened with a key is found too', () => {
    const { reader } = houseOf((network) => network.opened('court', 'm', picture));
    expect(reader.holdsContent(['court'], 'm', picture)).toBe(true);
  });
});

describe('hash', () => {
  const carried = (bytes: Uint8Array) => houseOf((network) => envelope(network, 'm', bytes)).reader;

  test('is found raw, and as hex text', () => {
    expect(carried(concatBytes(rng.bytes(7), hash)).holdsHash(['relay'], 'm', hex)).toBe(true);
    expect(carried(utf8(`{"hex":"${hex}"}`)).holdsHash(['relay'], 'm', hex)).toBe(true);
  });

  test('is not found in part, nor with one bit changed', () => {
    expect(carried(hash.subarray(0, 31)).holdsHash(['relay'], 'm', hex)).toBe(false);
    const near = hash.slice();
    near[31]! ^= 1;
    expect(carried(concatBytes(near, utf8(toHex(near)))).holdsHash(['relay'], 'm', hex)).toBe(false);
  });
});

describe('prefix', () => {
  const queried = (bits: number, prefix: Uint8Array) =>
    houseOf((network) => network.carry('sender', 'provider', { type: 'prefix-query', ...about('m'), bits }, { prefix }))
      .reader;

  test.each([1, 7, 8, 9, 20, 32])('of %i bits is found in a look-up', (bits) => {
    expect(queried(bits, prefixOf(hash, bits)).hashParts(['provider'], 'm', hex, matcher).has('prefix')).toBe(true);
    const wrong = prefixOf(hash, bits);
    wrong[0]! ^= 0x80;
    expect(queried(bits, wrong).hashParts(['provider'], 'm', hex, matcher).has('prefix')).toBe(false);
  });

  test('is no hash, and is not found in packets of other kinds', () => {
    expect(queried(32, prefixOf(hash, 32)).holdsHash(['provider'], 'm', hex)).toBe(false);
    const { reader } = houseOf((network) => envelope(network, 'm', prefixOf(hash, 8)));
    expect(reader.hashParts(['relay'], 'm', hex, matcher).has('prefix')).toBe(false);
  });
});

describe('bytes', () => {
  test('what left the sender and what came to it, packet by packet', () => {
    const { network, reader } = houseOf((each) => {
      envelope(each, 'm', picture);
      each.carry('sender', 'provider', { type: 'prefix-query', ...about('m'), bits: 8 }, { prefix: prefixOf(hash, 8) });
      each.carry('provider', 'sender', { type: 'prefix-answer', message: 'm', ids: ['x'] }, { hashes: hash });
      each.carry('relay', 'provider', { type: 'clear', ...about('m') }, { picture });
      envelope(each, 'n', picture);
    });
    const [sealed] = network.views.relay.about('m');
    const [query] = network.views.provider.about('m');
    const [answer] = network.views.sender.about('m');
    expect(reader.bytesFromSender('m')).toBe(sealed!.bytes.length + query!.bytes.length);
    expect(reader.bytesToSender('m')).toBe(answer!.bytes.length);
    expect(reader.bytesToSender('n')).toBe(0);
  });

  test('entries of several roles come in order of time', () => {
    const { reader } = houseOf((network) => {
      network.carry(
        'sender',
        'provider',
        { type: 'prefix-query', ...about('m'), bits: 8 },
        { prefix: prefixOf(hash, 8) },
      );
      envelope(network, 'm', picture);
      network.carry('sender', 'provider', { type: 'flag', ...about('m'), reason: 'hash' }, { picture });
    });
    expect(reader.about(['provider', 'relay'], 'm').map(({ type }) => type)).toEqual([
      'prefix-query',
      'envelope',
      'flag',
    ]);
  });
});

/** Messages m0 … with files and hashes of their own; the first `matches` of them match. */
const messages = (count: number): Sent[] =>
  Array.from({ length: count }, (_, i) => ({
    planned: {
      id: `m${i}`,
      picture: i,
      key: 'none',
      purpose: 'scored',
      sender: 'a',
      recipient: 'b',
      sequence: i,
      sentAt: i,
    },
    picture: subject('innocent', 'evaluation', i) as never,
    bytes: rng.bytes(800),
    hex: toHex(rng.bytes(32)),
    equalityHex: undefined,
  }));

interface Case {
  readonly sent: readonly Sent[];
  readonly matched?: readonly string[];
  readonly declares?: Strategy['declares'];
  readonly listDisclosure?: Strategy['listDisclosure'];
  readonly list?: HashList;
  readonly reported?: readonly string[];
  readonly ordered?: readonly string[];
}

const emptyList = hashList({ name: 'list', algorithm: 'pdq', bits: 256 }, []);

function examined(carry: (network: Network) => void, given: Case): ViewRow[] {
  const { network } = houseOf(carry);
  const matched = new Set(given.matched);
  const outcome = (id: string): MessageOutcome => ({
    scanned: matched.has(id) ? 'match' : 'clear',
    delivered: true,
    aborted: false,
  });
  return examineViews({
    cell: 'cell',
    strategy: {
      name: 'test',
      declares: given.declares ?? {},
      listDisclosure: given.listDisclosure ?? 'none',
    } as Strategy,
    world: { ...smallWorld(), list: given.list ?? emptyList, prefixBits: 8 },
    deployment: { views: network.views, outcome } as unknown as Deployment,
    sent: given.sent,
    reported: new Set(given.reported),
    ordered: new Set(given.ordered),
    when: 'end',
  } satisfies Examination);
}

const rowOf = (rows: readonly ViewRow[], role: string, knowledge: string): ViewRow | undefined =>
  rows.find((row) => row.role === role && row.knowledge === knowledge);
const short = (row: ViewRow | undefined): number[] | undefined => row && [row.allowed, row.found, row.outside];

describe('declared against found', () => {
  const sent = messages(6);
  const sealed = (network: Network): void => {
    for (const { planned } of sent) envelope(network, planned.id, rng.bytes(1000));
  };

  test('sealed messages that look alike tell nothing', () => {
    const rows = examined(sealed, { sent, matched: ['m0', 'm1'] });
    expect(rows.every(({ found, outside }) => found === 0 && outside === 0)).toBe(true);
    expect(rows.filter(({ role }) => role === 'provider').map(({ knowledge }) => knowledge)).toEqual([
      'content',
      'hash',
      'prefix',
      'bucket',
      'match',
    ]);
  });

  test('what is found beyond the declaration is counted outside', () => {
    const leak = (network: Network): void => {
      sealed(network);
      for (const { planned, bytes } of sent.slice(0, 3))
        network.carry('sender', 'provider', { type: 'flag', ...about(planned.id), reason: 'hash' }, { picture: bytes });
    };
    const content = (extent: 'none' | 'flagged' | 'all'): number[] | undefined =>
      short(
        rowOf(
          examined(leak, { sent, matched: ['m0', 'm1'], declares: { provider: { content: extent } } }),
          'provider',
          'content',
        ),
      );
    expect(content('none')).toEqual([0, 3, 3]);
    expect(content('flagged')).toEqual([2, 3, 1]);
    expect(content('all')).toEqual([6, 3, 0]);
  });

  test('reported and ordered messages are allowed one by one', () => {
    const opened = (network: Network): void => {
      sealed(network);
      for (const { planned, bytes } of sent.slice(0, 2)) network.opened('court', planned.id, bytes);
    };
    const of = (given: Partial<Case>) => short(rowOf(examined(opened, { sent, ...given }), 'court', 'content'));
    expect(of({ declares: { court: { content: 'ordered' } }, ordered: ['m0', 'm1', 'm5'] })).toEqual([3, 2, 0]);
    expect(of({ declares: { court: { content: 'ordered' } }, ordered: ['m1'] })).toEqual([1, 2, 1]);
    expect(of({ declares: { court: { content: 'reported' } }, reported: ['m0'] })).toEqual([1, 2, 1]);
    expect(of({})).toEqual([0, 2, 2]);
  });

  test('the provider knows what the relay saw; the relay does not know what the provider saw', () => {
    const both = (network: Network): void => {
      network.carry('sender', 'relay', { type: 'clear', ...about('m0') }, { picture: sent[0]!.bytes });
      network.carry(
        'sender',
        'provider',
        { type: 'flag', ...about('m1'), reason: 'hash' },
        { picture: sent[1]!.bytes },
      );
    };
    const rows = examined(both, { sent });
    expect(rowOf(rows, 'provider', 'content')!.found).toBe(2);
    expect(rowOf(rows, 'relay', 'content')!.found).toBe(1);
  });

  test('whoever has the picture or the hash can match it', () => {
    const uploads = (network: Network): void => {
      sealed(network);
      const upload = { type: 'hash-upload', ...about('m2'), algorithm: 'pdq' } as const;
      network.carry('sender', 'provider', upload, { hash: Uint8Array.from(Buffer.from(sent[2]!.hex!, 'hex')) });
    };
    const rows = examined(uploads, { sent, declares: { provider: { hash: 'all' } } });
    expect(short(rowOf(rows, 'provider', 'hash'))).toEqual([6, 1, 0]);
    expect(short(rowOf(rows, 'provider', 'match'))).toEqual([0, 1, 1]);
  });

  describe('match, by comparing packets', () => {
    /** Those of the matching messages that send an extra packet. */
    const extra =
      (ids: readonly string[]) =>
      (network: Network): void => {
        sealed(network);
        for (const id of ids)
          network.carry(
            'sender',
            'provider',
            { type: 'prefix-query', ...about(id), bits: 8 },
            { prefix: Uint8Array.of(0) },
          );
      };
    const found = (ids: readonly string[], matched: readonly string[]): number =>
      rowOf(examined(extra(ids), { sent, matched }), 'provider', 'match')!.found;

    test('all that look alike came out alike, and others otherwise: known of every message', () => {
      expect(found(['m0', 'm1'], ['m0', 'm1'])).toBe(6);
    });

    test('half of those that look alike matched: known of the others only', () => {
      expect(found(['m0', 'm1'], ['m0'])).toBe(4);
      expect(found(['m0', 'm1'], ['m0', 'm1', 'm2'])).toBe(2);
    });

    test('packets that differ by something else tell nothing when all came out alike', () => {
      expect(found(['m0', 'm1'], [])).toBe(0);
      expect(
        found(
          ['m0', 'm1'],
          sent.map(({ planned }) => planned.id),
        ),
      ).toBe(0);
    });

    test('the relay, which sees the same for all, knows nothing', () => {
      const rows = examined(extra(['m0', 'm1']), { sent, matched: ['m0', 'm1'] });
      expect(rowOf(rows, 'relay', 'match')!.found).toBe(0);
    });
  });

  test('a report says that its message matched, even to a role that sees nothing else', () => {
    const tipped = (network: Network): void => {
      sealed(network);
      network.carry('provider', 'curator', { type: 'tip', message: 'm0' }, { tip: utf8('{}') });
    };
    expect(short(rowOf(examined(tipped, { sent, matched: ['m0'] }), 'curator', 'match'))).toEqual([0, 1, 1]);
    const declared = examined(tipped, { sent, matched: ['m0'], declares: { curator: { match: 'flagged' } } });
    expect(short(rowOf(declared, 'curator', 'match'))).toEqual([1, 1, 0]);
  });

  test('a message without a hash has none that could be found', () => {
    const [first] = sent;
    const rows = examined(sealed, { sent: [{ ...first!, hex: undefined }] });
    expect(rowOf(rows, 'provider', 'hash')!.found).toBe(0);
  });
});

describe('list on the device', () => {
  const sent = messages(3);
  const entries = Array.from({ length: 10 }, (_, i) => ({
    id: `e${i}`,
    hash: Uint8Array.from({ length: 32 }, () => i),
  }));
  // One entry has the prefix of a message that is sent.
  entries[9]!.hash.set(Buffer.from(sent[0]!.hex!, 'hex').subarray(0, 1));
  const list = hashList({ name: 'list', algorithm: 'pdq', bits: 256 }, entries);
  const answered =
    (ids: readonly number[]) =>
    (network: Network): void => {
      const hashes = concatBytes(...ids.map((i) => entries[i]!.hash));
      // What was asked for is read from the query.
      const prefix = Uint8Array.from(Buffer.from(sent[0]!.hex!, 'hex').subarray(0, 1));
      network.carry('sender', 'provider', { type: 'prefix-query', ...about('m0'), bits: 8 }, { prefix });
      network.carry('provider', 'sender', { type: 'prefix-answer', message: 'm0', ids: ids.map(String) }, { hashes });
    };
  const of = (ids: readonly number[], listDisclosure: Strategy['listDisclosure']) =>
    short(rowOf(examined(answered(ids), { sent, list, listDisclosure }), 'sender', 'list'));

  test('entries that reached it are counted, against what the design lets it have', () => {
    expect(of([], 'none')).toEqual([0, 0, 0]);
    expect(of([1, 2], 'none')).toEqual([0, 2, 2]);
    expect(of([0, 1, 2], 'all')).toEqual([10, 3, 0]);
    expect(of([9], 'queried')).toEqual([1, 1, 0]);
    expect(of([9, 1, 2], 'queried')).toEqual([1, 3, 2]);
  });
});
