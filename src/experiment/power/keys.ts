/** What the provider keeps of a scanning protocol, used by a thief on recorded traffic, and on what lies on every device. */
import { openBytes } from '../../crypto/committing-aead.ts';
import { slotsOf } from '../../crypto/cuckoo-table.ts';
import { detect } from '../../crypto/detect.ts';
import { psiPoint } from '../../crypto/dh-psi.ts';
import { filterHas, parseFilter } from '../../crypto/fuse-filter.ts';
import { basePoint, elementBytes, identity, multiply, type Point, type Scalar, subtract } from '../../crypto/group.ts';
import { ciphertextBytes, countMatches, type DistanceKeys, entryBytes } from '../../crypto/hidden-distance.ts';
import { evaluate, inputPoint } from '../../crypto/oprf.ts';
import { unpad } from '../../crypto/padding.ts';
import { tpsiPoint } from '../../crypto/tpsi-format.ts';
import { type BlindedTable, parseTable, slotPoint } from '../../crypto/tpsi-table.ts';
import { voucherLedger } from '../../crypto/voucher-opening.ts';
import { tpsiSettingsOf } from '../../role/protocol/voucher-desk.ts';
import { blob } from '../../role/wire.ts';
import { byteKey, equalBytes, piecesOf, utf8 } from '../../util/bytes.ts';
import { type Finding, nothing, verified } from './finding.ts';
import { packetsOf } from './packets.ts';
import type { Performance } from './stage.ts';

/** Uses the key of the deployment's protocol; undefined where there is none. */
export function withListKey(performance: Performance): Finding | undefined {
  const { protocol: secret } = performance.deployment.secrets;
  switch (secret?.kind) {
    case 'filter':
      return filterKey(performance, (hash) => hash, secret.key);
    case 'oprf':
      return queryKey(
        performance,
        secret.secretKey,
        (hash) => inputPoint('voprf', hash),
        (hash) => evaluate('voprf', secret.secretKey, hash),
      );
    case 'psi':
      return queryKey(performance, secret.key, psiPoint);
    case 'distance':
      return distanceKey(performance, secret.keys);
    case 'tpsi':
      return voucherKey(performance, secret.alpha);
    default:
      return undefined;
  }
}

const entriesOf = ({ world }: Performance): Uint8Array[] => world.equality.list.entries.map(({ hash }) => hash);
const setUpOf = ({ deployment }: Performance) => packetsOf(deployment, 'sender', 'device-setup')[0]!;

/** Which entries a filter on the device confirms to who has its key, and what becomes of a hash before it is looked up. */
function filterKey(
  performance: Performance,
  lookedUp: (hash: Uint8Array) => Uint8Array,
  key = blob(setUpOf(performance), 'key'),
): Finding {
  const parsed = parseFilter(blob(setUpOf(performance), 'filter'), key);
  if (!parsed.ok) throw new Error(parsed.reason);
  const entries = entriesOf(performance);
  const found = entries.filter((hash) => filterHas(parsed.filter, lookedUp(hash)));
  return { opened: nothing, named: nothing, listed: { k: found.length, n: entries.length } };
}

/**
 * The key under which queries are answered. Every recorded query and answer is held against the points of all pictures that were sent: a
 * blind that hid nothing would show here. `output` is what the device looks up, where it is no point.
 */
function queryKey(
  performance: Performance,
  key: Scalar,
  pointOf: (hash: Uint8Array) => Point,
  output?: (hash: Uint8Array) => Uint8Array,
): Finding {
  const { deployment, stage } = performance;
  const points = new Set<string>();
  for (const { planned } of stage.messages) {
    const { equality } = stage.store.file(planned.picture, planned.key).facts.hashed;
    if (equality.state !== 'hashed') continue;
    const point = pointOf(Buffer.from(equality.hex, 'hex'));
    points.add(byteKey(point)).add(byteKey(multiply(key, point)));
  }
  const asked = packetsOf(deployment, 'provider', 'blinded-query').map(
    (packet) => [packet, blob(packet, 'blinded')] as const,
  );
  const told = packetsOf(deployment, 'sender', 'blinded-answer').map(
    (packet) => [packet, blob(packet, 'evaluated')] as const,
  );
  const named = [...asked, ...told].filter(([, point]) => points.has(byteKey(point)));
  const set = blob(setUpOf(performance), 'set');
  const members = new Set(piecesOf(set, elementBytes).map(byteKey));
  const entries = entriesOf(performance);
  const listed = output
    ? filterKey(performance, output).listed!
    : { k: entries.filter((hash) => members.has(byteKey(multiply(key, pointOf(hash))))).length, n: entries.length };
  return { opened: nothing, named: new Set(named.map(([{ header }]) => header.message)), listed };
}

