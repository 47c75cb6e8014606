/** Bytes, hex and frames: round trips, and strangers' bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, equalBytes, fromUtf8, readU32, u32, utf8 } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';
import { frame, unframe } from '../../src/util/framing.ts';
import { fromHex, toHex } from '../../src/util/hex.ts';

const runs = { seed: 1, numRuns: 300 };
const bytes = fc.uint8Array({ maxLength: 64 });

describe('bytes', () => {
  test('UTF-8 round trip', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fromUtf8(utf8(text))).toBe(text);
      }),
      runs,
    ));

  test('UTF-8 that is none throws a TypeError; a byte order mark at the start is dropped', () => {
    expect(() => fromUtf8(new Uint8Array([0xff, 0xfe]))).toThrow(TypeError);
    expect(fromUtf8(utf8('\ufefftext'))).toBe('text');
  });

  test('u32 is big-endian, and is read at an offset of a view', () => {
    expect(u32(0x01020304)).toEqual(new Uint8Array([1, 2, 3, 4]));
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(9), (value, offset) => {
        const whole = concatBytes(new Uint8Array(3), new Uint8Array(offset), u32(value));
        expect(readU32(whole.subarray(3), offset)).toBe(value);
      }),
      runs,
    );
  });

  test('concatBytes and equalBytes against Buffer', () =>
    fc.assert(
      fc.property(fc.array(bytes), bytes, bytes, (parts, a, b) => {
        expect(Buffer.from(concatBytes(...parts)).equals(Buffer.concat(parts))).toBe(true);
        expect(equalBytes(a, b)).toBe(Buffer.from(a).equals(b));
        expect(equalBytes(a, a.slice())).toBe(true);
      }),
      runs,
    ));
});

describe('hex', () => {
  test('round trip against Buffer, either case', () =>
    fc.assert(
      fc.property(bytes, (data) => {
        expect(toHex(data)).toBe(Buffer.from(data).toString('hex'));
        expect(fromHex(toHex(data))).toEqual(data);
        expect(fromHex(toHex(data).toUpperCase())).toEqual(data);
      }),
      runs,
    ));

  test.each(['a', 'abc', 'xx', '0x12', ' 12', '12\n', '1 2', '١٢'])('%j is refused with its name', (text) => {
    expect(() => fromHex(text, 'list entry')).toThrow(UserError);
    expect(() => fromHex(text, 'list entry')).toThrow(
      `Expected an even number of hexadecimal digits for list entry but received '${text}' of type string`,
    );
  });
});

describe('frame', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', '0', 'blobs', ''));
  const blobs = fc.array(fc.tuple(name, bytes), { maxLength: 5 }).map((entries) => Object.fromEntries(entries));

  test('round trip: header and blobs, whatever they are called', () =>
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), blobs, (header, parts) => {
        const read = unframe(frame(header, parts));
        if (!read.ok) throw new Error(read.reason);
        expect(Object.keys(read.blobs)).toEqual(Object.keys(parts));
        for (const key of Object.keys(parts)) expect(read.blobs[key]).toEqual(parts[key]);
        const lengths = Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, part.length]));
        expect(read.header).toEqual(JSON.parse(JSON.stringify({ ...header, blobs: lengths })));
      }),
      runs,
    ));

  test('a blob called __proto__ does not become a prototype', () => {
    const read = unframe(frame({}, Object.fromEntries([['__proto__', utf8('x')]])));
    if (!read.ok) throw new Error(read.reason);
    expect(Object.entries(read.blobs)).toEqual([['__proto__', utf8('x')]]);
    for (const inherited of ['buffer', 'length', 'toString']) expect(read.blobs[inherited]).toBeUndefined();
  });

  test.each([
    ['nothing', new Uint8Array(0), 'a packet is at least 4 bytes long'],
    ['three bytes', new Uint8Array(3), 'a packet is at least 4 bytes long'],
    ['a header longer than the packet', u32(0xffffffff), 'the packet ends inside its header'],
    ['no JSON', concatBytes(u32(1), utf8('{')), 'the header is not valid JSON'],
    ['no UTF-8', concatBytes(u32(1), new Uint8Array([0xff])), 'the header is not valid JSON'],
    ['null', concatBytes(u32(4), utf8('null')), 'the header lists no blobs'],
    ['a number', concatBytes(u32(1), utf8('1')), 'the header lists no blobs'],
    ['no blobs', concatBytes(u32(2), utf8('{}')), 'the header lists no blobs'],
    ['a short blob', concatBytes(u32(17), utf8('{"blobs":{"a":2}}'), utf8('x')), 'the packet ends inside its a'],
    ['a negative length', concatBytes(u32(18), utf8('{"blobs":{"a":-1}}')), 'the packet ends inside its a'],
    ['bytes behind', concatBytes(u32(12), utf8('{"blobs":{}}'), utf8('x')), 'bytes are left over behind the packet'],
  ])('%s: refused with a reason', (_, framed, reason) => {
    expect(unframe(framed)).toEqual({ ok: false, reason });
  });

  const length = fc.oneof(fc.jsonValue(), fc.constantFrom(1e308, -0, 2 ** 53, 0.5, '1', null));
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // A header that parses, with any lengths at all.
    fc
      .tuple(fc.dictionary(name, length), fc.uint8Array({ maxLength: 40 }))
      .map(([lengths, tail]) => [utf8(JSON.stringify({ blobs: lengths })), tail] as const)
      .map(([head, tail]) => concatBytes(u32(head.length), head, tail)),
    fc.json().map((text) => concatBytes(u32(utf8(text).length), utf8(text))),
  );

  test('strangers’ bytes never throw, and no blob reaches beyond them', () =>
    fc.assert(
      fc.property(hostile, (data) => {
        const read = unframe(data);
        if (!read.ok) expect(read.reason).not.toBe('');
        else
          for (const blob of Object.values(read.blobs)) {
            expect(blob.buffer).toBe(data.buffer);
            expect(blob.byteOffset + blob.length).toBeLessThanOrEqual(data.byteOffset + data.length);
          }
      }),
      { seed: 2, numRuns: 3000 },
    ));
});
