/**
 * Threshold private set intersection in the manner of Apple's CSAM detection: with every message goes a voucher, which opens only if the
 * picture is on the blinded list, and whose contents decrypt only once an account has enough that open. Bhowmick, Boneh, Myers, Talwar &
 * Tarbe, "The Apple PSI System" (2021). With synthetic vouchers, the provider cannot count below the threshold either.
 */
import { openBytes, sealBytes } from '../../crypto/committing-aead.ts';
import { detect } from '../../crypto/detect.ts';
import type { LogKeys } from '../../crypto/merkle-log.ts';
import { pad, unpad } from '../../crypto/padding.ts';
import { type TpsiSettings, tableRoot, tpsiSettings } from '../../crypto/tpsi-format.ts';
import { blindTable, planTable, type TableSecret, tableSecret } from '../../crypto/tpsi-setup.ts';
import { type BlindedTable, parseTable } from '../../crypto/tpsi-table.ts';
import { drawsSynthetic, makeVoucher, type VoucherAccount, voucherAccount } from '../../crypto/voucher.ts';
import { type VoucherLedger, voucherLedger } from '../../crypto/voucher-opening.ts';
import { utf8 } from '../../util/bytes.ts';
import type { Scan } from '../deployment.ts';
import type { Protocol, Setting } from '../protocol.ts';
import { endpoints } from '../sender.ts';
import { blob, type Packet } from '../wire.ts';
import type { Message, World } from '../world.ts';
import { equalityEntries, equalityHash, otherVersion } from './exact.ts';

/** Bytes of a payload: the key of the picture's copy, and its length. */
const payloadBytes = 36;

/** How a table comes about: by the provider alone, or certified by others. */
export interface TableMaker {
  /** The table's bytes as devices get them, and the secrets that test vouchers. */
  readonly bytes: Uint8Array;
  readonly secret: Pick<TableSecret, 'alpha'>;
  /** Bytes that come with the table, to be checked by devices. */
  readonly certificate?: Uint8Array;
  /** Hash values that could have been put into the table unseen, beside those of the list. */
  readonly hiddenCapacity: number;
  /** Root of the table in the public log: devices take no other. Left out where a certificate takes its place. */
  readonly root?: Uint8Array;
  /** Keys of who certified it. */
  readonly authoriser?: LogKeys;
  /** Why a device refuses table or certificate; undefined where it accepts them. */
  check?(table: BlindedTable, certificate: Uint8Array): string | undefined;
}

/** The provider blinds its list by itself: whatever else it puts in, nobody can see. */
export function ownTable(setting: Setting): TableMaker {
  const secret = tableSecret(setting.world.random);
  const plan = planTable(equalityEntries(setting), secret, setting.world.equality.list.version);
  const bytes = blindTable(plan, secret);
  return { bytes, secret, hiddenCapacity: plan.placed.slots - plan.entries.length, root: tableRoot([bytes]) };
}

/** The numbers of the protocol for an experiment's settings. */
export const tpsiSettingsOf = ({ settings }: Pick<World, 'settings'>, synthetic: boolean): TpsiSettings =>
  tpsiSettings({
    threshold: settings.matchThreshold,
    syntheticBudget: synthetic ? settings.syntheticBudget : 0,
    payloadBytes,
    countBy: 'hash',
  });

/** What the provider holds of one account. By account, since a hostile one may use the message ids of another. */
interface AccountFile {
  readonly ledger: VoucherLedger;
  readonly received: Map<string, Packet<'voucher'>>;
  readonly opened: Set<string>;
}