/** The key of the encrypted entries: it opens them bit by bit, and tells of every answer whether it is of a match. */
function distanceKey({ deployment, world }: Performance, keys: DistanceKeys): Finding {
  const named = packetsOf(deployment, 'provider', 'blinded-distances')
    .filter((packet) => countMatches(piecesOf(blob(packet, 'answers'), ciphertextBytes), keys) > 0)
    .map(({ header }) => header.message);
  const width = world.list.bits / 8;
  const seen = new Map<string, Uint8Array>();
  for (const packet of packetsOf(deployment, 'sender', 'encrypted-bucket'))
    for (const entry of piecesOf(blob(packet, 'entries'), entryBytes(width))) seen.set(byteKey(entry), entry);
  const read = new Set([...seen.values()].map((entry) => byteKey(decrypted(entry, width, keys))));
  const hashes = world.list.entries.map(({ hash }) => byteKey(hash));
  return {
    opened: nothing,
    named: new Set(named),
    listed: { k: hashes.filter((hash) => read.has(hash)).length, n: hashes.length },
  };
}

/** The hash that an encrypted entry holds. */
function decrypted(entry: Uint8Array, width: number, { secretKey }: DistanceKeys): Uint8Array {
  const hash = new Uint8Array(width);
  for (let bit = 0; bit < width * 8; bit++) {
    const at = bit * ciphertextBytes;
    const c1 = entry.subarray(at, at + elementBytes) as Point;
    const c2 = entry.subarray(at + elementBytes, at + ciphertextBytes) as Point;
    const opened = subtract(c2, multiply(secretKey, c1));
    if (equalBytes(opened, basePoint)) hash[bit >> 3]! |= 128 >> (bit & 7);
    else if (!equalBytes(opened, identity)) throw new Error('An encrypted bit is neither 0 nor 1');
  }
  return hash;
}

/** The table that a set-up brought to devices, as they read it. */
export function tableOf(performance: Performance, index = 0): BlindedTable {
  const parsed = parseTable(blob(packetsOf(performance.deployment, 'sender', 'device-setup')[index]!, 'set'));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.table;
}

/**
 * The secret that tests vouchers: those of matches open, of accounts with enough of them the pictures. `root` is what vouchers are bound to,
 * by default the table that they were made with.
 */
export function voucherKey(performance: Performance, alpha: Scalar, root = tableOf(performance).root): Finding {
  const { deployment, world, stage } = performance;
  const table = tableOf(performance);
  const settings = tpsiSettingsOf(world, stage.strategy.synthetic ?? false);
  const ledgers = new Map<string, ReturnType<typeof voucherLedger>>();
  const vouchers = packetsOf(deployment, 'provider', 'voucher');
  const named = new Set<string>();
  for (const packet of vouchers) {
    const { message, sender } = packet.header;
    const ledger = ledgers.get(sender) ?? voucherLedger({ alpha, root, epoch: table.epoch, settings }, sender);
    ledgers.set(sender, ledger);
    if (ledger.receive(message, blob(packet, 'voucher')).state === 'opened') named.add(message);
  }
  const derivatives = new Map(vouchers.map((packet) => [packet.header.message, blob(packet, 'derivative')]));
  const pictures = new Map<string, Uint8Array>();
  for (const [account, { shares }] of ledgers) {
    const found = detect(shares, { root, account, settings }, world.random);
    for (const { id, payload } of found.ok ? found.matches : []) {
      const copy = openBytes(payload, derivatives.get(id)!, utf8(id));
      const picture = copy.ok ? unpad(copy.plaintext) : copy;
      if (picture.ok) pictures.set(id, picture.plaintext);
    }
  }
  const entries = entriesOf(performance);
  const onTable = (hash: Uint8Array): boolean =>
    slotsOf(table.seed, table.slots, hash).some((slot) =>
      equalBytes(slotPoint(table, slot), multiply(alpha, tpsiPoint(hash))),
    );
  return {
    opened: verified(pictures, stage.messages),
    named,
    listed: { k: entries.filter(onTable).length, n: entries.length },
  };
}
