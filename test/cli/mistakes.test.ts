/** Mistakes that everybody makes with paths, by command: one sentence that names the path, exit code 2 or 3, never "this is a bug". */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { failed } from '../../src/cli/program.ts';
import { systemSentence } from '../../src/cli/system-error.ts';
import { canRedraw, columnsOf, wantsColor } from '../../src/cli/terminal.ts';
import { openDatabase } from '../../src/server/store/database.ts';
import { reasonOf } from '../../src/util/errors.ts';
import { image, presend, scratch } from './presend.ts';

const folder = scratch();
const at = (...parts: string[]): string => join(folder, ...parts);
const file = at('file');
const runs = at('runs');
beforeAll(() => {
  writeFileSync(file, 'a file\n');
  mkdirSync(at('empty'));
  mkdirSync(runs);
  writeFileSync(at('list.txt'), `${'ab'.repeat(32)}\n`);
  symlinkSync(at('loop'), at('loop'));
});
const long = 'x'.repeat(300);

describe('audit M6, runs C3: a mistake of the reader is one sentence', () => {
  test.each<[string, string[], number, string]>([
    ['a folder as experiment', ['run', at('empty')], 2, 'is a folder without an experiment.yaml'],
    ['a folder to validate', ['validate', at('empty')], 2, 'is a folder without an experiment.yaml'],
    ['no experiment', ['run', at('nothing.yaml')], 3, 'No experiment'],
    ['--out below a file', ['run', 'threshold', '--out', at('file', 'x')], 2, 'is a file'],
    ['--out in a loop of links', ['run', 'threshold', '--out', at('loop', 'x')], 2, 'link'],
    ['--out with a long name', ['run', 'threshold', '--out', at(long)], 2, 'longer than the file system allows'],
    ['a file for the model’s folder', ['tradeoff', '--out', file], 2, file],
    ['inputs that are a folder', ['tradeoff', '--inputs', at('empty')], 2, at('empty')],
    ['a run that is a file', ['tradeoff', '--run', file], 2, file],
    ['a file for the folder of reproduce', ['reproduce', '--out', file], 2, file],
    ['a head into a file', ['train', '--dataset', 'generated', '--out', at('file', 'head')], 2, 'is a file'],
    ['runs that are a file', ['serve', file, '--port', '0'], 2, 'is a file'],
    ['runs that are not there', ['serve', at('nothing'), '--port', '0'], 3, 'No folder'],
    ['data in a file', ['serve', runs, '--port', '0', '--data', file], 2, file],
    ['a report of a file', ['report', file], 2, 'is a file, where a folder was expected'],
    ['a report of nothing', ['report', at('nothing')], 3, 'No run in'],
    ['a list that is a folder', ['list', 'info', at('empty')], 2, at('empty')],
    ['a list into a folder', ['list', 'import', at('list.txt'), '--out', at('empty')], 2, 'empty'],
    ['a list that is not there', ['match', image('meme.png'), '--list', at('nothing')], 3, at('nothing')],
    ['a picture that is a folder', ['hash', at('empty')], 2, 'a folder'],
    ['a dataset that is a file', ['dataset', 'info', file], 2, file],
  ])('%s', async (_, args, code, words) => {
    const ran = await presend(...args);
    expect(ran.err).not.toContain('this is a bug');
    expect(ran.err).toContain(words);
    expect(ran.code).toBe(code);
  });

  test('a port that is taken is found before keys are made', async () => {
    const server = createServer();
    const port = await new Promise<number>((done) =>
      server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
    );
    const ran = await presend('serve', runs, '--port', String(port), '--data', at('data'));
    server.close();
    expect(ran.err).toContain(`Port ${port} is taken`);
    expect(ran.err).not.toContain('Made keys');
    expect(ran.code).toBe(2);
  });

  test('an experiment is found by its folder too', async () => {
    const ran = await presend('validate', 'experiments/threshold');
    expect([ran.code, ran.err]).toEqual([0, '']);
  });
});

