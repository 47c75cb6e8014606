/** The provider's side of threshold PSI. It makes the table, tests vouchers, and opens the matches of accounts over the threshold. */
import { openBytes } from '../../crypto/committing-aead.ts';
import { detect } from '../../crypto/detect.ts';
import type { LogKeys } from '../../crypto/merkle-log.ts';
import { unpad } from '../../crypto/padding.ts';
import { type TpsiSettings, tableRoot, tpsiSettings } from '../../crypto/tpsi-format.ts';
import { blindTable, planTable, type TableSecret, tableSecret } from '../../crypto/tpsi-setup.ts';
import { type VoucherLedger, voucherLedger } from '../../crypto/voucher-opening.ts';
import { utf8 } from '../../util/bytes.ts';
import { toHex } from '../../util/hex.ts';
import type { ProviderSetting, ProviderSide } from '../protocol.ts';
import { blob, isOf, type Packet } from '../wire.ts';
import type { World } from '../world.ts';
import { equalityEntries, setUpOf } from './exact.ts';

/** Bytes of a payload: the key of the encrypted picture, and its length. */
const payloadBytes = 36;

/** How a table is made: by the provider alone, or certified by others. */
export interface TableMaker {
  /** The table's bytes as devices receive them, and the secrets that test vouchers. */
  readonly bytes: Uint8Array;
  readonly secret: Pick<TableSecret, 'alpha'>;
  /** Certificate of the table, for devices to check. */
  readonly certificate?: Uint8Array;
  /** Number of additional hash values that could have been put into the table unseen. */
  readonly hiddenCapacity: number;
  /** Root of the table in the public log; devices accept no other table. Omitted if a certificate replaces it. */
  readonly root?: Uint8Array;
  /** Keys of the certifier; devices check the certificate against the public one. */
  readonly authoriser?: LogKeys;
}

/** The provider blinds its list alone. Nobody can see what else it adds. */
export function ownTable(setting: ProviderSetting): TableMaker {
  const secret = tableSecret(setting.world.random);
  const plan = planTable(equalityEntries(setting), secret, setting.world.equality.list.version);
  const bytes = blindTable(plan, secret);
  return { bytes, secret, hiddenCapacity: plan.placed.slots - plan.entries.length, root: tableRoot([bytes]) };
}

/** The protocol's parameters from an experiment's settings. */
export const tpsiSettingsOf = ({ settings }: Pick<World, 'settings'>, synthetic: boolean): TpsiSettings =>
  tpsiSettings({
    threshold: settings.matchThreshold,
    syntheticBudget: synthetic ? settings.syntheticBudget : 0,
    payloadBytes,
    countBy: 'hash',
  });

/** The provider's data about one account. Per account, because a hostile account may reuse another's message ids. */
interface AccountFile {
  readonly ledger: VoucherLedger;
  readonly received: Map<string, Packet<'voucher'>>;
  readonly opened: Set<string>;
}

/** Receives vouchers, with or without synthetic ones among them. Every device receives the table. */
export function voucherServer(setting: ProviderSetting, synthetic: boolean, maker: TableMaker): ProviderSide {
  const { network, world, provider, reject } = setting;
  const settings = tpsiSettingsOf(world, synthetic);
  const { bytes, certificate, root: logged, authoriser, hiddenCapacity } = maker;
  const { alpha } = maker.secret;
  const files = new Map<string, AccountFile>();
  const noted = new Set<string>();
  // Devices make vouchers only for this table and version.
  const [root, epoch] = [tableRoot([bytes]), world.equality.list.version];
  const tester = { alpha, root, epoch, settings };

  /** Tests the voucher and stores those that open. */
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
    // With synthetic vouchers, an open voucher proves nothing by itself. How much it reveals is computed, not observed.
    if (!synthetic) network.learnt('provider', message, tested.state === 'opened' ? 'match' : 'clear');
  };

  /** Rejects an item that this code can meet again; each reason counts only once. */
  const note = (reason: string): void => {
    if (!noted.has(reason)) reject(reason);
    noted.add(reason);
  };

  /** Opens the matches of an account over the threshold. */
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
      network.opened('provider', id, picture.plaintext);
      provider.takeOpened(packet.header, picture.plaintext);
    }
  };

  return {
    setUp: setUpOf(setting, certificate?.length ? { set: bytes, certificate } : { set: bytes }),
    logged: {
      ...(logged ? { tableRoot: toHex(logged) } : {}),
      ...(authoriser ? { authoriser: toHex(authoriser.publicKey) } : {}),
    },
    hiddenCapacity,
    secret: { kind: 'tpsi', alpha, authoriser },
    keeps: ['voucher'],
    // A later voucher can be the one that passes the threshold.
    holds: () => true,
    handle(packet) {
      if (isOf(packet, 'voucher')) take(packet);
      return undefined;
    },
    settle(only) {
      for (const [account, file] of files) if (only === undefined || account === only) openAccount(account, file);
      return [...files].flatMap(([sender, { opened }]) => [...opened].map((message) => ({ sender, message })));
    },
  };
}
