/** Packets as bytes: every type there and back, and strangers’ bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blob, type Draft, decode, encode } from '../../src/role/wire.ts';
import { concatBytes, u32, utf8 } from '../../src/util/bytes.ts';
import { frame } from '../../src/util/framing.ts';
import { packetExamples } from '../helpers/examples.ts';

const drafts: [string, Draft][] = Object.entries(packetExamples);
const text = fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }));
const blobs = fc.dictionary(text, fc.uint8Array({ maxLength: 50 }), { maxKeys: 4 });

/** A header of the type with other strings and counts. */
const varied = (draft: Draft): fc.Arbitrary<Draft> => {
  const fixed = new Set(['type', 'reason', draft.message === '' ? 'message' : '']);
  const members = Object.entries(draft).map(([key, value]) => {
    if (fixed.has(key)) return [key, fc.constant(value)] as const;
    if (key === 'bits') return [key, fc.integer({ min: 1, max: 2 ** 31 })] as const;
    if (key === 'score')
      return [key, fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0)] as const;
    if (typeof value === 'number') return [key, fc.maxSafeNat()] as const;
    return [key, Array.isArray(value) ? fc.array(text) : text] as const;
  });
  return fc.record(Object.fromEntries(members)) as unknown as fc.Arbitrary<Draft>;
};

describe.each(drafts)('%s', (type, draft) => {
  test('round trip', () =>
    fc.assert(
      fc.property(varied(draft), blobs, (header, parts) => {
        const read = decode(encode(header, parts));
        if (!read.ok) throw new Error(read.reason);
        const { blobs: lengths, ...rest } = read.packet.header;
        expect(rest).toEqual(header);
        expect(rest.type).toBe(type);
        expect(lengths).toEqual(Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, part.length])));
        for (const [key, part] of Object.entries(parts)) expect(blob(read.packet, key)).toEqual(part);
      }),
      { seed: 1, numRuns: 50 },
    ));

  test('a truncated packet is refused at every length', () => {
    const bytes = encode(draft, { picture: utf8('xyz') });
    for (let length = 0; length < bytes.length; length++) expect(decode(bytes.subarray(0, length)).ok).toBe(false);
    expect(decode(concatBytes(bytes, new Uint8Array(1))).ok).toBe(false);
  });
});

test('a blob that is not there is empty', () => {
  const read = decode(encode(packetExamples.envelope, {}));
  if (!read.ok) throw new Error(read.reason);
  for (const name of ['ciphertext', '__proto__', 'constructor', 'toString'])
    expect(blob(read.packet, name), name).toEqual(new Uint8Array(0));
});

describe('strangers’ bytes', () => {
  const whole = drafts.map(([, draft]) => encode(draft, { picture: utf8('some bytes'), tag: new Uint8Array(32) }));
  const edit = fc.tuple(fc.constantFrom('set', 'flip', 'insert', 'delete', 'double'), fc.nat(), fc.nat(255));

  test('2,000 mutations of whole packets: decoded or refused, never a throw', () => {
    let decoded = 0;
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.array(edit, { minLength: 1, maxLength: 3 }), (bytes, edits) => {
        const out = [...bytes];
        for (const [kind, place, value] of edits) {
          const at = place % out.length;
          if (kind === 'set') out[at] = value;
          else if (kind === 'flip') out[at]! ^= 1 << (value & 7);
          else if (kind === 'insert') out.splice(at, 0, value);
          else if (kind === 'delete') out.splice(at, 1);
          else out.splice(at, 0, ...out.slice(at, at + (value & 15)));
        }
        const read = decode(Uint8Array.from(out));
        if (read.ok) decoded++;
        else expect(read.reason).not.toBe('');
      }),
      { seed: 1, numRuns: 2000 },
    );
    // Both happen, or the test tests nothing.
    expect(decoded).toBeGreaterThan(50);
    expect(decoded).toBeLessThan(1950);
  });

  const hostile = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(null, -1, 0.5, 2 ** 53, '', [], {}, { length: 3 }, { __proto__: null }, 'x'.repeat(1000)),
  );

  test('headers with a member exchanged for any JSON value', () =>
    fc.assert(
      fc.property(fc.constantFrom(...drafts.map(([, draft]) => draft)), fc.nat(), hostile, (draft, which, value) => {
        const key = Object.keys(draft)[which % Object.keys(draft).length]!;
        const read = decode(frame({ ...draft, [key]: value }, {}));
        if (!read.ok) expect(read.reason).toBe('the header fits no packet type');
        else expect(read.packet.header).toHaveProperty(key);
      }),
      { seed: 2, numRuns: 1000 },
    ));

  test.each([
    [
      'a number beyond all',
      '{"type":"envelope","message":"m","strategy":"s","sender":"a","recipient":"b","sequence":1e999,"sentAt":0,"blobs":{}}',
    ],
    ['a prototype', '{"__proto__":{"type":"tip","message":"m"},"blobs":{}}'],
    ['nesting without end', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['a nested blob', '{"type":"tip","message":"m","blobs":{"tip":{"tip":1}}}'],
    ['an array of blobs', '{"type":"tip","message":"m","blobs":[]}'],
    ['a key twice, the second of another type', '{"type":"tip","type":"order","message":"m","blobs":{}}'],
  ])('%s is refused', (_, json) => {
    const head = utf8(json);
    expect(decode(concatBytes(u32(head.length), head)).ok).toBe(false);
  });
});

test('a packet that is passed on as it came is not copied; with another header or other blobs it has bytes of its own', () => {
  const [type, draft] = drafts.find(([name]) => name === 'envelope')!;
  const parts = { ciphertext: new Uint8Array(50).fill(7), commitment: new Uint8Array(32).fill(1) };
  const bytes = encode(draft, parts);
  const came = decode(bytes);
  if (!came.ok) throw new Error(came.reason);
  const { blobs: _, ...same } = came.packet.header;
  expect(type).toBe(same.type);
  expect(encode(same as Draft, came.packet.blobs)).toBe(bytes);
  const other = { ...same, message: 'another' } as Draft;
  expect(encode(other, came.packet.blobs)).toEqual(encode(other, parts));
  const more = { ...came.packet.blobs, stamp: new Uint8Array(32) };
  expect(encode(same as Draft, more)).toEqual(encode(same as Draft, { ...parts, stamp: new Uint8Array(32) }));
  // The same beginning is not the same packet.
  const longer = { ...came.packet.blobs, commitment: new Uint8Array(32).fill(2) };
  expect(encode(same as Draft, longer)).toEqual(encode(same as Draft, { ...parts, commitment: longer.commitment }));
});
