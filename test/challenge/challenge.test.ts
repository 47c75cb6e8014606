/** A blind challenge: nothing but the pictures tells files apart, the key is committed, and a detector gets the metrics that it gets built in. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ExportOptions, exportChallenge } from '../../src/challenge/export.ts';
import { committedKey, type Key } from '../../src/challenge/key.ts';
import { ChallengeMetrics } from '../../src/challenge/metrics.ts';
import { pairsOf } from '../../src/challenge/pairs.ts';
import { challengeReport } from '../../src/challenge/report.ts';
import { type ScoreOptions, scoreChallenge } from '../../src/challenge/score.ts';
import { miniature } from '../../src/dataset/generated/miniature.ts';
import { copyDetection } from '../../src/experiment/copy-detection/kind.ts';
import { runKind } from '../../src/harness/kind.ts';
import { hammingDistance } from '../../src/hash/hamming.ts';
import { pdq } from '../../src/hash/pdq.ts';
import { decode } from '../../src/image/decode.ts';
import { encode } from '../../src/image/encode.ts';
import { sharp } from '../../src/image/sharp.ts';
import { check } from '../../src/schema/check.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { InterruptedError } from '../../src/util/errors.ts';
import { toHex } from '../../src/util/hex.ts';
import { presend, scratch } from '../cli/presend.ts';

const folder = scratch();
const at = (...names: string[]): string => join(folder, ...names);
const salt = 'ab'.repeat(32);
const preset = at('few.yaml');
writeFileSync(
  preset,
  `version: 1
name: few
source: a test
note: three edits, one of them random
prepare: [{ name: fit, side: 96, kernel: 2, enlarge: 1 }]
finish: [{ name: jpeg, quality: 95 }]
edits:
  - { name: blur, sigma: 2, radius: 3, as: blurred }
  - { name: noise, sigma: 0.1, as: noisy }
  - { name: crop, fraction: 0.05, as: cropped }
`,
);

const options = (name: string, more: Partial<ExportOptions> = {}): ExportOptions => ({
  dataset: { name: at('source') },
  edits: preset,
  seed: 3,
  limit: 24,
  decoys: 4,
  duplicates: 0.2,
  impostors: 3,
  format: 'png',
  out: at(name),
  key: at(`${name}.key`),
  threads: 1,
  salt,
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

const scored = (answers: string, more: Partial<ScoreOptions> = {}): Promise<ChallengeMetrics> =>
  scoreChallenge({
    folder: at('made'),
    answers: at(answers),
    key: at('made.key'),
    detector: 'pdq',
    metric: 'cosine',
    onProgress: () => undefined,
    ...more,
  });

const names = (name = 'made'): string[] => readdirSync(at(name, 'pictures'));
const bytes = (name: string, of = 'made'): Uint8Array => readFileSync(at(of, 'pictures', name));
const answer = (name: string, ...lines: string[]): string => {
  writeFileSync(at(name), `${lines.join('\n')}\n`);
  return name;
};

let key: Key;
const hashes = new Map<string, Uint8Array>();
const distanceOf = (a: string, b: string): number => hammingDistance(hashes.get(a)!, hashes.get(b)!);
const pairs = (): [string, string][] =>
  readFileSync(at('made', 'pairs.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',') as [string, string]);

beforeAll(async () => {
  mkdirSync(at('source'));
  for (let i = 0; i < 30; i++) {
    const { raster } = miniature(1, i);
    const plain = await encode(raster, { type: 'jpeg', quality: 90 });
    // Metadata that must not get through.
    const tagged = await sharp(plain)
      .withExif({ IFD0: { Copyright: 'SECRET-EXIF', ImageDescription: `picture ${i}` } })
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    writeFileSync(at('source', `${String(i).padStart(2, '0')}-SECRET-NAME.jpg`), tagged);
  }
  writeFileSync(at('source', 'broken.jpg'), 'no picture');
  await exportChallenge(options('made'));
  key = await committedKey(at('made'), at('made.key'));
  for (const name of names()) hashes.set(name, pdq.hash(await decode(bytes(name))).hash);
  answer('hashes.csv', 'name,hash', ...[...hashes].map(([name, hash]) => `${name},${toHex(hash)}`));
});

describe('the folder', () => {
  test('has originals, copies, decoys and duplicates, each with its digest', () => {
    const manifest = readFileSync(at('made', 'manifest.csv'), 'utf8').trim().split('\n').slice(1);
    expect(manifest).toEqual(
      names()
        .sort()
        .map((name) => `${name},${sha256Hex(bytes(name))}`),
    );
    const originals = key.pictures.filter(({ role }) => role === 'original');
    expect(originals).toHaveLength(24);
    for (const { files } of originals) expect(files.map(({ edit }) => edit)).toHaveLength(4);
    const decoys = key.pictures.filter(({ role }) => role === 'decoy');
    expect(decoys).toHaveLength(4);
    for (const { files, group } of decoys) {
      expect(files).toHaveLength(1);
      expect(originals.map((each) => each.group)).not.toContain(group);
    }
    const twice = key.pictures.flatMap(({ files }) => files.filter(({ duplicate }) => duplicate));
    expect(twice.length).toBeGreaterThan(5);
    for (const { name, duplicate } of twice) expect(bytes(duplicate!)).toEqual(bytes(name));
    expect(names()).toHaveLength(24 * 4 + 4 + twice.length);
  });

  test('has no name, no order and no time that tells files apart', () => {
    for (const name of names()) expect(name).toMatch(/^[0-9a-f]{24}\.png$/);
    const entries = ['.', ...readdirSync(at('made'), { recursive: true, encoding: 'utf8' })];
    expect(new Set(entries.map((name) => statSync(at('made', name)).mtimeMs))).toEqual(new Set([Date.UTC(2000, 0, 1)]));
    // Files are written in the order of their random names: neither inodes nor times of creation say what was rendered together.
    const births = names()
      .sort()
      .map((name) => statSync(at('made', 'pictures', name), { bigint: true }).birthtimeNs);
    expect(births.every((birth, i) => i === 0 || birth >= births[i - 1]!)).toBe(true);
    // In the order of the names, neighbours come from one picture no more often than by chance.
    const from = new Map(key.pictures.flatMap(({ picture, files }) => files.map(({ name }) => [name, picture])));
    const known = [...from.keys()].sort();
    const together = known.filter((name, i) => i > 0 && from.get(known[i - 1]!) === from.get(name)).length;
    expect(together).toBeLessThan(known.length / 5);
  });

  test('does not name pictures, edits or the seed anywhere', () => {
    const all = readdirSync(at('made'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(at('made', name)).isFile(),
    );
    for (const name of all) {
      const content = readFileSync(at('made', name), 'latin1');
      for (const secret of ['SECRET', 'blur', 'noisy', 'source', salt])
        expect(content.includes(secret), `${name}: ${secret}`).toBe(false);
    }
    expect(readdirSync(at('made')).sort()).toEqual([
      'README.md',
      'key.sha256',
      'manifest.csv',
      'pairs.csv',
      'pictures',
    ]);
  });

  test('has PNG files of pixels alone: no EXIF, ICC, XMP, comment or time, and the size that the pixels give', async () => {
    for (const name of names()) {
      const file = Buffer.from(bytes(name));
      const chunks: string[] = [];
      for (let from = 8; from < file.length; from += 12 + file.readUInt32BE(from))
        chunks.push(file.toString('latin1', from + 4, from + 8));
      expect(new Set(chunks.filter((each) => each !== 'pHYs'))).toEqual(new Set(['IHDR', 'IDAT', 'IEND']));
      const { exif, icc, xmp, iptc } = await sharp(file).metadata();
      expect([exif, icc, xmp, iptc]).toEqual([undefined, undefined, undefined, undefined]);
      expect(Buffer.from(await encode(await decode(file), { type: 'png' })).equals(file), name).toBe(true);
    }
  });

  test('has JPEG files without metadata if asked', async () => {
    await exportChallenge(options('jpegs', { format: 'jpeg', limit: 6, decoys: 1 }));
    expect(names('jpegs').length).toBeGreaterThan(20);
    for (const name of names('jpegs')) {
      const file = Buffer.from(bytes(name, 'jpegs'));
      const markers: number[] = [];
      for (let from = 2; file[from + 1] !== 0xda; from += 2 + file.readUInt16BE(from + 2))
        markers.push(file[from + 1]!);
      // APP1 to APP15 hold EXIF, XMP and profiles; FE is a comment.
      expect(markers.filter((each) => (each > 0xe0 && each <= 0xef) || each === 0xfe)).toEqual([]);
    }
  });
});

describe('the pairs', () => {
  test('have every copy with its original, as many others, and no sign of which is which', () => {
    const listed = pairs();
    const made = [...pairsOf(key)];
    expect(listed).toHaveLength(made.length);
    expect(new Set(listed.map(String)).size).toBe(listed.length);
    for (const [a, b] of listed) expect(a < b).toBe(true);
    expect(listed.map(String)).toEqual(listed.map(String).sort());
    const scored = made.filter(({ duplicateOf }) => duplicateOf === undefined);
    expect(scored.filter(({ genuine }) => genuine)).toHaveLength(24 * 3);
    for (const { genuine, of, against } of scored) {
      expect(against.part).toBe(of.part);
      if (!genuine) expect(against.group).not.toBe(of.group);
    }
  });
});

describe('the key', () => {
  test('is committed: a changed one is refused, and so is a changed manifest', async () => {
    expect(readFileSync(at('made', 'key.sha256'), 'utf8')).toBe(`${sha256Hex(readFileSync(at('made.key')))}\n`);
    if (process.platform !== 'win32') expect(statSync(at('made.key')).mode & 0o77).toBe(0);
    const text = readFileSync(at('made.key'), 'utf8');
    writeFileSync(at('changed.key'), text.replace('"part":"evaluation"', '"part":"calibration"'));
    await expect(scored('hashes.csv', { key: at('changed.key') })).rejects.toThrow(
      /is not the one that .* was exported with/,
    );
    await expect(scored('hashes.csv', { key: at('no.key') })).rejects.toThrow('There is no key');
    execFileSync(process.execPath, [
      '-e',
      `require('fs').cpSync(${JSON.stringify(at('made'))}, ${JSON.stringify(at('other'))}, { recursive: true })`,
    ]);
    const manifest = readFileSync(at('other', 'manifest.csv'), 'utf8');
    writeFileSync(at('other', 'manifest.csv'), manifest.replace(/,[0-9a-f]/, ',x'));
    await expect(scored('hashes.csv', { folder: at('other') })).rejects.toThrow(/manifest.csv was changed/);
    // As many lines as there were, all of them of the key, but one file is missing.
    const lines = manifest.split('\n');
    writeFileSync(at('other', 'manifest.csv'), [lines[0], lines[2], ...lines.slice(2)].join('\n'));
    await expect(scored('hashes.csv', { folder: at('other') })).rejects.toThrow(/changed: line 3 is there twice/);
  });

  test('may not lie in the folder, and is never overwritten', async () => {
    await expect(exportChallenge(options('new', { key: at('new', 'the.key') }))).rejects.toThrow(/lies in the folder/);
    await expect(exportChallenge(options('new', { key: at('made.key') }))).rejects.toThrow(/exists already/);
    await expect(exportChallenge(options('made', { key: at('new.key') }))).rejects.toThrow(/is not empty/);
  });

  test('another salt gives other names, and the same salt the same bytes', async () => {
    await exportChallenge(options('again', { threads: 2 }));
    expect(readFileSync(at('again.key'))).toEqual(readFileSync(at('made.key')));
    expect(names('again').sort()).toEqual(names().sort());
    expect(readFileSync(at('again', 'pairs.csv'))).toEqual(readFileSync(at('made', 'pairs.csv')));
    const { salt: _, ...random } = options('random', { limit: 6, decoys: 1 });
    await exportChallenge(random);
    expect(names('random').filter((name) => names().includes(name))).toEqual([]);
  });
});

test('an interrupted export goes on where it was, to the same bytes; with other options it is refused', async () => {
  const stop = new AbortController();
  const onProgress = (phase: string, done: number): void => {
    if (phase === 'rendering' && done === 9) stop.abort();
  };
  await expect(exportChallenge(options('stopped', { signal: stop.signal, onProgress }))).rejects.toThrow(
    InterruptedError,
  );
  expect(existsSync(at('stopped.key'))).toBe(false);
  expect(readdirSync(at('stopped'))).toEqual([]);
  // A kill can cut the last line.
  writeFileSync(at('stopped.key.part'), `${readFileSync(at('stopped.key.part'), 'utf8')}{"cut`);
  await expect(exportChallenge(options('stopped', { seed: 4 }))).rejects.toThrow(
    /unfinished export with other options/,
  );
  const counts: number[] = [];
  await exportChallenge(
    options('stopped', { onProgress: (phase, done) => phase === 'rendering' && counts.push(done) }),
  );
  expect(counts[0]).toBeGreaterThanOrEqual(9);
  expect(readFileSync(at('stopped.key'))).toEqual(readFileSync(at('made.key')));
  for (const name of names()) expect(bytes(name, 'stopped')).toEqual(bytes(name));
  expect(existsSync(at('stopped.key.pictures'))).toBe(false);
});

describe('scores', () => {
  test('PDQ through the challenge has the distances, the curve and the metrics of a copy-detection run', async () => {
    const { sets } = { sets: [{ preset }] };
    const experiment = copyDetection.check(
      {
        version: 1,
        kind: 'copy-detection',
        name: 'built-in',
        question: 'The same?',
        seed: 3,
        dataset: { name: at('source') },
        hashes: ['pdq'],
        quality: 'any',
        sets,
        calibrationShare: 0.5,
        precision: 0.9999,
        pairFprs: [1e-3, 1e-4],
      },
      'the experiment',
    );
    const { metrics } = await runKind(copyDetection, {
      experiment,
      asPassed: '',
      out: at('built-in'),
      resume: false,
      threads: 1,
      limit: 24,
      command: 'presend run',
      created: '2026-01-01T00:00:00.000Z',
      onProgress: () => undefined,
      signal: new AbortController().signal,
    });
    const challenge = await scored('hashes.csv');
    expect(challenge.copyDetection!.hashes).toEqual(metrics.hashes);
    expect(challenge.copyDetection!.dataset).toEqual(metrics.dataset);
    expect(metrics.dataset.refused).toHaveLength(1);
    expect(metrics.hashes[0]!.sets[0]!.copies).toBe(72);
    check(ChallengeMetrics, challenge, 'the metrics');
    expect(challenge.consistency.same).toMatchObject({ estimate: 1 });
    expect(challenge.answers).toMatchObject({ missing: 0, refused: 0, mistakes: { count: 0 } });
  });

  test('hashes, distances and scores of one detector give the same pair metrics', async () => {
    const lines = pairs().map(([a, b]) => [a, b, distanceOf(a, b)] as const);
    answer('distances.csv', 'a,b,distance', ...lines.map((each) => each.join(',')));
    answer('scores.csv', 'a,b,score', ...lines.map(([a, b, distance]) => `${b},${a},${-distance}`));
    answer(
      'bits.csv',
      'name,vector',
      ...[...hashes].map(
        ([name, hash]) => `${name},"[${[...hash].flatMap((byte) => [...byte.toString(2).padStart(8, '0')])}]"`,
      ),
    );
    const byHash = await scored('hashes.csv');
    const lists = (metrics: ChallengeMetrics) =>
      metrics.pairs.points.map(({ lists: _, unrelated: __, ...rest }) => rest);
    for (const file of ['distances.csv', 'scores.csv']) {
      const byPair = await scored(file);
      expect({ ...byPair.pairs, points: lists(byPair) }).toEqual({ ...byHash.pairs, points: lists(byHash) });
      // Pairs show it of copies and decoys; an original has none of its own.
      const shown = new Set([...pairsOf(key)].flatMap(({ duplicateOf }) => duplicateOf ?? []));
      expect(byPair.consistency).toMatchObject({ same: { k: shown.size, n: shown.size }, largest: 0 });
      expect(byPair.copyDetection).toBeNull();
      expect(byPair.pairs.points[0]!.lists[0]!.high).toBeGreaterThan(0);
    }
    // Euclidean distances of bits are roots of Hamming distances: the order is the same.
    const byVector = await scored('bits.csv', { metric: 'l2' });
    expect(byVector.pairs.auc).toEqual(byHash.pairs.auc);
    expect(byVector.pairs.points.map(({ recall, fpr }) => [recall, fpr])).toEqual(
      byHash.pairs.points.map(({ recall, fpr }) => [recall, fpr]),
    );
    expect(byVector.pairs.points[0]!.lists).toEqual(byHash.pairs.points[0]!.lists);
    expect(byVector.pairs.points[0]!.lists[0]).toMatchObject({ size: 10, state: 'measured' });
    expect(byVector.consistency.same.estimate).toBe(1);
  });

  test('decisions have one point, of both halves', async () => {
    answer('matches.csv', 'a,b,match', ...pairs().map(([a, b]) => `${a},${b},${distanceOf(a, b) <= 31 ? 1 : 0}`));
    const { pairs: scoredPairs } = await scored('matches.csv');
    expect(scoredPairs.points).toHaveLength(1);
    const [point] = scoredPairs.points;
    const genuine = [...pairsOf(key)].filter((each) => each.genuine && each.duplicateOf === undefined);
    const found = genuine.filter(({ query, original }) => distanceOf(query, original) <= 31).length;
    expect(point!.recall).toMatchObject({ k: found, n: 72 });
    expect(found).toBeGreaterThan(10);
    expect(point!.edits.map(({ title }) => title)).toEqual(['blurred', 'noisy', 'cropped']);
  });

  test('a detector that answers differently under two names is seen', async () => {
    const [file] = key.pictures.flatMap(({ files }) => files.filter(({ duplicate }) => duplicate));
    const lines = [...hashes].map(
      ([name, hash]) => `${name},${name === file!.duplicate ? 'ff'.repeat(32) : toHex(hash)}`,
    );
    const { consistency } = await scored(answer('moody.csv', 'name,hash', ...lines));
    expect(consistency.same.k).toBe(consistency.same.n - 1);
    expect(consistency.largest).toBe(hammingDistance(hashes.get(file!.name)!, new Uint8Array(32).fill(255)));
  });
});

describe('mistakes in answers', () => {
  test('are one sentence each, with the line, and cost only that line', async () => {
    const [first, second, third, fourth, fifth, ...rest] = [...hashes].map(([name, hash]) => [name, toHex(hash)]);
    answer(
      'mistakes.csv',
      'name,hash',
      `${first![0]},${first![1]}`,
      `foreign.png,${first![1]}`,
      `${first![0]},${second![1]}`,
      `${second![0]},abcd`,
      `${third![0]},xyz`,
      fourth![0]!,
      `${fifth![0]},`,
      ...rest.map((each) => each.join(',')),
    );
    const { answers } = await scored('mistakes.csv');
    expect(answers.mistakes).toEqual({
      count: 5,
      first: [
        "line 3: 'foreign.png' is no file of the challenge",
        `line 4: '${first![0]}' was answered already on line 2; the first answer counts`,
        'line 5: expected 256 bits, as on line 2, but received 16',
        "line 6: expected a hash in hex but received 'xyz'",
        'line 7: expected 2 cells but received 1',
      ],
    });
    expect(answers).toMatchObject({ asked: hashes.size, answered: hashes.size - 4, refused: 1, missing: 3 });
  });

  test('numbers must be finite, and pairs listed', async () => {
    const [[a, b], [c, d], [e, f]] = pairs() as [[string, string], [string, string], [string, string]];
    answer('numbers.csv', 'a,b,distance', `${a},${b},1`, `${c},${d},NaN`, `${e},${f},near`, `${a},${a},1`);
    expect((await scored('numbers.csv')).answers.mistakes.first).toEqual([
      "line 3: expected a finite number but received 'NaN'",
      "line 4: expected a finite number but received 'near'",
      `line 5: '${a},${a}' is no pair of pairs.csv`,
    ]);
    const [name, other] = names() as [string, string];
    answer(
      'vectors.csv',
      'name,vector',
      `${name},"[1, 2, 3]"`,
      `${other},1 2 Infinity`,
      `${other},1 2`,
      `${other},1 2 1e200`,
    );
    expect((await scored('vectors.csv')).answers.mistakes.first).toEqual([
      "line 3: expected a finite number but received 'Infinity'",
      'line 4: expected 3 numbers, as on line 2, but received 2',
      'line 5: expected numbers that 32-bit floats can hold but received a larger one',
    ]);
  });

  test('a file without a usable line, a known header or anything is refused', async () => {
    await expect(scored(answer('none.csv', 'name,hash', 'x.png,00'))).rejects.toThrow(
      /no answer that can be used; line 2/,
    );
    await expect(scored(answer('header.csv', 'constructor'))).rejects.toThrow(/Expected one of name,hash/);
    await expect(scored(answer('empty.csv', ''))).rejects.toThrow(/is empty/);
    await expect(scored('absent.csv')).rejects.toThrow('There is no file of answers');
  });

  test('a copy without an answer is not found, in both kinds of metrics', async () => {
    const copies = new Set(
      key.pictures.flatMap(({ role, files }) =>
        role === 'original' ? files.filter(({ edit }) => edit !== 'none').map(({ name }) => name) : [],
      ),
    );
    const lines = [...hashes].filter(([name]) => !copies.has(name)).map(([name, hash]) => `${name},${toHex(hash)}`);
    const { pairs: of, copyDetection: copy } = await scored(answer('originals.csv', 'name,hash', ...lines));
    expect(of.points[0]!.recall).toMatchObject({ k: 0, estimate: 0 });
    expect(of.unanswered.genuine).toBe(72);
    expect(copy!.hashes[0]!.sets[0]).toMatchObject({ copies: 72, refused: 72 });
  });
});

test('the command exports, scores, and writes page, Markdown and tables', async () => {
  const exported = await presend(
    'challenge',
    'export',
    '--dataset',
    at('source'),
    '--edits',
    preset,
    '--out',
    at('cli'),
    '--key',
    at('cli.key'),
    '--limit',
    '8',
    '--decoys',
    '2',
    '--threads',
    '1',
    '--json',
  );
  expect([exported.code, exported.err]).toEqual([0, '']);
  expect(JSON.parse(exported.out)).toMatchObject({ originals: 8, decoys: 2 });
  const lines: string[] = [];
  for (const name of names('cli')) lines.push(`${name},${toHex(pdq.hash(await decode(bytes(name, 'cli'))).hash)}`);
  answer('cli.csv', 'name,hash', ...lines, 'foreign.png,00');
  const ran = await presend(
    'challenge',
    'score',
    at('cli'),
    at('cli.csv'),
    '--key',
    at('cli.key'),
    '--name',
    'acme',
    '--out',
    at('report'),
  );
  expect(ran.code).toBe(0);
  expect(ran.err).toContain("'foreign.png' is no file of the challenge");
  expect(ran.out).toContain('acme');
  const metrics = JSON.parse(readFileSync(at('report', 'metrics.json'), 'utf8'));
  check(ChallengeMetrics, metrics, 'the metrics');
  expect(metrics.copyDetection.hashes[0]).toMatchObject({ name: 'acme', bits: 256, deep: false });
  expect(readFileSync(at('report', 'report.html'), 'utf8')).toContain('DET, listed pairs');
  expect(readFileSync(at('report', 'report.md'), 'utf8')).toContain('Copies found');
  expect(readdirSync(at('report', 'csv'))).toEqual(
    expect.arrayContaining(['challenge.csv', 'challenge-lists.csv', 'challenge-roc.csv', 'hashes.csv', 'roc.csv']),
  );
  expect(challengeReport(metrics).terminal({ columns: 100 })).toContain('same twice');
  const again = await presend(
    'challenge',
    'score',
    at('cli'),
    at('cli.csv'),
    '--key',
    at('cli.key'),
    '--out',
    at('report'),
  );
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('is not empty')]);

  // It is a run: presend compare and card read it, and presend report says why it cannot.
  const other = ['challenge', 'score', at('cli'), at('cli.csv'), '--key', at('cli.key'), '--name', 'other'];
  expect((await presend(...other, '--out', at('second'))).code).toBe(0);
  const side = await presend('compare', at('report'), at('second'), '--json');
  expect(side.code).toBe(0);
  const { detectors } = JSON.parse(side.out) as { detectors: { detector: string; bits: number; points: unknown[] }[] };
  expect(detectors.map(({ detector, bits }) => [detector, bits])).toEqual([
    ['acme', 256],
    ['other', 256],
  ]);
  expect(detectors[0]!.points).toEqual(detectors[1]!.points);
  expect((await presend('card', at('report'))).out).toContain('a detector that stayed with its owner');
  const reported = await presend('report', at('report'));
  expect([reported.code, reported.err]).toEqual([
    2,
    expect.stringContaining('is a scored challenge, which keeps no rows'),
  ]);
  writeFileSync(at('report', 'metrics.json'), JSON.stringify({ ...metrics, detector: 'better' }));
  expect((await presend('card', at('report'))).err).toContain('was changed');
});

describe('hashes in private protocols', () => {
  test('whole hashes are found where they are equal, and sampled bits find more, at more elements', async () => {
    const { protocols } = await scored('hashes.csv');
    const [whole, ...banded] = protocols!.equality;
    const evaluated = key.pictures.filter(({ role, part }) => role === 'original' && part === 'evaluation');
    const copies = evaluated.flatMap(({ files }) => {
      const original = files.find(({ edit }) => edit === 'none')!;
      return files.filter(({ edit }) => edit !== 'none').map(({ name }) => distanceOf(name, original.name));
    });
    expect(whole).toMatchObject({ elements: 1, bytesPerPicture: 32 });
    expect(whole!.recall).toMatchObject({ k: copies.filter((each) => each === 0).length, n: copies.length });
    for (const { recall, elements, bytesPerEntry } of banded) {
      expect(recall.k).toBeGreaterThanOrEqual(whole!.recall.k);
      expect(bytesPerEntry).toBe(32 * elements);
    }
    expect(banded[0]!.recall.k).toBeGreaterThan(whole!.recall.k);
    expect(whole!.protocols).toEqual(expect.arrayContaining(['psi', 'threshold-psi']));
    expect(protocols!.near).toEqual(expect.arrayContaining(['client-list', 'hash-upload', 'similarity-bucket']));
    expect(protocols!.near).not.toContain('psi');
  });

  test('no hashes, no rows', async () => {
    expect((await scored('bits.csv', { metric: 'l2' })).protocols).toBeNull();
  });
});

describe('a quality', () => {
  const withQuality = (of: (i: number) => string) =>
    [...hashes].map(([name, hash], i) => `${name},${toHex(hash)},${of(i)}`);

  test('below the least one makes a hash a refusal; without a least one it changes nothing', async () => {
    answer('quality.csv', 'name,hash,quality', ...withQuality((i) => String(i % 4 === 0 ? 20 : 80)));
    const [plain, all] = [await scored('hashes.csv'), await scored('quality.csv')];
    expect(all.pairs).toEqual(plain.pairs);
    expect(plain.answers.quality).toBeNull();
    expect(all.answers.quality).toEqual({ least: 0, below: 0, median: 80 });
    const below = Math.ceil(hashes.size / 4);
    const some = await scored('quality.csv', { minQuality: 50 });
    expect(some.answers).toMatchObject({ refused: below, quality: { least: 50, below } });
    expect(some.pairs.points[0]!.recall.n).toBe(plain.pairs.points[0]!.recall.n);
    expect(some.pairs.unanswered.genuine).toBeGreaterThan(0);
  });

  test('of another range, or none, is one sentence; a least one needs some', async () => {
    answer('bad-quality.csv', 'name,hash,quality', ...withQuality((i) => (i === 0 ? '101' : i === 1 ? '' : '50')));
    const { answers } = await scored('bad-quality.csv');
    expect(answers.mistakes.first[0]).toBe("line 2: expected a quality from 0 to 100 but received '101'");
    expect(answers.mistakes.count).toBe(2);
    await expect(scored('hashes.csv', { minQuality: 50 })).rejects.toThrow(/name,hash,quality/);
    await expect(scored('quality.csv', { minQuality: 100 })).rejects.toThrow(/Every hash is below/);
  });
});
