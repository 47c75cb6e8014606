/**
 * Threshold private set intersection, as in Apple's CSAM detection. Every message comes with a voucher, which opens only if the picture is
 * on the blinded list. Its contents decrypt only when enough vouchers of the account open. Bhowmick, Boneh, Myers, Talwar & Tarbe, "The
 * Apple PSI System" (2021). With synthetic vouchers, the provider cannot count below the threshold either.
 */
import { checkCertificate } from '../../crypto/certified-table.ts';
import { sealBytes } from '../../crypto/committing-aead.ts';
import { pad } from '../../crypto/padding.ts';
import { type BlindedTable, parseTable } from '../../crypto/tpsi-table.ts';
import { drawsSynthetic, makeVoucher, type VoucherAccount, voucherAccount } from '../../crypto/voucher.ts';
import { utf8 } from '../../util/bytes.ts';
import { fromHex } from '../../util/hex.ts';
import { afterSetUp, type DeviceSetting, type DeviceSide, type Protocol, type ProviderSetting } from '../protocol.ts';
import { endpoints } from '../sender.ts';
import { blob, type Packet } from '../wire.ts';
import type { Message } from '../world.ts';
import { equalityHash, otherVersion } from './exact.ts';
import { ownTable, type TableMaker, tpsiSettingsOf, voucherServer } from './voucher-server.ts';

/** The protocol, with or without synthetic vouchers. If `make` returns no table, no device scans. */
export const thresholdPsi = (
  synthetic: boolean,
  make: (setting: ProviderSetting) => TableMaker | undefined = ownTable,
): Protocol => ({
  provider(setting) {
    const maker = make(setting);
    return maker ? voucherServer(setting, synthetic, maker) : {};
  },
  device: afterSetUp((setting, set) => device(setting, set, synthetic)),
});

function device(setting: DeviceSetting, set: Packet<'device-setup'>, synthetic: boolean): DeviceSide {
  const { link, world, strategy } = setting;
  const settings = tpsiSettingsOf(world, synthetic);
  const table = accepted(setting, set);
  const deviceBytes = blob(set, 'set').length + blob(set, 'certificate').length;
  if (!table) return { deviceBytes, scan: async () => ({ scanned: 'refused' }) };
  const devices = new Map<string, VoucherAccount>();
  const deviceOf = (account: string): VoucherAccount => {
    const known = devices.get(account) ?? voucherAccount(account, table, settings, world.random);
    devices.set(account, known);
    return known;
  };

  /** A voucher, and the picture encrypted under a key inside the voucher. */
  const vouch = async (message: Message): Promise<boolean> => {
    const { hash, usable } = await equalityHash(setting, message);
    const own = deviceOf(message.sender);
    const key = world.random(32);
    const { id } = message;
    const input = {
      id,
      hash,
      payload: key,
      synthetic: synthetic && drawsSynthetic(own, { id, hash }, world.settings.syntheticShare),
    };
    const made = makeVoucher(own, input, world.random);
    if (!made.ok) throw new Error(`No voucher for ${id}: ${made.reason}`);
    const derivative = sealBytes(key, pad(message.picture, world.paddingBytes), utf8(id));
    const draft = { type: 'voucher', ...endpoints(message, strategy) } as const;
    await link.ask('provider', draft, { voucher: made.voucher, derivative });
    return usable;
  };

  return {
    deviceBytes,
    scan: async (message) => ({ scanned: (await vouch(message)) ? 'clear' : 'refused' }),
  };
}

/** Returns the table if it is well-formed, has the expected version, and is the logged one or has a valid certificate. */
function accepted({ parameters, reject }: DeviceSetting, set: Packet<'device-setup'>): BlindedTable | undefined {
  const { tableRoot, authoriser } = parameters;
  const { version } = parameters.equality;
  const parsed = parseTable(blob(set, 'set'), tableRoot === undefined ? undefined : fromHex(tableRoot));
  const epoch = parsed.ok && parsed.table.epoch !== version ? `a table of epoch ${parsed.table.epoch}` : undefined;
  const read = parsed.ok
    ? authoriser && checkCertificate(parsed.table, blob(set, 'certificate'), fromHex(authoriser))
    : parsed.reason;
  const reason = otherVersion(set, version) ?? epoch ?? read;
  if (reason !== undefined) reject(`set-up: ${reason}; the device makes no vouchers`);
  return parsed.ok && reason === undefined ? parsed.table : undefined;
}