describe('system errors', () => {
  const system = (code: string, more: object = {}) => Object.assign(new Error(`${code}: raw`), { code, ...more });
  const codeOf = (error: unknown): [number, string] => {
    let said = '';
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
    try {
      return [failed(error), said];
    } finally {
      spy.mockRestore();
    }
  };

  test.each(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM'])('%s is the machine’s, path or not', (code) => {
    expect(systemSentence(system(code))).toBeTruthy();
    const [exit, said] = codeOf(system(code, { path: '/some/where' }));
    expect(exit).toBe(2);
    expect(said).toContain('/some/where');
    expect(said).not.toContain('bug');
  });

  test.each(['ENOTDIR', 'EISDIR', 'EEXIST', 'EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EXDEV', 'EBUSY'])(
    '%s names its path',
    (code) => {
      const [exit, said] = codeOf(system(code, { path: '/some/where' }));
      expect([exit, said.includes('/some/where'), said.split('\n').length]).toEqual([2, true, 2]);
    },
  );

  test('what has neither a path nor a known code is our bug, with its stack', () => {
    for (const error of [
      new TypeError('x is not a function'),
      system('ENOTDIR'),
      system('ECONNRESET'),
      'thrown text',
    ]) {
      const [exit, said] = codeOf(error);
      expect(exit).toBe(1);
      expect(said).toContain('this is a bug');
    }
  });
});

describe('runs C4: DATABASE_URL', () => {
  test.each([
    'garbage',
    'postgres://user:pass#word@127.0.0.1:1/db',
    'postgres://user:pass/word@127.0.0.1:1/db',
    'http://127.0.0.1/db',
    'postgres://[::1/db',
  ])('%s is one sentence without the password', async (url) => {
    await expect(openDatabase({ url })).rejects.toThrow('DATABASE_URL is not of the form postgres://');
    await expect(openDatabase({ url })).rejects.not.toThrow(/127\.0\.0\.1/);
  });

  test('a server that refuses is named by its reason', async () => {
    await expect(openDatabase({ url: 'postgres://user:secret@127.0.0.1:1/db' })).rejects.toThrow(/ECONNREFUSED/);
    const both = new AggregateError([new Error('refused at ::1'), new Error('refused at 127.0.0.1')]);
    expect(reasonOf(both)).toBe('refused at ::1; refused at 127.0.0.1');
  });
});

describe('runs E: terminals', () => {
  test('a width of 0 says nothing', () => {
    expect([columnsOf({ columns: 0 }), columnsOf({}), columnsOf({ columns: 80 })]).toEqual([120, 120, 80]);
  });
  test('NO_COLOR and TERM=dumb', () => {
    const tty = { isTTY: true };
    expect(wantsColor(tty, {})).toBe(true);
    expect(wantsColor(tty, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColor(tty, { NO_COLOR: '' })).toBe(true);
    expect(wantsColor(tty, { TERM: 'dumb' })).toBe(false);
    expect(wantsColor({}, {})).toBe(false);
    expect([canRedraw(tty, {}), canRedraw(tty, { TERM: 'dumb' }), canRedraw({}, {})]).toEqual([true, false, false]);
  });
});

test.each([
  ['run', 'tradeof', 'tradeoff'],
  ['hash', '--algorithm', 'PDQ', 'x.png', 'pdq'],
  ['ls', 'Hashes', 'hashes'],
])('did you mean: presend %s %s', async (...words) => {
  const ran = await presend(...words.slice(0, -1));
  expect(ran.code).toBeGreaterThan(1);
  expect(ran.err).toContain(`Did you mean ${words.at(-1)}?`);
});

afterAll(() => vi.restoreAllMocks());

test.each([
  ['run', 'tradeoff'],
  ['train', '--dataset', 'generated'],
])('runs A8: a seed that would be rounded is refused by %s', async (...words) => {
  const { code, err } = await presend(...words, '--seed', '9007199254740993');
  expect([code, err]).toEqual([
    2,
    "presend: Expected a whole number of at most 9007199254740991 for --seed but received '9007199254740993' of type string\n",
  ]);
});
