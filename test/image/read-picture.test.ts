/** Reading picture files from a disk: what is no plain file is refused at once. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { RefusedError } from '../../src/image/decode.ts';
import { readPicture } from '../../src/image/read-picture.ts';

describe('cases B11: what is no plain file is refused at once', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'presend-field-'));
  afterAll(() => rmSync(scratch, { recursive: true }));
  const at = (name: string): string => join(scratch, name);
  const why = (path: string): string => {
    try {
      readPicture(path);
      return 'read';
    } catch (error) {
      if (error instanceof RefusedError) return error.message;
      throw error;
    }
  };

  test.skipIf(process.platform === 'win32')(
    'pipes, devices, folders, links to them, files that the system makes up',
    () => {
      execFileSync('mkfifo', [at('pipe.jpg')]);
      symlinkSync(at('pipe.jpg'), at('link.jpg'));
      mkdirSync(at('folder.jpg'));
      symlinkSync(at('turn.jpg'), at('turn.jpg'));
      expect(why(at('pipe.jpg'))).toMatch(/^a named pipe, not a file/);
      expect(why(at('link.jpg'))).toMatch(/^a named pipe, not a file/);
      expect(why(at('folder.jpg'))).toMatch(/^a folder, not a picture/);
      expect(why(at('turn.jpg'))).toContain('links lead back to themselves');
      expect(why('/dev/zero')).toBe('a device, not a file');
      expect(why(at('none.jpg'))).toBe('no such file');
      expect(why(at('caf\ufffd.jpg'))).toContain('if its name has another encoding, rename it');
    },
  );

  test.skipIf(process.platform !== 'linux')('files of /proc', () => {
    expect(why('/proc/self/status')).toMatch(/^a file without a size/);
    expect(why('/proc/self/mem')).toMatch(/^a file without a size/);
  });

  test('a huge file without content, and one that begins as a picture', () => {
    writeFileSync(at('sparse.jpg'), '');
    truncateSync(at('sparse.jpg'), 2 ** 29);
    expect(why(at('sparse.jpg'))).toMatch(/^not an image/);
    truncateSync(at('sparse.jpg'), 2 ** 40);
    expect(why(at('sparse.jpg'))).toMatch(/^too large: a file of more than 1024 MiB/);
  });
});
