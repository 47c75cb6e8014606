/** Schemas: good examples pass, bad ones are named by place and reason. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type TSchema, Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { schemas } from '../../src/experiment/json-schema.ts';
import { Experiment } from '../../src/experiment/tradeoff/experiment.ts';
import { check, fits } from '../../src/schema/check.ts';
import { isPacketHeader, PacketHeader } from '../../src/schema/packet.ts';
import { Interval, Rate } from '../../src/schema/rate.ts';
import { RunRecord, Timings } from '../../src/schema/run-record.ts';
import { Tip } from '../../src/schema/tip.ts';
import { UserError } from '../../src/util/errors.ts';
import { deepSet, packetExamples, tipExample } from '../helpers/examples.ts';

const experimentPath = join(import.meta.dirname, '../../experiments/tradeoff/experiment.yaml');
const inputsPath = join(experimentPath, '../inputs.yaml');
/** With the inputs of the model, which the file leaves to inputs.yaml. */
const experiment: unknown = {
  ...parse(readFileSync(experimentPath, 'utf8')),
  model: parse(readFileSync(inputsPath, 'utf8')).inputs,
};
const hex = 'a'.repeat(64);
const place = {
  cell: 'c',
  picture: 'p',
  group: 'g',
  topic: 'drawing',
  content: 'listed',
  split: 'evaluation',
  transform: 'none',
};
const rate = { k: 1, n: 2, estimate: 0.5, low: 0, high: 1, method: 'Wilson' };
const runRecord = {
  schemaVersion: 2,
  runId: 'r',
  created: '2026-11-01T00:00:00Z',
  command: 'presend run tradeoff',
  seed: 1,
  streams: ['messages'],
  dataset: { name: 'generated', sha256: hex },
  models: [],
  list: { entries: 3, root: hex },
  commit: null,
  dirty: null,
  node: 'v20',
  platform: 'linux',
  threads: 2,
  resumed: false,
  packages: {},
  sharp: {},
  classifierBackend: 'none',
  experimentAsPassed: {},
  experimentResolved: {},
};
const timings = {
  phases: { pictures: 1 },
  perMessageMillis: { e2ee: { senderMedian: 1, otherRolesMedian: 2 } },
  hashMillis: { pdq: 1 },
  classifyMillis: null,
  decodeMillis: 1,
};
const match = { row: 'match', ...place, hash: 'pdq', outcome: { state: 'refused', reason: 'too flat' } };

const good: [string, TSchema, unknown][] = [
  ['experiment (experiments/tradeoff)', Experiment, experiment],
  ['tip', Tip, tipExample],
  ['rate', Rate, rate],
  ['rate of nothing', Rate, { ...rate, k: 0, n: 0, estimate: null }],
  ['interval', Interval, { estimate: 1, low: 0, high: 2, method: 'draws' }],
  ['run record', RunRecord, runRecord],
  ['timings', Timings, timings],
  ['match row', schemas.observation, match],
  ['refused row', schemas.observation, { row: 'refused', picture: 'p', reason: 'no picture' }],
  ...Object.entries(packetExamples).map(([type, header]): [string, TSchema, unknown] => [
    `${type} packet`,
    PacketHeader,
    { ...header, blobs: {} },
  ]),
];

test.each(good)('a good %s passes, and is handed back', (_, schema, value) => {
  expect(check(schema, value, 'It')).toBe(value);
  expect(fits(schema, value)).toBe(true);
});

const closed = good.filter(([name]) => !/rate|interval|row|packet/.test(name));

test.each(closed)('%s: an unknown key is named', (_, schema, value) => {
  expect(() => check(schema, { ...(value as object), colour: 1 }, 'It')).toThrow(
    new UserError('It: unknown key colour; remove it or correct its spelling'),
  );
});

