/**
 * What `presend hash --json` prints: one record per line, `{file, algorithm, bits, hash, quality}`, with `dihedral` for the hashes of its
 * turns and `frames` for those of an animation; each is an entry. The file is the entry's name. Records of another hash, of pictures without a hash, and below the hash's minimum
 * quality are counted. A written record has no quality, because a list does not store it. Records of a detector have its `sha256`; those with
 * vectors have their `dimensions`, and `vector`: 32-bit floats, little-endian, in base64.
 */
import { UserError } from '../../util/errors.ts';
import { float32Bytes, float32sIn, float32sOf, float32Text } from '../../util/float32.ts';
import { fromHex, toHex } from '../../util/hex.ts';
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
  holdsDetectors: true,
  unit: 'record',
  recognises(head) {
    const { keys } = headKeys(headOf(head));
    return keys.has('file') && ['hash', 'hashes', 'vector', 'error'].some((key) => keys.has(key));
  },
  hashOf(head) {
    const text = headOf(head);
    const [, algorithm] = /"algorithm"\s*:\s*"([\w-]{1,60})"/.exec(text) ?? [];
    if (algorithm === undefined) return undefined;
    const [, sha256] = /"sha256"\s*:\s*"([0-9a-f]{64})"/.exec(text) ?? [];
    const numberOf = (key: string): number | undefined => {
      const [, digits] = new RegExp(`"${key}"\\s*:\\s*(\\d{1,6})\\b`).exec(text) ?? [];
      return digits === undefined ? undefined : Number(digits);
    };
    const [bits, dimensions] = [numberOf('bits'), numberOf('dimensions')];
    return {
      algorithm,
      ...(bits === undefined ? {} : { bits }),
      ...(sha256 === undefined ? {} : { detector: { sha256, ...(dimensions === undefined ? {} : { dimensions }) } }),
    };
  },
  reader(facts) {
    const found = new Gatherer(facts, 'record');
    const { detector } = facts;
    const addHash = (number: number, { hash, vector, quality, dihedral }: JsonObject, file: string): void => {
      const rated = typeof quality === 'number' ? { quality } : {};
      if (detector?.dimensions !== undefined) {
        const found32 = typeof vector === 'string' ? floatsOf(vector, detector.dimensions) : 'no vector';
        if (typeof found32 === 'string') found.bad(number, found32);
        else found.add(number, toHex(float32Bytes(found32)), file, rated);
      } else if (isObject(dihedral))
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
        fields: ['hash', 'hashes', 'vector', 'error'],
        bad: found.bad,
        wrong: () => new UserError('Expected JSON records with file and hash, as presend hash --json prints them'),
      },
      (record, number) => {
        if (!isObject(record)) return found.bad(number, 'no hash');
        const { algorithm, error, frames, sha256 } = record;
        const file = nameOf(record.file);
        if (typeof error === 'string') found.left(number, `not hashed: ${clip(error)}`);
        else if (typeof algorithm !== 'string') found.bad(number, 'no algorithm');
        else if (algorithm !== facts.algorithm) found.otherType(number, algorithm);
        else if (detector && sha256 !== detector.sha256)
          found.otherType(
            number,
            `another ${facts.algorithm}`,
            typeof sha256 === 'string'
              ? `other type: another ${facts.algorithm}, with the SHA-256 ${clip(sha256)}`
              : `no SHA-256 of the ${facts.algorithm} that made it`,
          );
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
    const { algorithm, bits, detector } = list;
    if (detector?.dimensions === undefined)
      return textPieces(list, (file, hash) => `${JSON.stringify({ file, algorithm, bits, hash, ...detector })}\n`);
    return textPieces(list, (file, hex) => {
      const vector = float32Text(float32sIn(fromHex(hex)));
      return `${JSON.stringify({ file, algorithm, ...detector, vector })}\n`;
    });
  },
});

/** The floats of a record's vector, or why they are none. */
function floatsOf(text: string, dimensions: number): Float32Array | string {
  let floats: Float32Array;
  try {
    floats = float32sOf(text, 'its vector');
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  if (floats.length !== dimensions) return `a vector of ${floats.length} numbers where ${dimensions} are declared`;
  return floats.every(Number.isFinite) ? floats : 'a vector with a number that is not finite';
}
