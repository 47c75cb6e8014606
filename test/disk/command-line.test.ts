/** Commands as text: what is printed can be pasted, and read back. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoted, resumeCommand, wordsOf } from '../../src/disk/command-line.ts';

const word = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('\0'));

test('words that are quoted are read back, whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      expect(wordsOf(quoted(words))).toEqual(words);
    }),
    { seed: 1 },
  );
});

test('a shell reads the same words', () => {
  const words = ['run', "it's", 'a b', '$HOME', '`id`', '', '*', 'ä/ö.yaml', '--seed=3', 'new\nline', '~'];
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${quoted(words)}`], { encoding: 'utf8' });
  expect(read.split('\0').slice(0, -1)).toEqual(words);
});

test('runs C5: the command that goes on names the file as it was typed, the folder, and --resume once', () => {
  expect(resumeCommand(['run', 'my file.yaml', '--out', 'old', '--limit', '30', '--resume'], 'runs/x')).toBe(
    "npm run -s presend -- run 'my file.yaml' --limit 30 --out runs/x --resume",
  );
  expect(resumeCommand(['run', 'a', '--out=old'], 'b')).toBe('npm run -s presend -- run a --out b --resume');
});