test.each(good.filter(([name]) => !/row|packet/.test(name)))('%s: each missing key is named', (_, schema, value) => {
  const { required } = schema as { required?: readonly string[] };
  expect(required?.length).toBeGreaterThan(0);
  for (const key of required!) {
    const { [key]: _, ...rest } = value as Record<string, unknown>;
    expect(() => check(schema, rest, 'It'), key).toThrow(new UserError(`It: must have required properties ${key}`));
  }
});

describe('the sentence of a UserError: what, where, why', () => {
  test.each<[string, TSchema, unknown, readonly (string | number)[], unknown, RegExp]>([
    ['wrong type', Experiment, experiment, ['seed'], '7', /^It at \/seed: must be integer$/],
    ['fraction', Experiment, experiment, ['seed'], 1.5, /^It at \/seed: must be integer$/],
    ['too small', Experiment, experiment, ['dataset', 'pictures'], 19, /^It at \/dataset\/pictures: must be >= 20$/],
    ['other version', Experiment, experiment, ['version'], 2, /^It at \/version: must be equal to constant$/],
    ['bad name', Experiment, experiment, ['name'], 'Trade Off', /^It at \/name: must match pattern/],
    ['empty list', Experiment, experiment, ['grid', 'hash'], [], /^It at \/grid\/hash: /],
    [
      'bound excluded',
      Experiment,
      experiment,
      ['assignment', 'listedShare'],
      1,
      /^It at \/assignment\/listedShare: must be < 1$/,
    ],
    ['nested unknown key', Experiment, experiment, ['grid', 'hashes'], [], /^It at \/grid: unknown key hashes; /],
    ['item of a list', Experiment, experiment, ['grid', 'transform', 2, 'factor'], 'x', /^It at \/grid\/transform\/2/],
    [
      'model without a source',
      Experiment,
      experiment,
      ['model', 'repeats'],
      { value: 1 },
      /^It at \/model\/repeats: must have required properties source$/,
    ],
    ['share above 1', Experiment, experiment, ['messages', 'abort'], 1.1, /^It at \/messages\/abort: must be <= 1$/],
    [
      '33 prefix bits',
      Experiment,
      experiment,
      ['messages', 'prefixBits'],
      33,
      /^It at \/messages\/prefixBits: must be <= 32$/,
    ],
    [
      'word not in the list',
      Tip,
      tipExample,
      ['incident', 'detectedBy'],
      'x',
      /^It at \/incident\/detectedBy: expected one of provider-scan, device-hash/,
    ],
    ['not marked as a test', Tip, tipExample, ['test'], false, /^It at \/test: must be equal to constant$/],
    ['no file', Tip, tipExample, ['files'], [], /^It at \/files: /],
    ['digest in capitals', Tip, tipExample, ['files', 0, 'sha256'], 'A'.repeat(64), /^It at \/files\/0\/sha256: /],
    ['picture in a tip', Tip, tipExample, ['picture'], 'AAAA', /^It: unknown key picture; /],
    [
      'picture in a file of a tip',
      Tip,
      tipExample,
      ['files', 0, 'picture'],
      'AAAA',
      /^It at \/files\/0: unknown key picture; /,
    ],
    [
      'content beside a hash',
      Tip,
      tipExample,
      ['files', 0, 'perceptualHash', 'content'],
      'AA',
      /^It at \/files\/0\/perceptualHash: /,
    ],
    ['rate above 1', Rate, rate, ['high'], 1.1, /^It at \/high: must be <= 1$/],
    ['NaN', Rate, rate, ['low'], Number.NaN, /^It at \/low: must be number$/],
    [
      'digest too short',
      RunRecord,
      runRecord,
      ['dataset', 'sha256'],
      'ab',
      /^It at \/dataset\/sha256: must match pattern/,
    ],
    ['negative time', Timings, timings, ['decodeMillis'], -1, /^It at \/decodeMillis: must be >= 0$/],
  ])('%s', (_, schema, value, path, bad, message) => {
    expect(() => check(schema, deepSet(value, path, bad), 'It')).toThrow(UserError);
    expect(() => check(schema, deepSet(value, path, bad), 'It')).toThrow(message);
  });

  test.each([null, undefined, 3, 'x', []])('%j is no experiment', (value) => {
    expect(() => check(Experiment, value, 'It')).toThrow(new UserError('It: must be object'));
  });
});

