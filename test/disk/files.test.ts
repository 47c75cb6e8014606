/** Reading and making what people name on the command line: files that never end, folders that cannot be made. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, readIfThere, textOf } from '../../src/disk/read.ts';
import { makeFolders, writeScratch, writeWhole } from '../../src/disk/write.ts';

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'presend-files-'));
  writeFileSync(at('file'), 'a file');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('files that are read whole', () => {
  test('have their bytes, however many', async () => {
    const bytes = Uint8Array.from({ length: 600_000 }, (_, i) => i % 251);
    writeFileSync(at('large'), bytes);
    expect(Buffer.compare(Buffer.from(await bytesOf(at('large'))), bytes)).toBe(0);
    writeFileSync(at('none'), '');
    expect([await textOf(at('none')), await textOf(at('file'))]).toEqual(['', 'a file']);
  });

  test('a folder is named in the error that reading gives', async () => {
    await expect(textOf(folder)).rejects.toMatchObject({ code: 'EISDIR', path: folder });
    await expect(readIfThere(folder)).rejects.toMatchObject({ code: 'EISDIR', path: folder });
    expect(await readIfThere(at('nothing'))).toBeUndefined();
  });

  test('one that is too large is refused', async () => {
    await expect(bytesOf(at('large'), 100_000)).rejects.toThrow(/is larger than the limit of 100000 bytes/);
    expect((await bytesOf(at('large'), 600_000)).length).toBe(600_000);
  });

  test.runIf(existsSync('/dev/zero'))('a device, which may have no end, is refused', async () => {
    await expect(textOf('/dev/zero')).rejects.toThrow('/dev/zero is a device, not a file');
  });

  test.runIf(process.platform !== 'win32')('a pipe is read to its end, and no further than the bound', async () => {
    const pipe = at('pipe');
    execFileSync('mkfifo', [pipe]);
    const [text] = await Promise.all([textOf(pipe), writeInto(pipe, 'x'.repeat(300_000))]);
    expect(text.length).toBe(300_000);
    const [refused] = await Promise.allSettled([bytesOf(pipe, 1000), writeInto(pipe, 'x'.repeat(300_000))]);
    expect(String((refused as PromiseRejectedResult).reason)).toContain('larger than the limit of 1000 bytes');
  });
});

/** Writes into a pipe; who reads it may go away. */
async function writeInto(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  await file.writeFile(text).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  await file.close();
}

describe('folders', () => {
  test('are made with those above, and the topmost new one is named', async () => {
    expect(await makeFolders(at('a', 'b', 'c'))).toBe(at('a'));
    expect(await makeFolders(at('a', 'b', 'c'))).toBeUndefined();
    expect(await makeFolders(at('a', 'b', 'd'))).toBe(at('a', 'b', 'd'));
    expect(await makeFolders('.')).toBeUndefined();
    expect(await makeFolders('/')).toBeUndefined();
  });

  test('several makers at once all succeed', async () => {
    await Promise.all(Array.from({ length: 20 }, () => makeFolders(at('many', 'x', 'y', 'z'))));
    expect(existsSync(at('many', 'x', 'y', 'z'))).toBe(true);
  });

  test('a link to a folder is a folder', async () => {
    mkdirSync(at('real'));
    symlinkSync(at('real'), at('linked'));
    expect(await makeFolders(at('linked'))).toBeUndefined();
    expect(await makeFolders(at('linked', 'in'))).toBe(at('linked', 'in'));
  });

  test('what is in the way is named', async () => {
    await expect(makeFolders(at('file'))).rejects.toMatchObject({ code: 'EEXIST', path: at('file') });
    await expect(makeFolders(at('file', 'x', 'y'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    symlinkSync(at('nowhere'), at('dangling'));
    await expect(makeFolders(at('dangling'))).rejects.toMatchObject({ code: 'EEXIST', path: at('dangling') });
    await expect(makeFolders('')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.runIf(process.platform === 'linux')('where none can be made, it ends', async () => {
    await expect(makeFolders('/proc/presend/x')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('a part that cannot be opened is not removed, and its error is the one that is thrown', async () => {
  mkdirSync(at('out.part'));
  await expect(writeWhole(at('out'), 'text')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(existsSync(at('out.part'))).toBe(true);
});

test('writers of one file take turns: none mixes its bytes with those of another', async () => {
  const texts = Array.from({ length: 12 }, (_, i) => `${i},`.repeat(200_000 + 10_000 * i));
  await Promise.all(texts.map((text) => writeWhole(at('shared'), text)));
  expect(texts).toContain(readFileSync(at('shared'), 'utf8'));
  expect(existsSync(at('shared.part'))).toBe(false);
});

test('a part that a killed writer left is taken over', async () => {
  writeFileSync(at('taken.part'), 'what was written before the kill, and longer than the new content');
  await writeWhole(at('taken'), 'new');
  expect(readFileSync(at('taken'), 'utf8')).toBe('new');
});

test('scratch files are whole too: several writers of one file leave the bytes of one of them, and no part', async () => {
  const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(200_000));
  await Promise.all(contents.map((content) => writeScratch(at('scratch'), content)));
  expect(contents).toContain(readFileSync(at('scratch'), 'utf8'));
  expect(existsSync(at('scratch.part'))).toBe(false);
});
