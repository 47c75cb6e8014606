/** Mistakes that everybody makes with paths, by command: one sentence that names the path, exit code 2 or 3, never "this is a bug". */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { failed } from '../../src/cli/program.ts';
import { systemSentence } from '../../src/cli/system-error.ts';
import { canRedraw, columnsOf, wantsColor } from '../../src/cli/terminal.ts';
import { openDatabase } from '../../src/server/store/database.ts';
import { checkDatabaseUrl } from '../../src/server/store/database-url.ts';
import { reasonOf } from '../../src/util/errors.ts';
import { ended, image, presend, scratch, start } from './presend.ts';

const folder = scratch();
const at = (...parts: string[]): string => join(folder, ...parts);
const file = at('file');
const runs = at('runs');
beforeAll(() => {
  writeFileSync(file, 'a file\n');
  mkdirSync(at('empty'));
  mkdirSync(at('held.part'));
  mkdirSync(runs);
  writeFileSync(at('list.txt'), `${'ab'.repeat(32)}\n`);
  symlinkSync(at('loop'), at('loop'));
  symlinkSync(at('nowhere'), at('dangling'));
});
const long = 'x'.repeat(300);
const tls = (cert: string, key: string): string[] => [
  ...['serve', runs, '--port', '0', '--public', '--host', '0.0.0.0'],
  ...['--tls-cert', cert, '--tls-key', key],
];

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
    ['a file for the folder of backtest', ['backtest', '--draws', '100', '--out', file], 2, file],
    ['episodes that are a folder', ['backtest', '--episodes', at('empty')], 2, at('empty')],
    ['episodes that are not there', ['backtest', '--episodes', at('nothing')], 3, at('nothing')],
    ['a head into a file', ['train', '--dataset', 'generated', '--out', at('file', 'head')], 2, 'is a file'],
    ['runs that are a file', ['serve', file, '--port', '0'], 2, 'is a file'],
    ['runs that are not there', ['serve', at('nothing'), '--port', '0'], 3, 'No folder'],
    ['data in a file', ['serve', runs, '--port', '0', '--data', file], 2, file],
    ['a report of a file', ['report', file], 2, 'is a file, where a folder was expected'],
    ['a report of nothing', ['report', at('nothing')], 3, 'No run in'],
    [
      'a figure in a format that is none',
      ['figure', 'x', 'y', '--format', 'png'],
      2,
      'Allowed choices are svg, pdf, csv',
    ],
    [
      'a figure in a file of no format',
      ['figure', 'x', 'y', '--out', 'y.png'],
      2,
      'ending .svg, .pdf or .csv but is y.png',
    ],
    ['a figure in two formats', ['figure', 'x', '--format', 'pdf', '--out', 'y.svg'], 2, 'ending .pdf but is y.svg'],
    ['a list that is a folder', ['list', 'info', at('empty')], 2, at('empty')],
    ['a list into a folder', ['list', 'import', at('list.txt'), '--out', at('empty')], 2, 'empty'],
    ['a list whose part is a folder', ['list', 'import', at('list.txt'), '--out', at('held')], 2, at('held')],
    ['a list that is not there', ['match', image('meme.png'), '--list', at('nothing')], 3, at('nothing')],
    ['a picture that is a folder', ['hash', at('empty')], 2, 'a folder'],
    ['a dataset that is a file', ['dataset', 'info', file], 2, file],
    ['a network file that is a folder', ['hash', image('meme.png'), '--network', at('empty')], 2, at('empty')],
    ['a picture that is a device', ['hash', '/dev/zero'], 2, 'a device'],
    ['an experiment that is a device', ['run', '/dev/zero'], 2, 'is a device, not a file'],
    ['an experiment to validate that is a device', ['validate', '/dev/full'], 2, 'is a device, not a file'],
    ['inputs that are a device', ['tradeoff', '--inputs', '/dev/zero'], 2, 'is a device, not a file'],
    ['inputs below a file', ['tradeoff', '--inputs', at('file', 'x')], 2, 'is a file, where a folder was expected'],
    ['a network file that is a device', ['hash', image('meme.png'), '--network', '/dev/zero'], 2, 'is a device'],
    ['--out that is a dangling link', ['tradeoff', '--out', at('dangling')], 2, at('dangling')],
    ['a dataset with a zero byte in its path', ['dataset', 'info', `a\0b/c`], 2, 'zero byte'],
    ['a corpus into a file', ['dataset', 'make', 'generated', '--pictures', '1', '--out', file], 2, file],
    [
      'secrets in a file',
      ['list', 'blind', at('list.txt'), '--out', at('t'), '--secrets', at('file', 's')],
      2,
      'is a file',
    ],
    ['a certificate that is a folder', tls(at('empty'), file), 2, at('empty')],
    ['a certificate that is not there', tls(at('nothing'), file), 3, at('nothing')],
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
    expect(ran.err).toContain(`Port ${port} is in use`);
    expect(ran.err).not.toContain('Made keys');
    expect(ran.code).toBe(2);
  });

  test
    .runIf(process.platform === 'linux')
    .each([
      [['tradeoff', '--out', '/proc/presend']],
      [['run', 'threshold', '--out', '/proc/presend/run']],
      [['dataset', 'make', 'generated', '--pictures', '1', '--out', '/proc/presend']],
      [['reproduce', '--out', '/proc/presend']],
      [['train', '--dataset', 'generated', '--out', '/proc/presend']],
      [['serve', runs, '--port', '0', '--data', '/proc/presend']],
    ])('a folder where none can be made: presend %j ends', async (args) => {
    const ran = await presend(...args);
    expect([ran.code, ran.err.includes('/proc/presend'), ran.err.includes('bug')]).toEqual([3, true, false]);
  });

  test
    .runIf(existsSync('/dev/full'))
    .each([[['ls', 'hashes']], [['hash', image('meme.png')]], [['list', 'export', at('list.txt')]]])(
    'standard output on a full disk: presend %j',
    async (args) => {
      const full = openSync('/dev/full', 'w');
      try {
        const ran = await ended(start(args, undefined, full));
        expect(ran.err).toBe(
          "presend: The disk is full; free some space, and run the same command again (at 'standard output')\n",
        );
        expect(ran.code).toBe(2);
      } finally {
        closeSync(full);
      }
    },
  );

  test('an answer that cannot be written whole leaves the one before', async () => {
    const out = at('answer');
    expect((await presend('tradeoff', '--out', out, '--draws', '100')).code).toBe(0);
    const before = readFileSync(join(out, 'answer.json'), 'utf8');
    // The file beside its place cannot be made.
    mkdirSync(join(out, 'answer.json.part'));
    const ran = await presend('tradeoff', '--out', out, '--draws', '200');
    expect([ran.code, ran.err.includes('this is a bug')]).toEqual([2, false]);
    expect(readFileSync(join(out, 'answer.json'), 'utf8')).toBe(before);
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
      { thrown: 'object' },
    ]) {
      const [exit, said] = codeOf(error);
      expect(exit).toBe(1);
      expect(said).toContain('this is a bug');
      expect(said).not.toContain('[object Object]');
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
    'postgres://user:12/word@127.0.0.1:1/db',
    'postgres://user:1?word@127.0.0.1:1/db',
    'postgres://user:pass%E0%A4%A@127.0.0.1:1/db',
    'postgres://user:pass@127.0.0.1:1/%E0%A4%A',
    ' postgres://user:pass@127.0.0.1:1/db',
    'postgres:127.0.0.1',
  ])('%s is one sentence without the password', async (url) => {
    await expect(openDatabase({ url })).rejects.toThrow('DATABASE_URL is not of the form postgres://');
    await expect(openDatabase({ url })).rejects.not.toThrow(/127\.0\.0\.1/);
  });

  test('a file where the embedded store is due is named', async () => {
    mkdirSync(at('store'));
    writeFileSync(at('store', 'pglite'), '');
    await expect(openDatabase({ folder: at('store') })).rejects.toMatchObject({
      code: 'EEXIST',
      path: at('store', 'pglite'),
    });
  });

  test('an address that is none is found before keys are made, and an empty one is unset', async () => {
    vi.stubEnv('DATABASE_URL', 'postgres://user:pass#s3cret@127.0.0.1/db');
    const ran = await presend('serve', runs, '--port', '0', '--data', at('unmade'));
    expect([ran.code, existsSync(at('unmade')), ran.err.includes('s3cret')]).toEqual([2, false, false]);
    expect(ran.err).toContain('DATABASE_URL is not of the form');
    vi.stubEnv('DATABASE_URL', '');
    expect((await presend('serve', runs, '--port', '0', '--data', file)).err).not.toContain('DATABASE_URL');
    vi.unstubAllEnvs();
  });

  test.each([
    'postgres://user:p%23s%2Fs%25@127.0.0.1:1/db',
    'postgresql://127.0.0.1:1/db?sslmode=disable',
    'postgres://user:pass@/db?host=/nothing',
    'postgres:///db?host=/nothing',
  ])('%s is an address', (url) => {
    expect(() => checkDatabaseUrl(url)).not.toThrow();
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
    expect([wantsColor({}, { FORCE_COLOR: '1' }), wantsColor(tty, { FORCE_COLOR: '0' })]).toEqual([true, false]);
    expect(wantsColor({}, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect([canRedraw(tty, {}), canRedraw(tty, { TERM: 'dumb' }), canRedraw({}, {})]).toEqual([true, false, false]);
  });
});

