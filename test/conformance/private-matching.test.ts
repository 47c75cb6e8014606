/**
 * The pitfalls of threshold private set intersection, and the tests that a build of it needs: each by number, with the tests of this
 * repository that hold it. Fails when one of them was renamed or taken away.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** A file under test/, and the title of a test or of a group in it. */
type Held = readonly [file: string, title: string];

const voucher = 'crypto/voucher.test.ts';
const detect = 'crypto/detect.test.ts';
const table = 'crypto/tpsi-table.test.ts';
const leakage = 'strategy/threshold-psi-leakage.test.ts';
const refused = 'T7: %s with %s: refused once, nothing matches, all is delivered';
const turnedAway = 'T7 and pitfall 1: a voucher %s is turned away; nobody else loses a match';

const needed: Record<string, { what: string; held: readonly Held[] }> = {
  T1: {
    what: 'completeness: every list item opens; relocation of the table',
    held: [
      [voucher, 'T1: completeness'],
      [
        'crypto/cuckoo-table.test.ts',
        'T1: a thousand seeds at loads from .2 to .48: every entry lies in one of its two slots, and no other',
      ],
    ],
  },
  T2: {
    what: 'soundness: no other hash opens',
    held: [
      [
        'crypto/voucher-soundness.test.ts',
        'T2: soundness: none of 2,000 opens, at most 15 in 10,000 with 95 % confidence',
      ],
    ],
  },
  T3: {
    what: 'threshold secrecy',
    held: [
      ['crypto/shamir.test.ts', 'T3: threshold secrecy'],
      [detect, 'T3: threshold secrecy'],
      [detect, 'T3: kernel method, t = %d, s = %d'],
      [
        'strategy/threshold-psi.test.ts',
        'T3 and pitfall 12: below the threshold nothing opens; at it exactly the account’s matches, and no other account’s',
      ],
    ],
  },
  T4: {
    what: 'vouchers are indistinguishable, and mutants are caught',
    held: [
      ['crypto/voucher-indistinguishable.test.ts', 'T4: the three kinds of voucher'],
      ['crypto/voucher-indistinguishable.test.ts', 'T4: mutants'],
    ],
  },
  T5: {
    what: 'sizes are equal',
    held: [
      [voucher, 'T5: size'],
      [
        'strategy/threshold-psi.test.ts',
        'T5: every message has a voucher, also one whose picture has no hash, and all are equally long',
      ],
      ['strategy/private-matching.test.ts', 'T5: all questions and all answers are equally long, whatever the picture'],
      [
        'strategy/split-escrow.test.ts',
        'T5: envelopes are equally long; what is sealed to escrow is another point and text each time',
      ],
    ],
  },
  T6: {
    what: 'timing, paired',
    held: [['crypto/voucher-timing.test.ts', 'T6: making a voucher takes as long whatever the picture']],
  },
  T7: {
    what: 'malformed tables and vouchers are refused with a type, never a throw',
    held: [
      [voucher, 'T7: a malformed voucher is refused with its reason, never a throw'],
      [table, 'T7: malformed'],
      ['role/hostile-set-up.test.ts', refused],
      ['role/hostile-vouchers.test.ts', turnedAway],
    ],
  },
  T8: {
    what: 'every group operation against another implementation, and the vectors of RFC 9497',
    held: [
      ['crypto/group.test.ts', 'T8: equal to @noble/curves, byte for byte'],
      ['crypto/oprf.test.ts', 'T8: equal to @noble/curves on random inputs'],
    ],
  },
  T9: {
    what: 'serialisation under fuzz',
    held: [
      [voucher, 'T9: random bytes of the right length and epoch are refused or closed'],
      [table, 'T9: any byte changed, any length: read or refused, never a throw'],
      ['crypto/fuse-filter.test.ts', 'T9: changed bytes give a filter that answers, or a reason'],
    ],
  },
  T10: {
    what: 'list membership: the advantage of a device has 0 in its interval',
    held: [[leakage, 'T10: is a hash on the list? What a device can tell from all that it was given']],
  },
  T11: {
    what: 'the opened-bit channel has the exact values of the Z-channel',
    held: [[leakage, 'T11: the opened-bit channel is the Z-channel of section 2.3']],
  },
  'pitfall 1': {
    what: 'identity, short and invalid points: three exceptions',
    held: [
      ['crypto/group.test.ts', 'pitfall 1: what decoding refuses, without a throw'],
      [voucher, 'pitfall 1: point %d is the identity, 0xff, or no square'],
      ['role/hostile-vouchers.test.ts', turnedAway],
    ],
  },
  'pitfall 2': {
    what: 'encodings are no uniform strings: dummies must be points',
    held: [
      [
        'crypto/group.test.ts',
        'pitfall 2: of random strings one in sixteen is a point, as often as @noble/curves says so',
      ],
      ['crypto/tpsi-setup.test.ts', 'pitfall 2: every slot, dummies included, is a valid point, and no two are equal'],
    ],
  },
  'pitfall 3': {
    what: 'what counts as one match; the same place twice',
    held: [
      [voucher, 'pitfall 3: what counts as one match'],
      [detect, 'pitfall 3: the same share twice, or ten times, counts once'],
      [
        'strategy/threshold-psi.test.ts',
        'pitfall 3: a picture that is sent again counts once, and is shown each time once enough others match',
      ],
    ],
  },
  'pitfall 4': {
    what: 'keys used on two devices or in two epochs',
    held: [
      [voucher, 'pitfall 4: a voucher of another epoch, or one relabelled to this one'],
      [voucher, 'pitfall 4: every account has keys of its own, also of one name'],
      [detect, 'pitfall 4: shares of two devices, or of two accounts, do not add up'],
    ],
  },
  'pitfall 5': {
    what: 'a table for one user is a tagged probe',
    held: [
      [table, 'pitfall 5: a table for one user'],
      [
        'role/hostile-set-up.test.ts',
        'pitfall 5: a table for one user, with a target of its own, is not the logged one: that user sends no voucher',
      ],
    ],
  },
  'pitfall 6': {
    what: 'any point in any slot: the capacity is the number of slots',
    held: [
      [
        leakage,
        'pitfall 6: hidden targets fit into free slots, open like entries, and no device notices: the capacity is the slots',
      ],
      [
        'strategy/certified-threshold-psi.test.ts',
        'an honest run finds what threshold-psi-synthetic finds, and leaves no room for hidden targets',
      ],
    ],
  },
  'pitfall 6b': {
    what: 'the identity as L or slot opens everything',
    held: [
      [table, 'pitfall 6b: a table in which the identity stands would open every voucher'],
      ['role/hostile-set-up.test.ts', 'pitfall 6b and T7: a logged table with %s is refused before the first voucher'],
    ],
  },
  'pitfall 7': {
    what: 'garbage shares of a hostile client',
    held: [
      [detect, 'pitfall 7: garbage shares of a hostile client are borne like synthetic ones, up to s + 1'],
      [voucher, 'pitfall 7: a share at 0, of unreduced scalars, or of another length, made by a hostile client'],
      [
        'role/hostile-vouchers.test.ts',
        'pitfall 7: garbage shares within the budget are borne; beyond it they cost their sender alone, and are noted',
      ],
    ],
  },
  'pitfall 8': {
    what: 'α opens matches, and not non-matches',
    held: [[leakage, 'pitfall 8, with $share synthetic: α opens matches and synthetic ones, nothing else']],
  },
  'pitfall 9': {
    what: 'one slot for both choices',
    held: [
      [voucher, 'pitfall 9: an entry with one slot for both choices opens at both pairs, as one share'],
      ['crypto/cuckoo-table.test.ts', 'pitfall 9: an entry with one slot for both choices is placed'],
    ],
  },
  'pitfall 10': {
    what: 'timing that branches on a match, or on synthetic',
    held: [
      [voucher, 'pitfall 10: the same work whatever the picture'],
      [
        'crypto/voucher-timing.test.ts',
        'matches, others and synthetic ones, paired: less than half a multiplication apart',
      ],
    ],
  },
  'pitfall 11': {
    what: 'encryption that does not commit to its key',
    held: [['crypto/committing-aead.test.ts', 'pitfall 11: random keys never open what is not theirs']],
  },
  'pitfall 12': {
    what: 'a threshold off by one',
    held: [
      [detect, 'pitfall 12: the threshold is what it says'],
      [
        'strategy/threshold-psi.test.ts',
        'T3 and pitfall 12: below the threshold nothing opens; at it exactly the account’s matches, and no other account’s',
      ],
    ],
  },
};

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');