describe.each(Object.entries(packetExamples))('%s header', (_, header) => {
  const whole: Record<string, unknown> = { ...header, blobs: { a: 1 } };

  test('is closed: no further key, none missing but the optional ones', () => {
    expect(fits(PacketHeader, { ...whole, extra: 1 })).toBe(false);
    const optional = ['entry', 'distanceBits', 'score', 'refusal', 'device'];
    for (const key of Object.keys(whole)) {
      const { [key]: _, ...rest } = whole;
      expect(fits(PacketHeader, rest), key).toBe(optional.includes(key));
    }
  });

  test('every value has its type, and counts are whole and not negative', () => {
    for (const [key, value] of Object.entries(whole)) {
      expect(fits(PacketHeader, { ...whole, [key]: null }), key).toBe(false);
      if (typeof value === 'number' && key !== 'score' && key !== 'version') {
        expect(fits(PacketHeader, { ...whole, [key]: -1 }), key).toBe(false);
        expect(fits(PacketHeader, { ...whole, [key]: 0.5 }), key).toBe(false);
      }
    }
    expect(fits(PacketHeader, { ...whole, blobs: { a: -1 } })).toBe(false);
    expect(fits(PacketHeader, { ...whole, type: 'other' })).toBe(false);
  });
});

test.each([2 ** 53, 1e16, -(2 ** 53)])('runs A8: the whole number %d, which was rounded, is refused', (seed) => {
  expect(() => check(Experiment, { ...(experiment as object), seed }, 'Experiment x')).toThrow(
    /^Experiment x at \/seed: /,
  );
});

test('runs A8: a rounded whole number is found within lists, records and unions; numbers that need not be whole may be as large', () => {
  const list = Type.Object({
    list: Type.Array(Type.Union([Type.Object({ kind: Type.Literal('a') }), Type.Object({ n: Type.Integer() })])),
    record: Type.Record(Type.String(), Type.Integer()),
    any: Type.Number(),
  });
  const fine = { list: [{ kind: 'a' }, { n: 3 }], record: { x: 1 }, any: 1e20 };
  expect(check(list, fine, 'x')).toBe(fine);
  expect(() => check(list, { ...fine, list: [{ kind: 'a' }, { n: 1e16 }] }, 'x')).toThrow(/^x at \/list\/1\/n: /);
  expect(() => check(list, { ...fine, record: { y: 1e16 } }, 'x')).toThrow(/^x at \/record\/y: /);
});

describe('the check of packets by type', () => {
  const examples: readonly object[] = Object.values(packetExamples).map((each) => ({ ...each, blobs: { picture: 3 } }));
  const junk = fc.oneof(fc.anything(), fc.constantFrom('', 0, -1, 0.5, null, [], {}, '__proto__', 'envelope'));

  test('accepts and refuses as the union of all types does, whole and altered', () => {
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.nat(),
        junk,
        fc.constantFrom('set', 'delete', 'add'),
        (whole, at, value, edit) => {
          const header: Record<string, unknown> = { ...whole };
          const keys = Object.keys(header);
          const key = keys[at % keys.length]!;
          if (edit === 'delete') delete header[key];
          else header[edit === 'add' ? 'extra' : key] = value;
          const due = fits(PacketHeader, header);
          if (due) accepted++;
          else refused++;
          expect(isPacketHeader(header)).toBe(due);
          expect(isPacketHeader(whole)).toBe(true);
        },
      ),
      { seed: 1, numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(500);
  });

  test('refuses what is no object with a known type', () => {
    for (const value of [
      null,
      undefined,
      1,
      'envelope',
      [],
      {},
      { type: 'other' },
      { type: '__proto__' },
      { type: ['list'] },
    ])
      expect(isPacketHeader(value)).toBe(false);
  });
});