test.each([
  ['run', 'tradeof', 'tradeoff'],
  ['tradeof', 'tradeoff'],
  ['TRADEOFF', 'tradeoff'],
  ['list', 'Info', 'info'],
  ['dataset', 'mak', 'make'],
  ['hash', '--algorithm', 'PDQ', 'x.png', 'pdq'],
  ['ls', 'Hashes', 'hashes'],
  ['ls', 'Hash', 'hashes'],
  ['schema', 'Experiment', 'experiment'],
  ['match', '--list', 'x', '--algorithm', 'Phash', 'x.png', 'phash'],
  ['dataset', 'make', 'Generated', 'generated'],
  ['reproduce', 'Apple-Threshold', 'apple-threshold'],
])('did you mean: presend %s %s', async (...words) => {
  const ran = await presend(...words.slice(0, -1));
  expect(ran.code).toBeGreaterThan(1);
  expect(ran.err).toContain(`Did you mean ${words.at(-1)}?`);
});

test('no command shows the help and an unknown one its hint, neither a stack', async () => {
  const none = await presend();
  expect([none.code, none.err.includes('Usage: presend')]).toEqual([2, true]);
  const unknown = await presend('frobnicate');
  expect(unknown).toMatchObject({
    code: 2,
    err: "error: unknown command 'frobnicate'\n(add --help to see the options)\n",
  });
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