/** Sets the protocol up, with or without synthetic vouchers: the table goes to every device. */
export function thresholdPsi(setting: Setting, synthetic: boolean, maker: TableMaker = ownTable(setting)): Protocol {
  const { house, world, strategy, provider, reject } = setting;
  const settings = tpsiSettingsOf(world, synthetic);
  const draft = { type: 'device-setup', message: '', strategy, version: world.equality.list.version } as const;
  const { bytes, certificate = new Uint8Array(0) } = maker;
  const set = house.carry(
    'provider',
    'sender',
    draft,
    certificate.length > 0 ? { set: bytes, certificate } : { set: bytes },
  );
  const table = accepted(maker, set, draft.version, reject);
  const deviceBytes = bytes.length + certificate.length;
  if (!table) return { deviceBytes, scan: async () => ({ scanned: 'refused' }) };
  const { root, epoch } = table;
  const tester = { alpha: maker.secret.alpha, root, epoch, settings };
  const devices = new Map<string, VoucherAccount>();
  const files = new Map<string, AccountFile>();
  const noted = new Set<string>();

  const deviceOf = (account: string): VoucherAccount => {
    const device = devices.get(account) ?? voucherAccount(account, table, settings, world.random);
    devices.set(account, device);
    return device;
  };

  /** On the device: a voucher, and the picture under a key that is in the voucher. */
  const vouch = async (message: Message): Promise<boolean> => {
    const { hash, usable } = await equalityHash(setting, message);
    const device = deviceOf(message.sender);
    const key = world.random(32);
    const id = message.id;
    const input = {
      id,
      hash,
      payload: key,
      synthetic: synthetic && drawsSynthetic(device, { id, hash }, world.settings.syntheticShare),
    };
    const made = makeVoucher(device, input, world.random);
    if (!made.ok) throw new Error(`No voucher for ${id}: ${made.reason}`);
    const derivative = sealBytes(key, pad(message.picture, world.paddingBytes), utf8(id));
    const about = endpoints(message, strategy);
    take(house.carry('sender', 'provider', { type: 'voucher', ...about }, { voucher: made.voucher, derivative }));
    return usable;
  };

  /** At the provider: tests the voucher and keeps what opened. */
  const take = (packet: Packet<'voucher'>): void => {
    const { message, sender: account } = packet.header;
    const file = files.get(account) ?? {
      ledger: voucherLedger(tester, account),
      received: new Map(),
      opened: new Set(),
    };
    files.set(account, file);
    const tested = file.ledger.receive(message, blob(packet, 'voucher'));
    if (tested.state === 'rejected') {
      reject(`${message}: voucher ${tested.reason}`);
      return;
    }
    file.received.set(message, packet);
    // Among synthetic ones an open voucher tells nothing for certain; how much it tells is computed, not seen.
    if (!synthetic) house.learnt('provider', message, tested.state === 'opened' ? 'match' : 'clear');
  };

  /** At the provider: rejects what it may come upon again the next time that it looks. */
  const note = (reason: string): void => {
    if (!noted.has(reason)) reject(reason);
    noted.add(reason);
  };

  /** At the provider: opens what an account over the threshold has sent of matches. */
  const openAccount = (account: string, { ledger, received, opened }: AccountFile): void => {
    const found = detect(ledger.shares, { root, account, settings }, world.random);
    const matches = found.ok ? found.matches : [];
    const [ids, distinct] = [new Set(matches.map(({ id }) => id)), ledger.distinct()];
    if (!found.ok && distinct >= world.settings.matchThreshold + settings.syntheticBudget)
      note(`${account}: ${distinct} vouchers open, and more of their shares fit no key than may be synthetic`);
    if (found.ok && !synthetic)
      for (const { id } of ledger.shares) if (!ids.has(id)) note(`${id}: the share of the voucher fits no key`);
    for (const { id, payload } of matches) {
      const packet = received.get(id);
      if (!packet || opened.has(id)) continue;
      const copy = openBytes(payload, blob(packet, 'derivative'), utf8(id));
      const picture = copy.ok ? unpad(copy.plaintext) : copy;
      if (!picture.ok) {
        note(`${id}: the copy behind the voucher does not open (${picture.reason})`);
        continue;
      }
      opened.add(id);
      house.opened('provider', id, picture.plaintext);
      provider.takeOpened(packet.header, picture.plaintext);
    }
  };

  return {
    deviceBytes,
    hiddenCapacity: maker.hiddenCapacity,
    secret: { kind: 'tpsi', alpha: maker.secret.alpha, authoriser: maker.authoriser },
    settle() {
      for (const [account, file] of files) openAccount(account, file);
      return [...files.values()].flatMap(({ opened }) => [...opened]);
    },
    async scan(message: Message): Promise<Scan> {
      return { scanned: (await vouch(message)) ? 'clear' : 'refused' };
    },
  };
}

/** On the device: the table, if it is well-formed, of the version that is due, and the one in the log, or its certificate holds. */
function accepted(
  maker: TableMaker,
  set: Packet<'device-setup'>,
  version: number,
  reject: Setting['reject'],
): BlindedTable | undefined {
  const parsed = parseTable(blob(set, 'set'), maker.root);
  const epoch = parsed.ok && parsed.table.epoch !== version ? `a table of epoch ${parsed.table.epoch}` : undefined;
  const reason =
    otherVersion(set, version) ??
    epoch ??
    (parsed.ok ? maker.check?.(parsed.table, blob(set, 'certificate')) : parsed.reason);
  if (reason !== undefined) reject(`set-up: ${reason}; the device makes no vouchers`);
  return parsed.ok && reason === undefined ? parsed.table : undefined;
}
