/**
 * Keys of the services, in a folder: the server's own (of the log, and for franking stamps), and of the roles that call it. A role whose
 * public key is there already keeps its secret elsewhere, as it should; the others are made, so that one can begin.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signingKeys } from '../../client/signature.ts';
import type { LogKeys } from '../../crypto/merkle-log.ts';
import { type RandomBytes, systemRandom } from '../../crypto/sodium.ts';
import { UserError } from '../../util/errors.ts';
import { fromHex, toHex } from '../../util/hex.ts';

/** Roles that are known by a key each: Ed25519 public keys, 64 hex digits. */
export type RoleKeys = Readonly<Record<'provider' | 'curator' | 'court', string>>;

/** What the server reads of the folder. */
export interface ServerKeys {
  readonly logKeys: LogKeys;
  readonly frankingKey: Uint8Array;
  readonly roleKeys: RoleKeys;
  /** Paths of the files that were made just now. */
  readonly made: readonly string[];
}

/**
 * Reads the folder, and makes what is not there. `<name>.key` holds 32 secret bytes in hex, readable by the owner alone, `<role>.pub` the
 * Ed25519 public key of the role. A UserError on a file that holds anything else.
 */
export async function readKeys(folder: string, random: RandomBytes = systemRandom): Promise<ServerKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made: string[] = [];
  const hex = async (name: string, make: () => Promise<Uint8Array>, mode: number): Promise<Uint8Array> => {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new UserError(`${path} cannot be read: ${error.message}`);
    });
    if (text !== undefined) {
      if (!/^[0-9a-f]{64}\n?$/.test(text)) throw new UserError(`Expected 64 lower-case hexadecimal digits in ${path}`);
      return fromHex(text.trim());
    }
    const bytes = await make();
    await writeFile(path, `${toHex(bytes)}\n`, { mode, flag: 'wx' });
    made.push(path);
    return bytes;
  };
  const secret = (name: string): Promise<Uint8Array> => hex(`${name}.key`, async () => random(32), 0o600);
  const role = async (name: string): Promise<string> =>
    toHex(await hex(`${name}.pub`, async () => publicKeyOf(await secret(name)), 0o644));

  const log = await secret('log');
  return {
    logKeys: signingKeys(() => log),
    frankingKey: await secret('franking'),
    roleKeys: { provider: await role('provider'), curator: await role('curator'), court: await role('court') },
    made,
  };
}

const publicKeyOf = (seed: Uint8Array): Uint8Array => signingKeys(() => seed).publicKey;