/** Titles of tests and groups in a file: first arguments of test, describe, and of what `each` gives. */
const titlesOf = (file: string): Set<string> =>
  new Set(
    [...read(`../${file}`).matchAll(/(?:\b(?:test|describe)|\))\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, title]) => title!),
  );

describe.each(Object.entries(needed))('%s', (id, { what, held }) => {
  test(`${what}: held by name`, () => {
    expect(held.length).toBeGreaterThan(0);
    for (const [file, title] of held) expect([...titlesOf(file)], file).toContain(title);
    // At least one says itself which number it is.
    expect(held.some(([, title]) => new RegExp(`\\b${id}\\b`).test(title))).toBe(true);
  });
});

test('no number is left out', () => {
  const numbers = (prefix: string, last: number): string[] =>
    Array.from({ length: last }, (_, i) => `${prefix}${i + 1}`);
  const stated = ['pitfall 13', 'pitfall 14'];
  const wanted = [...numbers('T', 11), ...numbers('pitfall ', 14), 'pitfall 6b'];
  expect([...Object.keys(needed), ...stated].sort()).toEqual(wanted.sort());
});

// No program can show these two: they are said where whoever relies on the protocols reads it.
test.each([
  ['pitfall 13', /JavaScript cannot guarantee constant time[^.]*WebAssembly memory keeps copies of secrets/],
  [
    'pitfall 14',
    /large\s+quantum computer would break discrete logarithms and so reveal the lists\. A voucher that does not match would still hide its picture/,
  ],
])('%s: SECURITY.md says so', (_, sentence) =>
  expect(read('../../SECURITY.md').replaceAll('\n', ' ')).toMatch(sentence),
);
