/** Frames of strangers: what is refused before it costs anything, and that the honest ones pass. */
import { describe, expect, test } from 'vitest';
import { concatBytes, u32, utf8 } from '../../src/util/bytes.ts';
import { answerLimits, frame, ownLimits, unframe, wireLimits } from '../../src/util/framing.ts';
import { isDeeper } from '../../src/util/json-depth.ts';

const framed = (head: string): Uint8Array => concatBytes(u32(utf8(head).length), utf8(head));
const named = (count: number): string => `{"blobs":{${Array.from({ length: count }, (_, i) => `"${i}":0`).join(',')}}}`;

/** CPU that reading takes at best of three, in milliseconds. */
function cost(bytes: Uint8Array, limits = wireLimits): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const from = process.cpuUsage();
    unframe(bytes, limits);
    const { user, system } = process.cpuUsage(from);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

describe('audit M1: frames', () => {
  const hostile: readonly (readonly [string, Uint8Array])[] = [
    ['600,000 names of blobs', framed(named(600_000))],
    ['4 million arrays inside each other', framed(`{"blobs":{},"x":${'['.repeat(4e6)}${']'.repeat(4e6)}}`)],
    ['4 million arrays that never end', framed(`{"blobs":{},"x":${'['.repeat(8e6)}`)],
    ['a million objects inside each other', framed(`${'{"a":'.repeat(1e6)}1${'}'.repeat(1e6)}`)],
    ['8 MB of numbers', framed(`{"blobs":{},"x":[${'0,'.repeat(4e6)}0]}`)],
    ['a name of 8 MB', framed(`{"blobs":{"${'x'.repeat(8e6)}":0}}`)],
    ['8 MB of escapes', framed(`{"blobs":{},"x":"${'\\u0041'.repeat(1.3e6)}"}`)],
  ];
  test.each(hostile)('%s: refused at once', (_, bytes) => {
    const read = unframe(bytes);
    expect(read).toMatchObject({ ok: false, reason: expect.stringMatching(/ are allowed$/) });
    expect(cost(bytes)).toBeLessThan(50);
  });

  test('within the header’s bytes: names, their length and depth are bounded', () => {
    expect(unframe(framed(named(256)))).toMatchObject({ ok: true });
    expect(unframe(framed(named(257)))).toEqual({ ok: false, reason: 'the header lists 257 blobs; 256 are allowed' });
    const long = (length: number) => unframe(framed(`{"blobs":{"${'x'.repeat(length)}":0}}`));
    expect(long(128)).toMatchObject({ ok: true });
    expect(long(129)).toMatchObject({ ok: false, reason: 'the name of a blob is longer than 128 characters' });
    const deep = (depth: number) => unframe(framed(`{"blobs":{},"x":${'['.repeat(depth)}${']'.repeat(depth)}}`));
    expect(deep(15)).toMatchObject({ ok: true });
    expect(deep(16)).toMatchObject({ ok: false, reason: 'the header is nested more than 16 deep' });
  });

  test('a header of the most bytes that are allowed costs milliseconds, whatever is in it', () => {
    const room = wireLimits.headerBytes - 40;
    for (const x of [
      `[${'[],'.repeat(room / 3 - 2)}[]]`,
      `"${'\\"'.repeat(room / 2 - 2)}"`,
      `[${'1,'.repeat(room / 2 - 2)}1]`,
    ])
      expect(cost(framed(`{"blobs":{},"x":${x}}`))).toBeLessThan(50);
    expect(cost(framed(named(6000)))).toBeLessThan(50);
  });

  test('services may answer with long headers, and a program may write itself many blobs', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `entry ${i}`);
    expect(unframe(frame({ ids }, {}), answerLimits)).toMatchObject({ ok: true });
    expect(unframe(frame({ ids }, {}))).toMatchObject({ ok: false });
    expect(unframe(framed(named(10_000)), ownLimits)).toMatchObject({ ok: true });
    expect(unframe(framed(named(10_000)), answerLimits)).toMatchObject({ ok: false });
  });

  test('depth is counted outside of texts', () => {
    const deep = (text: string, most: number) => isDeeper(utf8(text), most);
    expect(deep('"[[[["', 0)).toBe(false);
    expect(deep('"\\"[[[["', 0)).toBe(false);
    expect(deep('["\\\\",[1]]', 1)).toBe(true);
    expect(deep('[[1],[2],{"a":"]"}]', 2)).toBe(false);
    expect(deep('[[1],[2],{"a":["]"]}]', 2)).toBe(true);
  });
});
