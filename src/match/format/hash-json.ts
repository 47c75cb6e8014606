/**
 * What `presend hash --json` prints: one record per line, `{file, algorithm, bits, hash, quality}`, with `dihedral` for the hashes of its
 * turns and `frames` for those of an animation; each is an entry. The file is the entry's name. Records of another hash, of pictures without a hash, and below the hash's minimum
 * quality are counted. A written record has no quality, because a list does not store it.
 */
import { UserError } from '../../util/errors.ts';
import { headOf } from './encoding.ts';
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { turned } from './hex.ts';
import { headKeys, isObject, type JsonObject, jsonReader, nameOf } from './json.ts';
import { clip } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

export const hashJson = listFormat({
  name: 'hash-json',
  summary: 'the output of presend hash --json: file, algorithm and hash, one record per line',
  reference: 'this file',
  endings: ['.jsonl', '.json'],
  unit: 'record',
  recognises(head) {
    const { keys } = headKeys(headOf(head));
    return keys.has('file') && ['hash', 'hashes', 'error'].some((key) => keys.has(key));
  },
  algorithmOf: (head) => /"algorithm"\s*:\s*"([\w-]{1,40})"/.exec(headOf(head))?.[1],
  reader(facts) {
    const found = new Gatherer(facts, 'record');
    const addHash = (number: number, { hash, quality, dihedral }: JsonObject, file: string): void => {
      const rated = typeof quality === 'number' ? { quality } : {};
      if (isObject(dihedral))
        for (const [turn, digits] of Object.entries(dihedral))
          found.add(number, String(digits), turned(file, turn), rated);
      else if (typeof hash !== 'string') found.bad(number, 'no hash');
      else found.add(number, hash, file, rated);
    };
    return jsonReader(
      {
        array: true,
        key: 'records',
        mayBeEmpty: true,
        fields: ['hash', 'hashes', 'error'],
        bad: found.bad,
        wrong: () => new UserError('Expected JSON records with file and hash, as presend hash --json prints them'),
      },
      (record, number) => {
        if (!isObject(record)) return found.bad(number, 'no hash');
        const { algorithm, error, frames } = record;
        const file = nameOf(record.file);
        if (typeof error === 'string') found.left(number, `not hashed: ${clip(error)}`);
        else if (algorithm !== facts.algorithm) found.otherType(number, String(algorithm));
        else if (isObject(frames) && Array.isArray(frames.hashes))
          for (const each of frames.hashes as unknown[])
            if (isObject(each)) addHash(number, each, `${file}#frame=${nameOf(each.frame)}`);
            else found.bad(number, 'no hash');
        else addHash(number, record, file);
      },
      () => found.gathered(),
    );
  },
  pieces(list) {
    checkNames(list, this.name, [blank]);
    const { algorithm, bits } = list;
    return textPieces(list, (file, hash) => `${JSON.stringify({ file, algorithm, bits, hash })}\n`);
  },
});
