/** Programs as detectors: whatever one of them does wrong costs one picture or ends the run with one sentence, and leaves nothing behind. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkHashName, readDetector } from '../../../src/harness/detectors/detectors.ts';
import { hashProgram, writeForPrograms } from '../../../src/harness/detectors/program.ts';
import type { Raster } from '../../../src/image/raster.ts';
import type { ProgramFile } from '../../../src/schema/detector-file.ts';
import { InterruptedError, MissingError, UserError } from '../../../src/util/errors.ts';
import { toHex } from '../../../src/util/hex.ts';
import { testFolder } from '../tiny.ts';

const file = join(import.meta.dirname, 'mine.yaml');
const grey = (value: number): Raster => ({
  width: 4,
  height: 4,
  channels: 1,
  data: new Uint8Array(16).fill(value),
});
const mine = (fault: string, more: Partial<ProgramFile> = {}): ProgramFile => ({
  version: 1,
  kind: 'program',
  name: 'mine',
  command: [process.execPath, 'program.mjs', fault],
  bits: 64,
  distance: 'hamming',
  threshold: 8,
  startSeconds: 20,
  ...more,
});

/** The hashes of grey pictures under a program with a fault, or why they have none. */
async function hashed(
  fault: string,
  greys: readonly number[],
  more: Partial<ProgramFile> = {},
): Promise<{ answers: string[]; program: ReturnType<typeof hashProgram>; folder: string }> {
  const folder = await testFolder();
  const program = hashProgram(file, mine(fault, more), 1);
  onTestFinished(() => program.close());
  const paths = await Promise.all(greys.map((value) => writeForPrograms(grey(value), folder)));
  const answers = (await program.ask(paths)).map((each) => ('refused' in each ? each.refused : toHex(each.hash)));
  return { answers, program, folder };
}
const of = (value: number): string => toHex(new Uint8Array(8).fill(value));

test('answers are assigned to their pictures, in batches of any size, and with the quality that was given', async () => {
  const greys = [1, 2, 3, 4, 5];
  for (const batch of [1, 2, 8]) expect((await hashed('none', greys, { batch })).answers).toEqual(greys.map(of));
  const { program, folder } = await hashed('none', [7]);
  expect(await program.askPicture(grey(9), folder)).toMatchObject({ quality: 90 });
  expect(readdirSync(folder)).toHaveLength(1);
  expect(program.stderr).toBe('model loaded\n');
});

test('answers out of order are as good', async () => {
  expect((await hashed('backwards', [13, 2, 3])).answers).toEqual([of(13), of(2), of(3)]);
});

