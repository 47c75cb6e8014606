/**
 * Threshold private set intersection in which the provider cannot choose the searched hashes. The curator's auditors blind and sign the
 * list, and the provider proves that its table is theirs. A device makes no voucher before it has checked both.
 */
import { authoriseTable, certifyAuthorised, takenSlots } from '../../crypto/certified-table.ts';
import { type LogKeys, logKeys } from '../../crypto/merkle-log.ts';
import { tableSecret } from '../../crypto/tpsi-setup.ts';
import { parseTable } from '../../crypto/tpsi-table.ts';
import type { Protocol, ProviderSetting } from '../protocol.ts';
import { blob, type Packet } from '../wire.ts';
import { thresholdPsi } from './threshold-psi.ts';
import type { TableMaker } from './voucher-server.ts';

/** Output of the curator's auditors. */
export interface Authorisation {
  /** What the provider receives: the signed table, and the key that blinds its entries. */
  readonly packet: Packet<'authorised-table'>;
  /** Ed25519. Every device stores the public key from the start. */
  readonly keys: LogKeys;
  /** Slots that are neither an entry of the list nor opened as a dummy. */
  readonly unexplained: number;
}

/** The auditors' keys that devices store at the first set-up; undefined during that set-up. */
function knownAuthoriser({ renewal }: ProviderSetting): LogKeys | undefined {
  const secret = renewal?.first?.secret;
  return secret?.kind === 'tpsi' ? secret.authoriser : undefined;
}

/**
 * At the curator: its auditors blind and sign the list, and open the dummies to each other. A provider that renews the list by itself
 * imitates them, but lacks their key and signs with its own.
 */
export function authorise(setting: ProviderSetting): Authorisation {
  const { network, world, renewal } = setting;
  const keys = (renewal?.by === 'curator' ? knownAuthoriser(setting) : undefined) ?? logKeys(world.random);
  const secret = tableSecret(world.random);
  const { entries, version } = world.equality.list;
  const hashes = entries.map(({ hash }) => hash);
  const { table, signature } = authoriseTable(hashes, secret, version, keys.secretKey);
  const draft = { type: 'authorised-table', message: '', version } as const;
  const packet = network.carry('curator', 'provider', draft, { table, signature, key: secret.alpha });
  const parsed = parseTable(table);
  if (!parsed.ok) throw new Error(`A blinded list cannot be read: ${parsed.reason}`);
  const unexplained = Math.max(0, takenSlots(parsed.table, secret.dummyKey) - entries.length);
  return { packet, keys, unexplained };
}

/**
 * At the provider: makes its table from an authorised one, without needing the list. Returns undefined, and records why, if the authorised
 * table is invalid.
 */
export function certifiedTable(
  setting: ProviderSetting,
  { packet, keys, unexplained }: Authorisation,
): TableMaker | undefined {
  const { world, reject } = setting;
  const known = knownAuthoriser(setting) ?? keys;
  const authorised = { table: blob(packet, 'table'), signature: blob(packet, 'signature') };
  const made = certifyAuthorised(authorised, blob(packet, 'key'), keys.publicKey, world.random);
  if (!made.ok) {
    reject(`set-up: ${made.reason}; the provider makes no table`);
    return undefined;
  }
  const { table: bytes, certificate, alpha } = made.certified;
  return {
    bytes,
    secret: { alpha },
    certificate,
    hiddenCapacity: unexplained,
    authoriser: known,
  };
}

/** The protocol, with synthetic vouchers. Without an authorised table, no device scans. */
export const certifiedThresholdPsi: Protocol = thresholdPsi(true, (setting) =>
  certifiedTable(setting, authorise(setting)),
);
