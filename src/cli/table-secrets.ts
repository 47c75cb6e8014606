/** Stores the secrets of a blinded table in a file next to it that only its owner can read. */
import { rm } from 'node:fs/promises';
import { decodeScalar, isIdentity, multiplyBase } from '../crypto/group.ts';
import { systemRandom } from '../crypto/sodium.ts';
import { type TableSecret, tableSecret } from '../crypto/tpsi-setup.ts';
import { readIfThere, statIfThere } from '../disk/read.ts';
import { writeWhole } from '../disk/write.ts';
import { partOf } from '../harness/blind-list.ts';
import type { HashList } from '../match/hash-list.ts';
import { check } from '../schema/check.ts';
import { TableSecrets } from '../schema/table-secrets.ts';
import { MissingError, reasonOf, systemCode, UserError } from '../util/errors.ts';
import { fromHex, toHex } from '../util/hex.ts';
import { jsonValue } from '../util/plain-data.ts';
import { seededRng } from '../util/rng.ts';

/** Share of slots with entries: well below the limit of one half, so that one of the first seeds succeeds. */
export const defaultLoad = 0.42;

/** Options of a table on the command line. */
export interface TableOptions {
  out: string;
  load?: number;
  epoch?: number;
  seed?: number;
  force?: boolean;
}

/** Inputs of a table, in addition to its list. */
interface TableRecipe {
  readonly secret: TableSecret;
  readonly epoch: number;
  readonly load: number;
}

/** Creates new secrets, and writes them before the table: an interrupted table cannot be resumed without them. */
export async function newSecrets(path: string, list: HashList, options: TableOptions): Promise<TableRecipe> {
  const { out, seed, force, epoch = list.version, load = defaultLoad } = options;
  for (const each of [out, partOf(out), path])
    if (!force && (await statIfThere(each)))
      throw new UserError(`${each} exists already; continue with --resume, or overwrite it with --force`);
  // A table with other secrets can never be resumed. The old secrets stay until the new ones are on disk.
  await rm(partOf(out), { force: true });
  const secret = freshSecret(seed);
  const file: TableSecrets = {
    schemaVersion: 1,
    list: list.root,
    epoch,
    load,
    alpha: toHex(secret.alpha),
    dummyKey: toHex(secret.dummyKey),
  };
  try {
    await writeWhole(path, `${JSON.stringify(file, null, 2)}\n`, 0o600);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new UserError(`${path} cannot be written: ${reasonOf(error)}`);
  }
  return { secret, epoch, load };
}

function freshSecret(seed: number | undefined): TableSecret {
  if (seed === undefined) return tableSecret(systemRandom);
  const rng = seededRng(seed, 'blinded table');
  return tableSecret((length) => rng.bytes(length));
}

/** The secrets of an unfinished table. Throws a UserError if its list or options differ. */
export async function savedSecrets(path: string, list: HashList, options: TableOptions): Promise<TableRecipe> {
  const { out, seed, ...wanted } = options;
  if ((await statIfThere(out)) && !(await statIfThere(partOf(out))))
    throw new UserError(`${out} is finished; there is nothing to resume`);
  const saved = await readSecrets(path);
  if (saved.list !== list.root) throw new UserError(`${path} belongs to another list, whose root is ${saved.list}`);
  for (const name of ['load', 'epoch'] as const)
    if (wanted[name] !== undefined && wanted[name] !== saved[name])
      throw new UserError(`The table was started with --${name} ${saved[name]}, not ${wanted[name]}`);
  if (seed !== undefined && toHex(freshSecret(seed).alpha) !== saved.alpha)
    throw new UserError(`The table was started with secrets that are not those of --seed ${seed}`);
  const alpha = decodeScalar(fromHex(saved.alpha));
  if (!alpha.ok || isIdentity(multiplyBase(alpha.scalar)))
    throw new UserError(`${path}: its alpha is not a valid key; start again with --force`);
  const { epoch, load } = saved;
  return { secret: { alpha: alpha.scalar, dummyKey: fromHex(saved.dummyKey) }, epoch, load };
}

async function readSecrets(path: string): Promise<TableSecrets> {
  let text: string | undefined;
  try {
    text = await readIfThere(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}`);
  }
  if (text === undefined) throw new MissingError(`No secrets at ${path}: no table was started there`);
  return check(TableSecrets, jsonValue(text, path), path);
}
