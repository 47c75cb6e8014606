/**
 * The services' keys in a folder: the server's own (for the log and for franking stamps), and those of the roles that call it. If a role's
 * public key already exists, its secret is stored elsewhere, as it should be. Missing keys are generated, so that a first start works.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { signingKeys } from '../../client/signature.ts';
import type { LogKeys } from '../../crypto/merkle-log.ts';
import { type RandomBytes, sodium, systemRandom } from '../../crypto/sodium.ts';
import { locked } from '../../disk/lock.ts';
import { readIfThere } from '../../disk/read.ts';
import { makeFolders, writeWhole } from '../../disk/write.ts';
import { UserError } from '../../util/errors.ts';
import { fromHex, toHex } from '../../util/hex.ts';

/** Ed25519 public keys of the roles, 64 hex digits each. */
export type RoleKeys = Readonly<Record<'provider' | 'curator' | 'court', string>>;

/** What the server reads from the folder. */
export interface ServerKeys {
  readonly logKeys: LogKeys;
  readonly frankingKey: Uint8Array;
  readonly roleKeys: RoleKeys;
  /** Paths of the files that this call created. */
  readonly made: readonly string[];
}

/** The roles that call with their own key. */
const roles = ['provider', 'curator', 'court'] as const;

/**
 * Reads the folder, and generates missing keys. `<name>.key` holds 32 secret bytes in hex, readable only by the owner; `<role>.pub` holds
 * the role's Ed25519 public key. Throws a UserError if a file is malformed, if others can read a secret, if a public key is one that
 * anybody can sign for, or if two roles share a key.
 */
export async function readKeys(folder: string, random: RandomBytes = systemRandom): Promise<ServerKeys> {
  await makeFolders(folder, 0o700);
  const made: string[] = [];
  // A complete folder needs no lock, so it may be read-only.
  const keys =
    (await allOf(folder)) ??
    (await locked(join(folder, 'lock'), async () => {
      const make = makerIn(folder, random, made);
      const [log, franking] = [await make.secret('log'), await make.secret('franking')];
      const [provider, curator, court] = [
        await make.role('provider'),
        await make.role('curator'),
        await make.role('court'),
      ];
      return { log, franking, provider, curator, court };
    }));
  const { log, franking, ...roleBytes } = keys;
  const logKeys = signingKeys(() => log);
  const roleKeys = Object.fromEntries(roles.map((role) => [role, toHex(roleBytes[role])])) as unknown as RoleKeys;
  checkApart(folder, { log: toHex(logKeys.publicKey), ...roleKeys });
  return { logKeys, frankingKey: franking, roleKeys, made };
}

type KeyBytes = Readonly<Record<'log' | 'franking' | (typeof roles)[number], Uint8Array>>;

/** The server's keys if the folder is complete; otherwise undefined. */
async function allOf(folder: string): Promise<KeyBytes | undefined> {
  const [log, franking] = [await secretIn(folder, 'log'), await secretIn(folder, 'franking')];
  const [provider, curator, court] = [
    await publicIn(folder, 'provider'),
    await publicIn(folder, 'curator'),
    await publicIn(folder, 'court'),
  ];
  return log && franking && provider && curator && court ? { log, franking, provider, curator, court } : undefined;
}

/** Generates missing keys atomically, and adds their files to `made`. */
function makerIn(folder: string, random: RandomBytes, made: string[]) {
  const written = async (name: string, bytes: Uint8Array, mode: number): Promise<Uint8Array> => {
    const path = join(folder, name);
    await writeWhole(path, `${toHex(bytes)}\n`, mode);
    made.push(path);
    return bytes;
  };
  const secret = async (name: string): Promise<Uint8Array> =>
    (await secretIn(folder, name)) ?? (await written(`${name}.key`, random(32), 0o600));
  const role = async (name: string): Promise<Uint8Array> => {
    const there = await publicIn(folder, name);
    if (there) return there;
    const seed = await secret(name);
    return await written(`${name}.pub`, signingKeys(() => seed).publicKey, 0o644);
  };
  return { secret, role };
}

async function secretIn(folder: string, name: string): Promise<Uint8Array | undefined> {
  const path = join(folder, `${name}.key`);
  const bytes = await hexIn(path);
  const mode = bytes && process.platform !== 'win32' ? (await stat(path)).mode & 0o777 : 0;
  if ((mode & 0o077) !== 0)
    throw new UserError(
      `${path} holds a secret key, and other users may read or write it (mode ${mode.toString(8).padStart(4, '0')}); make a new key if they did; then run chmod 600 '${path}'`,
    );
  return bytes;
}

async function publicIn(folder: string, name: string): Promise<Uint8Array | undefined> {
  const path = join(folder, `${name}.pub`);
  const bytes = await hexIn(path);
  if (bytes && !sodium.crypto_core_ed25519_is_valid_point(bytes))
    throw new UserError(`${path} holds no valid Ed25519 public key; put the role's own public key there`);
  return bytes;
}

async function hexIn(path: string): Promise<Uint8Array | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  if (!/^[0-9a-f]{64}\n?$/.test(text)) throw new UserError(`Expected 64 lower-case hexadecimal digits in ${path}`);
  return fromHex(text.trim());
}

/** Throws a UserError if two keys are equal, because their holder would have both roles. */
function checkApart(folder: string, keys: Readonly<Record<string, string>>): void {
  const owners = new Map<string, string>();
  for (const [name, key] of Object.entries(keys)) {
    const other = owners.get(key);
    if (other !== undefined)
      throw new UserError(`${other} and ${name} have the same key in ${folder}; give each its own key`);
    owners.set(key, name);
  }
}