describe('a fault of one picture costs that picture', () => {
  test.each([
    ['dies', 'the program mine ended with exit code 3: cannot read the picture: out of luck'],
    ['hangs', 'the program mine gave no answer within 5 s: thinking'],
    ['short', 'the program mine gave a hash of 16 bits (4 hex digits), and its file says 64'],
    ['no-hex', 'the program mine gave a hash that is not hex: "xxxxxxxxxxxxxxxx"'],
    ['nothing', 'the program mine gave neither "hash" nor "refused"'],
    ['quality', 'the program mine gave the quality 101, which is not a whole number from 0 to 100'],
    ['refuses', 'the program mine refused it: too plain: the picture'],
  ])('%s', async (fault, sentence) => {
    // The time limit of a picture; that of a start is for the first answer of a process.
    const { answers } = await hashed(fault, [1, 13, 2, 3], { secondsPerPicture: 1, startSeconds: 5 });
    expect(answers).toEqual([of(1), sentence, of(2), of(3)]);
  });

  test('what came before it does not matter: a program that ends at every third picture refuses only the faulty one', async () => {
    for (const batch of [1, 8]) {
      const { answers } = await hashed('tires', [1, 2, 3, 13, 4, 5, 6, 7], { batch });
      const refused = 'the program mine ended with exit code 5: looked at 13 in the picture';
      expect(answers).toEqual([of(1), of(2), of(3), refused, of(4), of(5), of(6), of(7)]);
    }
  });

  test('a number of a vector that is not a number, or a vector of another length', async () => {
    const vector = { dimensions: 3, seed: 1 };
    const { answers } = await hashed('vector', [1, 13, 1, 2], { vector });
    expect(answers[1]).toBe('the program mine gave a vector whose number 2 is "NaN", which is not a number');
    expect(answers[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(answers[2]).toBe(answers[0]);
    expect(answers[3]).not.toBe(answers[0]);
    const four = { dimensions: 4, seed: 1 };
    expect((await hashed('vector', [1], { vector: four, distance: 'cosine' })).answers).toEqual([
      'the program mine gave a vector of 3 numbers, and its file says 4',
    ]);
  });
});

describe('where answers can no longer be assigned, the run ends', () => {
  test.each([
    ['twice', 'The program mine answered twice for the picture with the id 2'],
    ['foreign', "The program mine answered for the id '99', which it was not given"],
    [
      'no-id',
      'The program mine wrote an answer without the "id" that it was given, a text: {"hash":"0d0d0d0d0d0d0d0d"}',
    ],
    [
      'no-json',
      'The program mine wrote a line that is not a JSON object: Loading: 100 %; it must write answers only, and all else on standard error',
    ],
  ])('%s', async (fault, sentence) => {
    await expect(hashed(fault, [1, 13, 2])).rejects.toThrow(new UserError(sentence));
  });

  test('a program that ends at every picture is started only so many times', async () => {
    await expect(hashed('stubborn', [13, 13, 13, 13], { restarts: 2 })).rejects.toThrow(
      'The detector mine gave no answer 3 times in a row: the program mine ended with exit code 7: model loaded; the run ends here',
    );
    const { answers } = await hashed('stubborn', [13, 1, 13, 2, 13, 3], { restarts: 2, batch: 1 });
    expect(answers.map((each) => each.length === 16)).toEqual([false, true, false, true, false, true]);
  });
});

describe('a program that does not work is found before the run', () => {
  const tried = async (program: ProgramFile): Promise<void> => {
    const folder = await testFolder();
    const started = hashProgram(file, program, 1);
    onTestFinished(() => started.close());
    await started.mustWork(folder);
    expect(readdirSync(folder)).toEqual([]);
  };
  test('works', () => tried(mine('none')));
  test('ends at once', () =>
    expect(tried(mine('no-module'))).rejects.toThrow(
      "The detector mine does not work: the program mine ended with exit code 1: ModuleNotFoundError: No module named 'imagehash'",
    ));
  test('never answers', () =>
    expect(tried(mine('silent', { startSeconds: 3, secondsPerPicture: 1 }))).rejects.toThrow(
      'The detector mine does not work: the program mine gave no answer within 3 s: model loaded',
    ));
  test('is not there', () =>
    expect(tried(mine('none', { command: ['no-such-program-here'] }))).rejects.toThrow(
      new MissingError("The program mine cannot be started: there is no program 'no-such-program-here'"),
    ));
});

test('a program that does not end with its input is ended', async () => {
  const folder = await testFolder();
  const program = hashProgram(file, mine('none', { command: [process.execPath, 'program.mjs', 'none', 'lingers'] }), 1);
  await program.mustWork(folder);
  const begun = Date.now();
  await program.close();
  expect(Date.now() - begun).toBeLessThan(10_000);
});

test('stopped while pictures wait: no picture is refused for it, and no process is started again', async () => {
  const folder = await testFolder();
  const program = hashProgram(file, mine('hangs', { secondsPerPicture: 60 }), 1);
  await program.mustWork(folder);
  const paths = await Promise.all([13, 2, 3].map((value) => writeForPrograms(grey(value), folder)));
  const asked = [program.ask(paths), program.ask(paths)];
  const ended = Promise.allSettled(asked);
  await vi.waitFor(() => expect(program.stderr).toContain('thinking'), 10_000);
  await program.close();
  for (const each of await ended)
    expect(each).toMatchObject({ status: 'rejected', reason: new InterruptedError('the program mine was stopped') });
  expect(program.stderr.match(/model loaded/g)).toHaveLength(1);
});

describe('detector files', () => {
  const written = async (value: unknown): Promise<string> => {
    const folder = await testFolder();
    const path = join(folder, 'mine.yaml');
    await writeFile(path, JSON.stringify(value));
    await writeFile(join(folder, 'program.mjs'), 'nothing');
    return path;
  };

  test('have facts, and a digest of the program beside them', async () => {
    const path = await written(mine('none'));
    const { facts } = await readDetector(path);
    expect(facts).toMatchObject({ name: 'mine', kind: 'program', file: path, bits: 64, threshold: 8, minQuality: 0 });
    expect((await readDetector(path)).facts.sha256).toBe(facts.sha256);
    await writeFile(join(path, '..', 'program.mjs'), 'something');
    expect((await readDetector(path)).facts.sha256).not.toBe(facts.sha256);
  });

  test.each([
    [{ ...mine('none'), threshold: 64 }, /at \/threshold: 64 of 64 bits would match every picture/],
    [{ ...mine('none'), distance: 'cosine' }, /at \/distance: expected hamming, because it gives hashes/],
    [{ ...mine('none'), name: 'pdq' }, /at \/name: 'pdq' is the name of a hash of presend/],
    [{ ...mine('none'), command: 'rm -rf' }, /\/command/],
    [{ ...mine('none'), kind: 'oracle' }, /at \/kind: expected network or program but received "oracle"/],
    [{ ...mine('none'), colour: 'red' }, /colour/],
  ])('are refused where they are wrong: %#', async (value, sentence) => {
    await expect(readDetector(await written(value))).rejects.toThrow(sentence);
  });

  test('that are not there', async () => {
    await expect(readDetector('no-such.yaml')).rejects.toBeInstanceOf(MissingError);
    expect(() => checkHashName('no-such.yaml')).not.toThrow();
    expect(() => checkHashName('no-such')).toThrow("Unknown perceptual hash 'no-such'");
  });
});

describe.skipIf(process.platform === 'win32')('programs that start others', () => {
  /** A detector whose program is a shell script. */
  const script = (text: string, more: Partial<ProgramFile> = {}): ReturnType<typeof hashProgram> =>
    hashProgram(
      file,
      mine('', { command: ['sh', '-c', text], startSeconds: 0.5, secondsPerPicture: 0.5, restarts: 0, ...more }),
      1,
    );

  test.each([
    ['what it started holds its output open', 'sleep 60 & echo $! >&2; exit 0'],
    ['what it started has left its group', 'setsid sleep 60 & echo $! >&2; exit 0'],
  ])('a program that ends while %s is given up in time', async (_, text) => {
    const program = script(text);
    const began = Date.now();
    await expect(program.ask(['a.png'])).rejects.toThrow(/gave no answer within 0.5 s/);
    await program.close();
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  test('what a program started ends with it, also after it has answered and ended', async () => {
    const program = script(`read line; sleep 60 & echo $! >&2; echo '{"id":"1","hash":"${'00'.repeat(8)}"}'`);
    expect(await program.ask(['a.png'])).toHaveLength(1);
    await vi.waitUntil(() => program.stderr.includes('\n'));
    await program.close();
    const pid = Number(program.stderr);
    await vi.waitUntil(() => !isAtWork(pid));
  });

  test('a byte order mark before the first answer is no part of it', async () => {
    const program = script(`printf '\\357\\273\\277'; read line; echo '{"id":"1","hash":"${'00'.repeat(8)}"}'`);
    onTestFinished(() => program.close());
    expect(await program.ask(['a.png'])).toMatchObject([{ quality: 100 }]);
  });
});

/** Whether a process exists, and is no zombie. */
function isAtWork(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
