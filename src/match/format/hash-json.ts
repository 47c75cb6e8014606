/**
 * What `presend hash --json` prints: one record per line, `{file, algorithm, bits, hash, quality}`, with `dihedral` for the hashes of its
 * turns; each is an entry. The file is the entry's name. Records of another hash, of pictures without a hash, and below the hash's minimum
 * quality are counted. A written record has no quality, because a list does not store it.
 */
import { UserError } from '../../util/errors.ts';
import { headOf } from './encoding.ts';
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { turned } from './hex.ts';
import { headKeys, isObject, jsonReader, nameOf } from './json.ts';
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
        const { algorithm, hash, quality, dihedral, error } = record;
        const file = nameOf(record.file);
        const rated = typeof quality === 'number' ? { quality } : {};
        if (typeof error === 'string') found.left(number, `not hashed: ${clip(error)}`);
        else if (algorithm !== facts.algorithm) found.left(number, `other type: ${clip(String(algorithm))}`);
        else if (isObject(dihedral))
          for (const [turn, digits] of Object.entries(dihedral))
            found.add(number, String(digits), turned(file, turn), rated);
        else if (typeof hash !== 'string') found.bad(number, 'no hash');
        else found.add(number, hash, file, rated);
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
