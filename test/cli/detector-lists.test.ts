/** Lists made and matched with a detector of one's own: a network's bits, its vectors as they are, and a program. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { encode } from '../../src/image/encode.ts';
import { sharp } from '../../src/image/sharp.ts';
import { cosineDistance } from '../../src/match/vector-distances.ts';
import { float32sOf } from '../../src/util/float32.ts';
import { waves } from '../classify/picture.ts';
import { matrix, onnxFile } from '../classify/tiny-network.ts';
import { presend, scratch } from './presend.ts';

const folder = scratch();
const at = (name: string): string => join(folder, name);
const pictures = at('pictures');
const names = ['deep/2.png', '0.png', '1.png'];

const network = {
  version: 1,
  kind: 'network',
  name: 'tiny',
  format: 'onnx',
  model: 'tiny.onnx',
  input: { width: 4, height: 4, layout: 'nchw', mean: 0.5, scale: 2 },
  hyperplanes: { seed: 1 },
  bits: 64,
};
const byBits = { ...network, threshold: 8 };
const byVectors = { ...network, distance: 'cosine', threshold: 0.02, dimensions: 8 };

const detector = (name: string, value: object): string => {
  writeFileSync(at(name), stringify(value));
  return at(name);
};
const bits = detector('bits.yaml', byBits);
const vectors = detector('vectors.yaml', byVectors);
const otherNetwork = detector('other.yaml', { ...byBits, model: 'other.onnx' });

beforeAll(async () => {
  const tiny = (modulus: number) =>
    onnxFile({ side: 4, block: 1, outputs: 8, weights: matrix(48, 8, [37, 101, modulus]) });
  writeFileSync(at('tiny.onnx'), tiny(199));
  writeFileSync(at('other.onnx'), tiny(151));
  mkdirSync(join(pictures, 'deep'), { recursive: true });
  for (const [i, name] of names.entries())
    writeFileSync(join(pictures, name), await encode(waves(40 + 9 * i, 30 + 7 * i, 3 * i + 1), { type: 'png' }));
});

const made = (name: string, file: string, ...more: string[]) =>
  presend('list', 'make', pictures, '--hash', file, '--out', at(name), ...more);

describe('a network that gives bits', () => {
  test('a folder becomes a list, and each of its pictures matches its own entry at no distance', async () => {
    const { code, err } = await made('bits.presend', bits, '--name', 'mine');
    expect([code, err]).toEqual([0, expect.stringMatching(/bits\.presend: 3 tiny hashes, root [0-9a-f]{64}\n$/)]);
    const files = names.map((name) => join(pictures, name));
    const matched = await presend('match', ...files, '--list', at('bits.presend'), '--hash', bits, '--json');
    expect([matched.code, matched.err]).toEqual([0, '']);
    expect(matched.lines.map((line) => JSON.parse(line))).toEqual(
      names.map((entry, i) => ({
        file: files[i],
        algorithm: 'tiny',
        hash: expect.stringMatching(/^[0-9a-f]{16}$/),
        quality: 100,
        threshold: 8,
        matches: [{ entry, distanceBits: 0 }],
      })),
    );
    const plain = await presend('match', files[0]!, '--list', at('bits.presend'), '--hash', bits, '--threshold', '0');
    expect(plain.out).toBe(`${files[0]},deep/2.png,0,100\n`);
    expect(
      (await presend('match', files[0]!, '--list', at('bits.presend'), '--hash', bits, '--threshold', '0.5')).err,
    ).toBe("presend: Expected a whole number of at least 0 for --threshold but received '0.5' of type string\n");
  });

  test('info says what made it, without the detector', async () => {
    const { out } = await presend('list', 'info', at('bits.presend'), '--json');
    const { sha256, ...rest } = JSON.parse(out);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toMatchObject({ name: 'mine', algorithm: 'tiny', bits: 64, entries: 3 });
    expect(rest).not.toHaveProperty('falsePositives');
    const hashed = await presend('hash', join(pictures, '0.png'), '--hash', bits, '--json');
    expect(JSON.parse(hashed.out).sha256).toBe(sha256);
  });

  test('a list of another network is refused; another threshold, licence or name of the file is not another network', async () => {
    const picture = join(pictures, '0.png');
    const { code, err, out } = await presend('match', picture, '--list', at('bits.presend'), '--hash', otherNetwork);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /^presend: .*bits\.presend was made by another tiny: its SHA-256 begins with [0-9a-f]{8}, and that of .*other\.yaml with [0-9a-f]{8}; .*\n$/,
    );
    const later = detector('later.yaml', { ...byBits, threshold: 3, licence: 'MIT', summary: 'the same network' });
    expect((await presend('match', picture, '--list', at('bits.presend'), '--hash', later)).code).toBe(0);
    for (const [option, sentence] of [
      [[], /lists hashes of the detector tiny; name its file, for example with --hash \.\/detectors\/tiny\.yaml\n$/],
      [['--hash', 'pdq'], /lists hashes of the detector tiny, not pdq\n$/],
    ] as const) {
      const refused = await presend('match', picture, '--list', at('bits.presend'), ...option);
      expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(sentence)]);
    }
  });

  test('formats: records keep what made them, plain text is only believed by import', async () => {
    expect(
      (await presend('list', 'export', at('bits.presend'), '--format', 'hash-json', '--out', at('bits.jsonl'))).code,
    ).toBe(0);
    const picture = join(pictures, '1.png');
    const match = (list: string, file = bits) => presend('match', picture, '--list', at(list), '--hash', file);
    expect((await match('bits.jsonl')).out).toBe(`${picture},1.png,0,100\n`);
    expect((await match('bits.jsonl', otherNetwork)).err).toMatch(/None of the 3 records .* other type: another tiny/);

    const text = await presend('list', 'export', at('bits.presend'), '--format', 'hex', '--out', at('bits.txt'));
    expect(text.err).toBe('hex cannot say which detector made the hashes: only list import will read it\n');
    expect((await match('bits.txt')).err).toMatch(
      /format hex does not say which detector made its hashes; if it was tiny, presend list import --hash/,
    );
    const imported = await presend('list', 'import', at('bits.txt'), '--hash', bits, '--out', at('again.presend'));
    expect(imported.err).toMatch(/hex does not say which detector made its hashes: it was believed to be /);
    expect((await match('again.presend')).out).toBe(`${picture},1.png,0,100\n`);
  });
});

describe('a network whose vectors are compared as they are', () => {
  const picture = () => join(pictures, '0.png');
  const vectorOf = async (file: string): Promise<Float32Array> => {
    const { lines } = await presend('hash', file, '--hash', vectors, '--json');
    const { dimensions, vector, hash } = JSON.parse(lines[0]!);
    expect([dimensions, hash]).toEqual([8, expect.stringMatching(/^[0-9a-f]{16}$/)]);
    return float32sOf(vector);
  };

  test('distances are those of the vectors, nearest first, in every format that can hold them', async () => {
    expect((await made('vectors.presend', vectors)).code).toBe(0);
    await presend('hash', ...names.map((name) => join(pictures, name)), '--hash', vectors, '--json').then(({ out }) =>
      writeFileSync(at('vectors.jsonl'), out),
    );
    await presend('list', 'export', at('vectors.presend'), '--format', 'hash-json', '--out', at('written.jsonl'));
    const query = await vectorOf(picture());
    const expected: [number, string][] = [];
    for (const name of names)
      expected.push([Number(cosineDistance(query, await vectorOf(join(pictures, name))).toPrecision(6)), name]);
    expected.sort(([a], [b]) => a - b);
    expect(expected[1]![0]).toBeGreaterThan(0.02);
    for (const list of ['vectors.presend', 'vectors.jsonl', 'written.jsonl']) {
      const at2 = ['match', picture(), '--list', at(list), '--hash', vectors, '--threshold', '2', '--all', '--json'];
      const { out, err } = await presend(...at2);
      expect(err).toBe('');
      const { matches, threshold } = JSON.parse(out);
      expect(threshold).toBe(2);
      expect(matches).toEqual(
        expected.map(([distance, name]) => ({ entry: expect.stringMatching(new RegExp(`${name}$`)), distance })),
      );
    }
    const own = await presend('match', picture(), '--list', at('vectors.presend'), '--hash', vectors);
    expect(own.lines).toHaveLength(1);
    expect(own.lines[0]).toMatch(/0\.png,0\.png,\d[\d.e-]*,100$/);
  });

  test('formats of bits refuse vectors, and --bits lists the bits for protocols', async () => {
    const hex = await presend('list', 'export', at('vectors.presend'), '--format', 'hex');
    expect([hex.code, hex.out, hex.err]).toEqual([
      2,
      '',
      "presend: hex holds hashes of bits, and 'list' has vectors of 8 numbers; choose binary or hash-json, or make the list with --bits\n",
    ]);
    const blind = await presend('list', 'blind', at('vectors.presend'), '--out', at('table.tpsi'));
    expect([blind.code, blind.err]).toEqual([
      2,
      expect.stringMatching(/vectors of 8 numbers.*make the list with --bits\n$/),
    ]);

    expect((await made('as-bits.presend', vectors, '--bits')).code).toBe(0);
    const { out } = await presend('match', picture(), '--list', at('as-bits.presend'), '--hash', vectors, '--json');
    expect(JSON.parse(out)).toMatchObject({ matches: [{ entry: '0.png', distanceBits: 0 }] });
    const info = await presend('list', 'info', at('vectors.presend'));
    expect(info.out).toMatch(/^vectors +8 numbers each$/m);
    expect((await made('none.presend', bits, '--bits')).err).toMatch(
      /tiny has no vectors: its list has bits anyway; omit --bits\n$/,
    );
  });

  test('a threshold must be a step, and a file that compares bits cannot match vectors', async () => {
    const match = (...more: string[]) => presend('match', picture(), '--list', at('vectors.presend'), ...more);
    expect((await match('--hash', vectors, '--threshold', '0.0205')).err).toMatch(
      /--threshold: expected a multiple of the step 0\.001 but received 0\.0205\n$/,
    );
    expect((await match('--hash', bits)).err).toMatch(/lists vectors, and the file of tiny has no distance for them/);
  });

  test('a vector that was damaged is a bad record, and never near to nothing in silence', async () => {
    const [first, ...rest] = readFileSync(at('written.jsonl'), 'utf8').trim().split('\n');
    const spoilt = { ...JSON.parse(first!), vector: Buffer.alloc(32, 0xff).toString('base64') };
    writeFileSync(at('spoilt.jsonl'), [JSON.stringify(spoilt), ...rest].join('\n'));
    const { err } = await presend('list', 'info', at('spoilt.jsonl'), '--json').then(({ out }) => ({
      err: JSON.parse(out).bad,
    }));
    expect(err).toEqual({ count: 1, first: [{ line: 1, reason: 'a vector with a number that is not finite' }] });
  });
});

test('a program: a picture at which it dies is refused, the list has all others, and matching refuses it too', async () => {
  // Equal pictures have equal bytes here. It dies at the hash that it is given.
  writeFileSync(
    at('program.mjs'),
    `import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, path } = JSON.parse(line);
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
  if (hash === process.argv[2]) {
    console.error('bad luck');
    process.exit(9);
  }
  console.log(JSON.stringify({ id, hash }));
}`,
  );
  const program = (...words: string[]) => ({
    ...{ version: 1, kind: 'program', name: 'digest', bits: 64, distance: 'hamming', threshold: 0 },
    command: [process.execPath, 'program.mjs', ...words],
  });
  const steady = detector('steady.yaml', program());
  const [deadly] = (await presend('hash', join(pictures, names[0]!), '--hash', steady)).out.split(',');
  const flaky = detector('flaky.yaml', program(deadly!));
  const many = at('many');
  mkdirSync(many);
  for (let i = 0; i < 6; i++) copyFileSync(join(pictures, names[i % 3]!), join(many, `${i}.png`));

  const list = await presend('list', 'make', many, '--hash', flaky, '--out', at('flaky.presend'));
  expect(list.code).toBe(2);
  expect(list.err.match(/refused: the program digest ended with exit code 9: bad luck/g)).toHaveLength(2);
  expect(list.err).toMatch(/flaky\.presend: 4 digest hashes/);
  expect(list.err).toMatch(/2 of 6 files could not be used; all others were processed\n$/);
  const [zero, one] = [join(many, '0.png'), join(many, '1.png')];
  const matched = await presend('match', zero, one, '--list', at('flaky.presend'), '--hash', flaky, '--all');
  expect([matched.code, matched.lines]).toEqual([2, [`${one},1.png,0,100`, `${one},4.png,0,100`]]);
  // Other arguments can mean other hashes.
  expect((await presend('match', one, '--list', at('flaky.presend'), '--hash', steady)).err).toMatch(
    /was made by another digest/,
  );
});

test('presend’s own hashes are listed too: the same list as through presend hash, and of bytes', async () => {
  const files = names.map((name) => join(pictures, name));
  const hashed = await presend('hash', ...files, '--json');
  const list = await presend('list', 'make', ...files, '--out', at('pdq.presend'));
  expect(list.code).toBe(0);
  const exported = await presend('list', 'export', at('pdq.presend'), '--format', 'hash-json');
  const lines = (out: string) =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  expect(lines(exported.out)).toEqual(lines(hashed.out).map(({ quality: _, ...record }) => record));
  expect((await presend('list', 'make', pictures, '--hash', 'sha256', '--out', at('bytes.presend'))).code).toBe(0);
  const { out } = await presend('match', files[1]!, '--list', at('bytes.presend'));
  expect(out).toBe(`${files[1]},0.png\n`);
  expect((await presend('list', 'make', at('nowhere'), '--out', at('x.presend'))).code).toBe(3);
  expect((await presend('list', 'make', bits, '--out', at('x.presend'))).err).toMatch(/1 of 1 files could not be used/);
});

describe('animations', () => {
  const animation = at('waves.gif');
  beforeAll(async () => {
    const [width, height] = [48, 32];
    const frames = [1, 4, 9].map((seed) => waves(width, height, seed).data);
    const raw = { width, height: 3 * height, channels: 3, pageHeight: height } as const;
    writeFileSync(animation, await sharp(Buffer.concat(frames), { raw }).gif({ loop: 0 }).toBuffer());
  });
  const frameNames = [1, 2, 3].map((n) => `${animation}#frame=${n}`);

  test('each frame has its line under a detector, and how many were looked at is said', async () => {
    const all = await presend('hash', animation, '--hash', bits);
    expect([all.code, all.err]).toEqual([0, `${animation}: all 3 frames were looked at\n`]);
    expect(all.lines.map((line) => line.split(',')[2])).toEqual(frameNames);
    expect(new Set(all.lines.map((line) => line.split(',')[0])).size).toBe(3);
    const some = await presend('hash', animation, '--hash', bits, '--most-frames', '2');
    expect(some.err).toBe(`${animation}: 2 of 3 frames, evenly spread, were looked at\n`);
    expect(some.lines).toEqual([all.lines[0], all.lines[2]]);
    const regions = await presend('hash', animation, '--hash', 'crop-resistant');
    expect(regions.lines).toHaveLength(3);
    expect(regions.err).toContain('all 3 frames were looked at');
  });

  test('list make says it too, and its list has the hashes that hash prints, in both formats', async () => {
    for (const [file, name] of [
      [bits, 'frames.presend'],
      [vectors, 'frame-vectors.presend'],
    ] as const) {
      const { code, err } = await presend('list', 'make', animation, '--hash', file, '--out', at(name));
      expect(code).toBe(0);
      expect(err).toContain(`${animation}: all 3 frames were looked at; 3 listed\n`);
      writeFileSync(at('frames.jsonl'), (await presend('hash', animation, '--hash', file, '--json')).out);
      for (const list of [name, 'frames.jsonl']) {
        const rule = ['--frames', 'all', '--threshold', '0', '--json'];
        const { out } = await presend('match', animation, '--list', at(list), '--hash', file, ...rule, '--all');
        const { matches, frames } = JSON.parse(out) as { matches: { entry: string; frame: number }[]; frames: object };
        expect(frames).toEqual({ declared: 3, looked: 3, flat: 0, matched: [1, 2, 3], rule: 'all' });
        expect(matches.map(({ entry }) => entry).toSorted()).toEqual(frameNames);
        for (const { entry, frame } of matches) expect(entry).toBe(frameNames[frame - 1]);
      }
    }
  });

  test('a frame that a detector refuses is counted, and the others are printed', async () => {
    const refusing = detector('refusing.yaml', {
      version: 1,
      kind: 'program',
      name: 'refusing',
      command: [process.execPath, at('refuse-second.mjs')],
      bits: 64,
      distance: 'hamming',
      threshold: 3,
    });
    // The first question to any of its processes is the trial picture.
    writeFileSync(
      at('refuse-second.mjs'),
      `import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id } = JSON.parse(line);
  appendFileSync(${JSON.stringify(at('asked'))}, 'x');
  const asked = readFileSync(${JSON.stringify(at('asked'))}).length;
  console.log(JSON.stringify(asked === 3 ? { id, refused: 'not this one' } : { id, hash: 'f'.repeat(16) }));
}
`,
    );
    const { code, lines, err } = await presend('hash', animation, '--hash', refusing);
    expect([code, err]).toEqual([0, `${animation}: all 3 frames were looked at; 1 was refused\n`]);
    expect(lines.map((line) => line.split(',')[2])).toEqual([frameNames[0], frameNames[2]]);
  });
});

test('the list is the same for any number of threads', async () => {
  for (const threads of ['1', '2'])
    expect((await made(`threads-${threads}.presend`, vectors, '--threads', threads)).code).toBe(0);
  expect(readFileSync(at('threads-2.presend'))).toEqual(readFileSync(at('threads-1.presend')));
});
