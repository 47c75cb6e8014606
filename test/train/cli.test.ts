/** `presend train` on pictures made here: a head that works in experiments, the same bytes twice, and one sentence for what is wrong. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readHead, seenPictures } from '../../src/classify/model-folder.ts';
import { takeLock } from '../../src/disk/lock.ts';
import { encode } from '../../src/image/encode.ts';
import { check } from '../../src/schema/check.ts';
import { HeadCard } from '../../src/schema/model-card.ts';
import { TrainMetrics } from '../../src/train/metrics.ts';
import { waves } from '../classify/picture.ts';
import { presend, type Ran, scratch } from '../cli/presend.ts';

const folder = scratch();
const pictures = join(folder, 'pictures');

/** Two labels: colour and grey. */
async function makePictures(count: number, root = pictures): Promise<void> {
  for (const [label, channels] of [
    ['colour', 3],
    ['grey', 1],
  ] as const) {
    mkdirSync(join(root, label), { recursive: true });
    for (let i = 0; i < count; i++)
      writeFileSync(join(root, label, `${i}.png`), await encode(waves(48, 40, i, channels), { type: 'png' }));
  }
}

const train = (...more: string[]): Promise<Ran> =>
  presend('train', '--dataset', pictures, '--network', 'nsfwjs-mobilenet-v2', '--threads', '1', ...more);
const read = (out: string, file: string): string => readFileSync(join(out, file), 'utf8');

test('runs A7: no head for a label whose pictures are all refused', async () => {
  const root = join(folder, 'refused');
  await makePictures(6, root);
  mkdirSync(join(root, 'broken'));
  for (let i = 0; i < 6; i++)
    writeFileSync(
      join(root, 'broken', `${i}.png`),
      (await encode(waves(48, 40, 20 + i, 3), { type: 'png' })).slice(0, 120),
    );
  const out = join(folder, 'never');
  const { code, err } = await presend('train', '--dataset', root, '--network', 'nsfwjs-mobilenet-v2', '--out', out);
  expect(code).toBe(2);
  expect(err).toContain("None of the 6 pictures with the label 'broken' is usable; the first, broken/0.png: ");
  expect(existsSync(out)).toBe(false);
});

test('two trainings into one folder: the second is refused before its work', async () => {
  const out = join(folder, 'busy', 'tones');
  mkdirSync(out, { recursive: true });
  const lock = await takeLock(join(out, 'lock'), out);
  const { code, err } = await train('--out', out);
  expect([code, err]).toEqual([2, expect.stringContaining(`is working in ${out}; wait until it ends`)]);
  expect(readdirSync(out)).toEqual(['lock']);
  await lock.release();
});

describe('a head', () => {
  const [first, second] = [join(folder, 'first', 'tones'), join(folder, 'second', 'tones')];
  let ran: Ran;
  beforeAll(async () => {
    await makePictures(12);
    writeFileSync(join(pictures, 'grey', 'cut.png'), read(join(pictures, 'grey'), '0.png').slice(0, 90));
    ran = await train('--out', first, '--json');
  });

  test('is written with card, metrics, split and page; what is refused is said', () => {
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/^grey\/cut\.png: refused: /);
    expect(readdirSync(first).sort()).toEqual(['card.json', 'head.json', 'metrics.json', 'report.html', 'split.json']);
    const metrics = check(TrainMetrics, JSON.parse(ran.out), 'metrics');
    expect(JSON.parse(read(first, 'metrics.json'))).toEqual(metrics);
    expect(metrics.parts).toMatchObject({
      train: { pictures: 14 },
      validation: { pictures: 4 },
      test: { pictures: 6 },
    });
    expect(metrics.dataset).toMatchObject({
      name: 'pictures',
      source: 'pictures',
      refused: [{ picture: 'grey/cut.png' }],
    });
    const head = readHead(first);
    expect(head).toMatchObject({ name: 'tones', labels: ['colour', 'grey'], sha256: metrics.head.sha256 });
    expect(check(HeadCard, JSON.parse(read(first, 'card.json')), 'card').sha256).toBe(head.sha256);
    expect(seenPictures(first).size).toBe(18);
    const page = read(first, 'report.html');
    expect(page).toContain('How well does a head on nsfwjs-mobilenet-v2 tell 2 labels of pictures apart?');
    for (const text of [page, read(first, 'card.json'), read(first, 'metrics.json')])
      expect(text).not.toContain(folder);
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:)/);
  });

  test('is made again, byte for byte', async () => {
    const again = await train('--out', second);
    expect([again.code, again.lines[0]]).toEqual([0, expect.stringMatching(/^Accuracy: The head is right on /)]);
    for (const file of readdirSync(first)) expect(read(second, file), file).toBe(read(first, file));
  });

  test('is not written over unasked', async () => {
    const { code, err } = await train('--out', first);
    expect([code, err]).toEqual([2, expect.stringContaining('already holds a head')]);
    const model = await train('--out', 'models/nsfwjs-mobilenet-v2', '--force');
    expect([model.code, model.err]).toEqual([2, expect.stringContaining('holds a model that is not a head')]);
  });
});

describe('what is wrong: one sentence and its exit code', () => {
  const one = join(folder, 'one');
  const flat = join(folder, 'flat');
  const few = join(folder, 'few');
  beforeAll(async () => {
    await makePictures(2, few);
    for (const [root, label] of [
      [one, 'only'],
      [flat, '.'],
    ] as const) {
      mkdirSync(join(root, label), { recursive: true });
      writeFileSync(join(root, label, 'a.png'), await encode(waves(20, 20, 1), { type: 'png' }));
    }
  });

  test.each<[string, () => string[], number, RegExp]>([
    ['no dataset', () => ['--dataset', join(folder, 'none')], 3, /^presend: No dataset /],
    ['one label', () => ['--dataset', one], 2, /has one label, only: a head needs at least two/],
    ['no labels', () => ['--dataset', flat], 2, /has pictures without a label/],
    ['too few pictures of a label', () => ['--dataset', few], 2, /The label 'colour' has 2 source pictures/],
    [
      'an unknown network',
      () => ['--dataset', few, '--network', 'nsfwjs-mobilenet'],
      2,
      /Unknown classifier 'nsfwjs-mobilenet'/,
    ],
    ['an unknown head', () => ['--dataset', few, '--head', 'svm'], 2, /argument 'svm' is invalid/],
    [
      'a folder whose name is no name',
      () => ['--dataset', few, '--out', join(folder, 'My Head')],
      2,
      /use at most sixty lower-case letters, digits and dashes/,
    ],
  ])('%s', async (_, words, code, sentence) => {
    const ran = await presend(
      'train',
      ...(words().includes('--out') ? [] : ['--out', join(folder, 'out')]),
      ...words(),
    );
    expect(ran.err).toMatch(sentence);
    expect([ran.code, ran.out]).toEqual([code, '']);
  });

  test('a head is no network', async () => {
    const { code, err } = await presend(
      'train',
      '--dataset',
      few,
      '--network',
      'generated-topics',
      '--out',
      join(folder, 'out'),
    );
    expect([code, err]).toEqual([2, expect.stringContaining('generated-topics is a head; give its network')]);
  });
});
