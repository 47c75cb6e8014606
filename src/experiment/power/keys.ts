/** A thief uses the keys that the provider holds for a scanning protocol, on recorded traffic and on what every device holds. */
import { openBytes } from '../../crypto/committing-aead.ts';
import { slotsOf } from '../../crypto/cuckoo-table.ts';
import { detect } from '../../crypto/detect.ts';
import { psiPoint } from '../../crypto/dh-psi.ts';
import { chainStep, chainTo, parseHeader } from '../../crypto/double-ratchet.ts';
import { openEscrow } from '../../crypto/escrow.ts';
import { frank, stamp, verifyFranking } from '../../crypto/franking.ts';
import { filterHas, parseFilter } from '../../crypto/fuse-filter.ts';
import { basePoint, elementBytes, identity, multiply, type Point, type Scalar, subtract } from '../../crypto/group.ts';
import { ciphertextBytes, countMatches, type DistanceKeys, entryBytes } from '../../crypto/hidden-distance.ts';
import { evaluate, inputPoint } from '../../crypto/oprf.ts';
import { unpad } from '../../crypto/padding.ts';
import { type DeviceSecrets, RatchetSessions, sessionHeaderOf } from '../../crypto/ratchet-sessions.ts';
import { type DeviceKeys, messageKey, session } from '../../crypto/session.ts';
import type { Opened, RandomBytes } from '../../crypto/sodium.ts';
import { encapsulated, openSplitEscrow, partOf, type SplitEscrow } from '../../crypto/split-escrow.ts';
import { tpsiPoint } from '../../crypto/tpsi-format.ts';
import { type BlindedTable, parseTable, slotPoint } from '../../crypto/tpsi-table.ts';
import { voucherLedger } from '../../crypto/voucher-opening.ts';
import { distanceBits } from '../../hash/hamming.ts';
import { sendingDevice } from '../../role/address.ts';
import { ghostAccount } from '../../role/court.ts';
import { contentOf, openPacket } from '../../role/device.ts';
import { hashPartOf, type PartMatcher, partMatcher } from '../../role/hash-part.ts';
import { tpsiSettingsOf } from '../../role/protocol/voucher-server.ts';
import type { ViewEntry } from '../../role/view.ts';
import { blob, decode, decoded, type Packet } from '../../role/wire.ts';
import { byteKey, equalBytes, piecesOf, utf8 } from '../../util/bytes.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import { type ExecutedRun, type LabelledMessage, packetsOf } from './setup.ts';

/** Uses the key of the deployment's protocol; undefined where there is none. */
export function withListKey(run: ExecutedRun): Finding | undefined {
  const { protocol: secret } = run.deployment.secrets;
  switch (secret?.kind) {
    case 'filter':
      return filterKey(run, (hash) => hash, secret.key);
    case 'oprf':
      return queryKey(
        run,
        secret.secretKey,
        (hash) => inputPoint('voprf', hash),
        (hash) => evaluate('voprf', secret.secretKey, hash),
      );
    case 'psi':
      return queryKey(run, secret.key, psiPoint);
    case 'distance':
      return distanceKey(run, secret.keys);
    case 'tpsi':
      return voucherKey(run, secret.alpha);
    default:
      return undefined;
  }
}

const entriesOf = ({ world }: ExecutedRun): Uint8Array[] => world.equality.list.entries.map(({ hash }) => hash);
const setUpOf = ({ deployment }: ExecutedRun) => packetsOf(deployment, 'sender', 'device-setup')[0]!;

/** Which entries a filter on the device confirms to the holder of its key. `lookedUp` turns a hash into what a device looks up. */
function filterKey(
  run: ExecutedRun,
  lookedUp: (hash: Uint8Array) => Uint8Array,
  key = blob(setUpOf(run), 'key'),
): Finding {
  const parsed = parseFilter(blob(setUpOf(run), 'filter'), key);
  if (!parsed.ok) throw new Error(parsed.reason);
  const entries = entriesOf(run);
  const found = entries.filter((hash) => filterHas(parsed.filter, lookedUp(hash)));
  return { opened: nothing, named: nothing, listed: { k: found.length, n: entries.length } };
}

/**
 * The key that answers queries. Every recorded query and answer is compared with the points of all pictures that were sent: blinding that
 * hides nothing would show here. `output` is what the device looks up, if that is not a point.
 */
