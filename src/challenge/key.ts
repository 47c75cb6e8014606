/**
 * The key of a blind challenge: which picture, edit and part each file is. A text file of JSON lines, each in canonical form: first a header with
 * a random salt, then one line per picture. The challenge's folder holds the SHA-256 of this file: so the key was fixed before any
 * answer, and says nothing before it is shown.
 */
import { createHash, createHmac } from 'node:crypto';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { linesOf, readIfThere } from '../disk/read.ts';
import { check } from '../schema/check.ts';
import { EditSet } from '../schema/edit-preset.ts';
import { closed, DatasetSpec, RefusedFiles } from '../schema/parts.ts';
import { canonicalJson } from '../util/digest.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Versions = Type.Record(Type.String(), Type.String());

/** The first line of a key. */
export const KeyHeader = Type.Object(
  {
    challenge: Type.Literal(1),
    salt: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'random: without it the names cannot be computed' }),
    seed: Type.Integer({ minimum: 0 }),
    dataset: Type.Object({ spec: DatasetSpec, name: Type.String(), sha256: Sha256 }, closed),
    set: EditSet,
    calibrationShare: Type.Number(),
    limit: Type.Integer({ minimum: 1, description: 'at most so many originals' }),
    decoys: Type.Integer({
      minimum: 0,
      description: 'files of pictures that nothing else in the challenge is made from',
    }),
    duplicates: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'share of files that are there under a second name',
    }),
    impostors: Type.Integer({ minimum: 1, description: 'pairs of unrelated pictures for each genuine pair' }),
    format: Type.Enum(['png', 'jpeg']),
    notes: Type.Array(Type.String()),
    refused: RefusedFiles,
    versions: Versions,
  },
  closed,
);
export type KeyHeader = Static<typeof KeyHeader>;

/** A file of the challenge. */
const KeyFile = Type.Object(
  {
    name: Type.String(),
    sha256: Sha256,
    edit: Type.String({ description: "label of the edit, 'none' for the prepared original" }),
    duplicate: Type.Optional(Type.String({ description: 'its second name' })),
  },
  closed,
);
export type KeyFile = Static<typeof KeyFile>;

/** One picture with its files. */
export const KeyPicture = Type.Object(
  {
    picture: Type.String(),
    group: Type.String(),
    topic: Type.String(),
    kind: Type.String(),
    part: Type.Enum(['calibration', 'evaluation']),
    role: Type.Enum(['original', 'decoy']),
    unreadable: Type.Optional(Type.String()),
    files: Type.Array(KeyFile),
    refused: Type.Array(Type.Object({ edit: Type.String(), reason: Type.String() }, closed)),
  },
  closed,
);
export type KeyPicture = Static<typeof KeyPicture>;

/** A whole key. About 3 kB of memory for each picture with ten edits. */
export interface Key {
  readonly header: KeyHeader;
  readonly pictures: readonly KeyPicture[];
  /** SHA-256 of the file: the commitment. */
  readonly commitment: string;
}

/** A line of a key. */
export const keyLine = (value: KeyHeader | KeyPicture): string => `${canonicalJson(value)}\n`;

/** Reads a key, or the unfinished one of an interrupted export, whose last line may be cut: `bytes` is the length of its whole lines. */
export async function readKey(path: string, unfinished = false): Promise<Key & { readonly bytes: number }> {
  const digest = createHash('sha256');
  const pictures: KeyPicture[] = [];
  let header: KeyHeader | undefined;
  let [line, bytes] = [0, 0];
  try {
    for await (const { text, whole, end } of linesOf(path)) {
      line++;
      if (!whole && unfinished) break;
      digest.update(whole ? `${text}\n` : text);
      const what = `Key ${path}, line ${line}`;
      const value = jsonOf(text, what);
      if (header === undefined) header = check(KeyHeader, value, what);
      else pictures.push(check(KeyPicture, value, what));
      bytes = end;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new MissingError(`There is no key ${path}`);
    throw error;
  }
  if (header === undefined) throw new UserError(`Key ${path} is empty`);
  return { header, pictures, commitment: digest.digest('hex'), bytes };
}

function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${what}: expected a line of JSON`);
    throw error;
  }
}

/** Name of the file with the commitment, in the folder of a challenge. */
export const commitmentFile = 'key.sha256';

/** The key, if it is the one that the challenge's folder commits to; else a UserError. */
export async function committedKey(folder: string, path: string): Promise<Key> {
  const committed = (await readIfThere(join(folder, commitmentFile)))?.trim();
  if (committed === undefined) throw new MissingError(`${folder} is no challenge: it has no ${commitmentFile}`);
  const key = await readKey(path);
  if (key.commitment !== committed)
    throw new UserError(
      `Key ${path} is not the one that ${folder} was exported with: its SHA-256 is ${key.commitment}, and ${commitmentFile} says ${committed}`,
    );
  return key;
}

/** Bytes that only the holder of the salt can compute. */
const secret = ({ salt, seed }: Pick<KeyHeader, 'salt' | 'seed'>, use: string): Uint8Array =>
  createHmac('sha256', Buffer.from(salt, 'hex'))
    .update(canonicalJson([seed, use]))
    .digest();

/** A random name: 24 hex digits and the ending. */
export const secretName = (header: KeyHeader, use: string): string =>
  `${toHex(secret(header, `name/${use}`).subarray(0, 12))}.${header.format === 'png' ? 'png' : 'jpg'}`;

/** A number drawn uniformly from [0, 1). */
export const secretDraw = (header: KeyHeader, use: string): number =>
  Buffer.from(secret(header, use)).readUIntBE(0, 6) / 2 ** 48;