function queryKey(
  run: ExecutedRun,
  key: Scalar,
  pointOf: (hash: Uint8Array) => Point,
  output?: (hash: Uint8Array) => Uint8Array,
): Finding {
  const { deployment, setup } = run;
  const points = new Set<string>();
  for (const { planned } of setup.messages) {
    const { equality } = setup.store.file(planned.picture, planned.key).facts.hashed;
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
  const set = blob(setUpOf(run), 'set');
  const members = new Set(piecesOf(set, elementBytes).map(byteKey));
  const entries = entriesOf(run);
  const listed = output
    ? filterKey(run, output).listed!
    : { k: entries.filter((hash) => members.has(byteKey(multiply(key, pointOf(hash))))).length, n: entries.length };
  return { opened: nothing, named: new Set(named.map(([{ header }]) => header.message)), listed };
}

/** The key of the encrypted entries. It decrypts them bit by bit, and shows for every answer whether it is a match. */
function distanceKey({ deployment, world }: ExecutedRun, keys: DistanceKeys): Finding {
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

/** The table that a set-up delivered to devices, as they read it. */
export function tableOf(run: ExecutedRun, index = 0): BlindedTable {
  const parsed = parseTable(blob(packetsOf(run.deployment, 'sender', 'device-setup')[index]!, 'set'));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.table;
}

/**
 * The secret that tests vouchers: it opens the vouchers of matches, and the pictures of accounts with enough matches. Vouchers are bound to
 * `root`, by default that of the table that they were made with.
 */
export function voucherKey(run: ExecutedRun, alpha: Scalar, root = tableOf(run).root): Finding {
  const { deployment, world, setup } = run;
  const table = tableOf(run);
  const settings = tpsiSettingsOf(world, setup.strategy.synthetic ?? false);
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
  const entries = entriesOf(run);
  const onTable = (hash: Uint8Array): boolean =>
    slotsOf(table.seed, table.slots, hash).some((slot) =>
      equalBytes(slotPoint(table, slot), multiply(alpha, tpsiPoint(hash))),
    );
  return {
    opened: verified(pictures, setup.messages),
    named,
    listed: { k: entries.filter(onTable).length, n: entries.length },
  };
}

// Keys that open messages: a device's own, an escrowed key, and those of a hidden device. Each is used on recorded bytes.

/** A packet with a picture sealed to one device. */
type SealedPacket = Packet<'envelope'> | Packet<'device-copy'> | Packet<'ghost-copy'>;

/** Pictures by message id. */
export type Pictures = ReadonlyMap<string, Uint8Array>;

/** What devices sent each other: messages, and their copies for further devices, in order of time. */
const mailOf = ({ views }: ExecutedRun['deployment']): SealedPacket[] =>
  views.relay.entries.flatMap(({ type, bytes }) =>
    type === 'envelope' || type === 'device-copy' ? [decoded(bytes) as SealedPacket] : [],
  );

/** Everything that a device sent and received, with its keys, in a static channel: nothing deletes old keys. */
export function withDeviceKeys({ deployment }: ExecutedRun, address: string): Pictures {
  const { devices } = deployment.secrets;
  const own = devices.get(address)!;
  return opened(mailOf(deployment), ({ header }) => {
    const { recipient, sequence } = header;
    const sender = sendingDevice(header);
    if (sender !== address && recipient !== address) return undefined;
    const peer = devices.get(sender === address ? recipient : sender)!.publicKey;
    const { sending, receiving } = session(own, peer);
    return messageKey(sender === address ? sending : receiving, sequence);
  });
}

/**
 * What a device sent and received, with everything secret that was on it at one moment, in a channel with a ratchet. The thief follows the traffic: it takes part in
 * every step for which it has the keys, and fails where the device had made a fresh key.
 */
export function withStolenSessions(
  { deployment, world }: ExecutedRun,
  address: string,
  stolen: DeviceSecrets,
): Pictures {
  return followed(
    mailOf(deployment).filter(({ header }) => sendingDevice(header) === address || header.recipient === address),
    { address, stolen, keys: deployment.secrets.devices, random: world.random },
  );
}

/** What reached the court's hidden device, with everything secret that was on it at one moment, in a channel with a ratchet. */
export function withStolenGhost({ deployment, world }: ExecutedRun, stolen: DeviceSecrets): Pictures {
  const { devices } = deployment.secrets;
  const thief = { address: ghostAccount, stolen, keys: devices, random: world.random };
  return followed(packetsOf(deployment, 'relay', 'ghost-copy'), thief);
}

interface Thief {
  /** Name of the device that was robbed. */
  readonly address: string;
  readonly stolen: DeviceSecrets;
  /** The directory: public keys by device. */
  readonly keys: ReadonlyMap<string, DeviceKeys>;
  readonly random: RandomBytes;
}

function followed(packets: readonly SealedPacket[], { address, stolen, keys, random }: Thief): Pictures {
  const thief = new RatchetSessions(stolen.identity, random, stolen);
  const pictures = new Map<string, Uint8Array>();
  for (const packet of packets) {
    const { recipient, message } = packet.header;
    const sender = sendingDevice(packet.header);
    const header = blob(packet, 'ratchet');
    let padded: Opened | undefined;
    if (recipient === address) {
      const sealed = { ciphertext: blob(packet, 'ciphertext'), commitment: blob(packet, 'commitment') };
      padded = thief.open(sender, keys.get(sender)!.publicKey, sealed, {
        ...packet.header,
        sender,
        ratchet: header,
      });
    }
    const key = sender === address ? sentKey(stolen, recipient, header) : undefined;
    const plain = key ? openPacket(key, packet) : padded?.ok ? unpad(padded.plaintext) : undefined;
    const result = plain && contentOf(plain);
    if (result && 'content' in result) pictures.set(message, result.content.picture);
  }
  return pictures;
}

/** The key of a message that the robbed device sent, if it is further along a chain that was stolen. */
function sentKey({ sessions }: DeviceSecrets, recipient: string, header: Uint8Array): Uint8Array | undefined {
  const parts = sessionHeaderOf(header);
  const ratchet = parts && parseHeader(parts.ratchet);
  const state = parts && sessions.get(recipient)?.get(toHex(parts.name));
  if (!ratchet || !state?.sending || !equalBytes(ratchet.key, state.own.publicKey)) return undefined;
  if (ratchet.number < state.sending.next) return undefined;
  return chainStep(chainTo(state.sending, ratchet.number).chain).message;
}

/** Everything that was encrypted to the single escrow key. */
export function withEscrowKey({ deployment }: ExecutedRun): Pictures {
  const { escrow } = deployment.secrets;
  if (escrow?.kind !== 'sole') throw new Error('There is no single escrow key');
  return opened(packetsOf(deployment, 'relay', 'envelope'), (packet) =>
    keyOf(openEscrow(blob(packet, 'escrow'), escrow.keys)),
  );
}

/**
 * Everything that was encrypted to a split escrow key, with the shares of `count` holders. With fewer than a quorum the thief can only
 * interpolate through the shares that it has.
 */
export function withShares({ deployment, world }: ExecutedRun, count: number): Pictures {
  const { escrow: secret } = deployment.secrets;
  if (secret?.kind !== 'split') throw new Error('There are no shares of an escrow key');
  const stolen = secret.escrow.holders.slice(0, count);
  const escrow: SplitEscrow = { ...secret.escrow, quorum: Math.min(count, secret.escrow.quorum), holders: stolen };
  return opened(packetsOf(deployment, 'relay', 'envelope'), (packet) => {
    const sealed = blob(packet, 'escrow');
    const point = encapsulated(sealed);
    if (!point.ok) return undefined;
    const parts = stolen.map((holder) => partOf(holder, point.point, world.random));
    return keyOf(openSplitEscrow(sealed, parts, escrow));
  });
}

/** Everything that was also encrypted to the court's hidden device. */
export function withGhostKeys({ deployment }: ExecutedRun): Pictures {
  const { devices, ghost } = deployment.secrets;
  return opened(packetsOf(deployment, 'relay', 'ghost-copy'), ({ header }) =>
    messageKey(session(ghost, devices.get(sendingDevice(header))!.publicKey).receiving, header.sequence),
  );
}

const keyOf = (opened: Opened): Uint8Array | undefined => (opened.ok ? opened.plaintext : undefined);

function opened<P extends SealedPacket>(
  packets: readonly P[],
  keyFor: (packet: P) => DeviceKeys['secretKey'] | undefined,
): Pictures {
  const pictures = new Map<string, Uint8Array>();
  for (const packet of packets) {
    const key = keyFor(packet);
    const result = key && contentOf(openPacket(key, packet));
    if (result && 'content' in result) pictures.set(packet.header.message, result.content.picture);
  }
  return pictures;
}

// The key of franking stamps opens nothing. But with it, and the help of a recipient, anybody can be accused of having sent anything.

/**
 * For every message, a recipient forges a report that its sender sent the first picture of the run, stamped under `key`. Counts how many
 * reports the provider would accept as proved.
 */
export function forgedReports({ deployment, world, setup }: ExecutedRun, key = deployment.secrets.franking): Finding {
  const plaintext = setup.messages[0]!.picture;
  const passed = setup.messages.filter(({ planned }) => {
    const frankingKey = world.random(32);
    const context = { ...planned, message: planned.id };
    const tag = frank(plaintext, frankingKey);
    const proof = { plaintext, frankingKey, tag, stamp: stamp(tag, context, key) };
    return verifyFranking(proof, context, deployment.secrets.franking);
  });
  return { opened: nothing, named: nothing, forged: { k: passed.length, n: setup.messages.length } };
}

// Stored data, read again with another list: which messages would be said to show something on it.

/**
 * Ids of the messages that provider or relay can say show a hidden target, from what they received about them. A picture or hash is matched
 * as the strategy does; a prefix or sampled bits as the look-up does, which also names other messages.
 */
export async function namedFromStore(run: ExecutedRun): Promise<ReadonlySet<string>> {
  const { deployment, setup } = run;
  const matcher = partMatcher(run.world);
  const named = new Set<string>();
  for (const { planned } of setup.messages)
    for (const role of ['provider', 'relay'] as const)
      for (const entry of deployment.views[role].about(planned.id))
        if (!named.has(planned.id) && (await showsTarget(entry, run, matcher))) named.add(planned.id);
  return named;
}

async function showsTarget(
  { type, bytes }: ViewEntry,
  { world, setup }: ExecutedRun,
  matcher: PartMatcher,
): Promise<boolean> {
  const targets = setup.task.hidden.map(({ hashes }) => fromHex(hashes.near));
  const near = (hash: Uint8Array | undefined): boolean =>
    hash !== undefined &&
    hash.length * 8 === world.list.bits &&
    targets.some((target) => distanceBits(target, hash) <= world.thresholdBits);
  if (type === 'learnt') return false;
  const picture = type === 'opened' ? bytes : undefined;
  const read = picture ? undefined : decode(bytes);
  if (!picture && !read?.ok) return false;
  const blobs = read?.ok ? read.packet.blobs : {};
  const shown = picture ?? blobs.picture ?? blobs.plaintext;
  if (shown) {
    const outcome = await world.scanner.hash(shown);
    return outcome.state === 'hashed' && near(outcome.hash);
  }
  if (type === 'hash-upload') return near(blobs.hash);
  const part = read?.ok ? hashPartOf(read.packet) : undefined;
  return part !== undefined && targets.some((target) => matcher.fetches(part, target));
}

// What a capability gives to its holder.

/** Pictures that were opened, and messages that were said to show something on a list. */
export interface Finding {
  /** Ids of messages whose picture was obtained, byte by byte. */
  readonly opened: ReadonlySet<string>;
  readonly named: ReadonlySet<string>;
  /** List entries that a key reveals to somebody who has the pictures. */
  readonly listed?: { readonly k: number; readonly n: number };
  /** Forged reports that pass as proved. */
  readonly forged?: { readonly k: number; readonly n: number };
}

export const nothing: ReadonlySet<string> = new Set();

/** The ids of the messages whose picture was obtained. Throws on a picture that is not the one that was sent. */
export function verified(
  pictures: ReadonlyMap<string, Uint8Array>,
  messages: readonly LabelledMessage[],
): ReadonlySet<string> {
  const sent = new Map(messages.map(({ planned, picture }) => [planned.id, picture]));
  for (const [id, picture] of pictures) {
    const right = sent.get(id);
    if (!right || !equalBytes(picture, right)) throw new Error(`A key opened ${id} to what was not sent`);
  }
  return new Set(pictures.keys());
}
