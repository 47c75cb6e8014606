/**
 * Capacity for hidden targets in what a deployment actually put on devices. Targets are inserted until no more fit, and then looked up as
 * devices do.
 */
import { checkCertificate } from '../../crypto/certified-table.ts';
import { NoPlacementError, placeEntries, slotsOf } from '../../crypto/cuckoo-table.ts';
import { psiServerSet } from '../../crypto/dh-psi.ts';
import { type FuseFilter, filterEquation, filterHas, parseFilter, serializeFilter } from '../../crypto/fuse-filter.ts';
import { elementBytes, multiply, type Scalar } from '../../crypto/group.ts';
import { countMatches, DistanceAnswerer, encryptEntry } from '../../crypto/hidden-distance.ts';
import { evaluate } from '../../crypto/oprf.ts';
import type { RandomBytes } from '../../crypto/sodium.ts';
import { tableHeader, tableHeaderBytes, tableRoot, tpsiPoint, tpsiSettings } from '../../crypto/tpsi-format.ts';
import { type BlindedTable, parseTable, slotPoint } from '../../crypto/tpsi-table.ts';
import { makeVoucher, voucherAccount } from '../../crypto/voucher.ts';
import { testVoucher } from '../../crypto/voucher-opening.ts';
import { hashList } from '../../match/hash-list.ts';
import { searcher } from '../../match/search.ts';
import { blob } from '../../role/wire.ts';
import { equalBytes } from '../../util/bytes.ts';
import { fromHex } from '../../util/hex.ts';
import { dualPurposeScanner } from './capabilities.ts';
import { tableOf } from './keys.ts';
import type { HiddenCapacityRow } from './rows.ts';
import { type ExecutedRun, packetsOf } from './setup.ts';

/** The measured capacity. */
export type Found = Pick<HiddenCapacityRow, 'inserted' | 'given' | 'kept' | 'next' | 'how'>;

/** Where nothing limits the capacity, this many times the declared entries are inserted. */
const tries = 10;

/** Measures the capacity of the baseline deployment. */
export async function hiddenCapacityOf(
  baseline: ExecutedRun,
): Promise<Omit<HiddenCapacityRow, 'row' | 'cell' | 'strategy'>> {
  const { deployment, world, setup } = baseline;
  const { capacity, detector } = setup.strategy;
  const entries = (detector === 'equality' ? world.equality.list : world.list).entries.length;
  const counted = deployment.hiddenCapacity ?? null;
  return { entries, counted, ...(capacity.kind === 'none' ? noSearch : await tryOut(baseline)) };
}

const noSearch: Found = { inserted: 0, given: 0, kept: 0, next: 'impossible', how: 'nothing is searched for' };

async function tryOut(baseline: ExecutedRun): Promise<Found> {
  const { deployment, world, setup } = baseline;
  const { capacity } = setup.strategy;
  const { protocol: secret } = deployment.secrets;
  const hashes = world.equality.list.entries.map(({ hash }) => hash);
  const setUp = packetsOf(deployment, 'sender', 'device-setup')[0];
  switch (secret?.kind) {
    case 'filter':
      return fillFilter(blob(setUp!, 'filter'), secret.key, hashes, (hash) => hash, world.random);
    case 'oprf': {
      const output = (hash: Uint8Array): Uint8Array => evaluate('voprf', secret.secretKey, hash);
      return fillFilter(blob(setUp!, 'filter'), blob(setUp!, 'key'), hashes, output, world.random);
    }
    case 'psi': {
      const longer = psiServerSet(secret.key, [...hashes, world.random(hashes[0]?.length ?? 16)]);
      const declared = blob(setUp!, 'set').length / elementBytes;
      const next = longer.length / elementBytes > declared ? 'visible' : 'fits';
      return { inserted: 0, given: 0, kept: declared, next, how: 'a set has one point an entry, and its length shows' };
    }
    case 'tpsi':
      return secret.authoriser
        ? certifiedCapacity(baseline, secret.authoriser.publicKey)
        : fillTable(tableOf(baseline), secret.alpha, hashes, world.random);
    case 'distance':
      return encryptedCapacity(baseline);
    default:
      return capacity.kind === 'model' ? networkCapacity(baseline) : listCapacity(baseline);
  }
}

/** Puts one target into a free slot of a certified table, and checks whether devices reject it. */
function certifiedCapacity(baseline: ExecutedRun, authoriser: Uint8Array): Found {
  const { deployment, world } = baseline;
  const { protocol: secret } = deployment.secrets;
  const table = tableOf(baseline);
  const certificate = blob(packetsOf(deployment, 'sender', 'device-setup')[0]!, 'certificate');
  const entries = world.equality.list.entries.map(({ hash }) => hash);
  if (secret?.kind !== 'tpsi' || checkCertificate(table, certificate, authoriser) !== undefined)
    throw new Error('The honest table is not certified');
  const bytes = withTarget(table, secret.alpha, entries, world.random);
  const changed = parseTable(bytes, tableRoot([bytes]));
  const refused = !changed.ok || checkCertificate(changed.table, certificate, authoriser) !== undefined;
  return {
    inserted: refused ? 0 : 1,
    given: 0,
    kept: entries.length,
    next: refused ? 'refused' : 'fits',
    how: 'every slot is proved to be the one that the authoriser signed',
  };
}

/** Encrypts hidden entries, and compares each with a picture's hash as a device does. */
function encryptedCapacity({ deployment, world, setup }: ExecutedRun): Found {
  const { protocol: secret } = deployment.secrets;
  if (secret?.kind !== 'distance') throw new Error('Entries are not encrypted');
  const hidden = setup.task.hidden.map(({ hashes }) => fromHex(hashes.near));
  const answerer = new DistanceAnswerer(secret.keys.publicKey);
  const found = hidden.filter((hash) => {
    const entry = encryptEntry(hash, secret.keys, world.random);
    const answered = answerer.answer(hash, entry, [0], world.random);
    return answered.ok && countMatches(answered.answers, secret.keys) === 1;
  });
  return {
    inserted: found.length,
    given: null,
    kept: world.list.entries.length,
    next: found.length === hidden.length ? 'fits' : 'impossible',
    how: 'each answer has as many encrypted entries as the provider likes',
  };
}

/** Searches a list that is many times longer, as device or provider search it. */
function listCapacity({ world }: ExecutedRun): Found {
  const { list } = world;
  const more = Array.from({ length: tries * Math.max(1, list.entries.length) }, (_, i) => ({
    id: `hidden ${i}`,
    hash: world.random(list.bits / 8),
  }));
  const { name, algorithm, bits } = list;
  const search = searcher(hashList({ name, algorithm, bits }, [...list.entries, ...more]));
  const found = (hash: Uint8Array): boolean => search.nearest(hash)?.distanceBits === 0;
  const inserted = more.filter(({ hash }) => found(hash)).length;
  return {
    inserted,
    given: null,
    kept: list.entries.filter(({ hash }) => found(hash)).length,
    next: inserted === more.length ? 'fits' : 'impossible',
    how: `${tries} times the list beside it, all found`,
  };
}

/** Counts the hidden targets that the network with a second purpose recognises as they are sent. */
async function networkCapacity({ setup }: ExecutedRun): Promise<Found> {
  const scanner = dualPurposeScanner(setup);
  const sent = new Map(
    setup.messages.filter(({ hidden }) => hidden).map(({ planned, picture }) => [planned.picture, picture]),
  );
  let inserted = 0;
  for (const picture of sent.values()) if ((await scanner.score(picture)) === 1) inserted++;
  return {
    inserted,
    given: null,
    kept: 0,
    next: 'fits',
    how: `a row of weights more for each, and ${inserted} of ${sent.size} are known as they are sent; no list is involved`,
  };
}

// Capacity of a binary fuse filter. An entry is in it if three fingerprints XOR to its own, a linear equation over GF(2). Whoever makes the
// filter can hold as many entries as there are independent equations (`filterCapacity`): more than the usual construction, by peeling, can fill.

/** The filter counts as full after this many targets in succession whose equations depend on earlier ones. */
const patience = 2000;

/** Fills the filter of a set-up with targets. `lookedUp` turns a hash into what a device looks up. */
function fillFilter(
  bytes: Uint8Array,
  key: Uint8Array,
  entries: readonly Uint8Array[],
  lookedUp: (hash: Uint8Array) => Uint8Array,
  random: RandomBytes,
): Found {
  const parsed = parseFilter(bytes, key);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { filter } = parsed;
  const width = entries[0]?.length ?? 16;
  const listed = entries.map(lookedUp);
  const system = new Equations(filter);
  for (const entry of listed) system.add(entry);

  // A fixed sequence of targets: each must fit as it comes.
  const sequence = new Equations(filter);
  for (const entry of listed) sequence.add(entry);
  let given = 0;
  while (sequence.add(lookedUp(random(width))) !== 'contradicts') given++;

  const targets: Uint8Array[] = [];
  for (let inVain = 0; inVain < patience; ) {
    // What a device looks up is indistinguishable from random bytes, so random bytes are used: OPRF outputs would only take longer.
    const target = random(32);
    if (system.add(target) === 'added') {
      targets.push(target);
      inVain = 0;
    } else inVain++;
  }
  const full = parseFilter(serializeFilter({ ...filter, fingerprints: system.solve() }), key);
  if (!full.ok) throw new Error(full.reason);
  const has = (entry: Uint8Array): boolean => filterHas(full.filter, entry);
  const strangers = Array.from({ length: patience }, () => random(32)).filter(has).length;
  return {
    inserted: targets.filter(has).length,
    given,
    kept: listed.filter(has).length,
    next: strangers <= expectedStrangers(filter) ? 'impossible' : 'fits',
    how: 'the filter’s linear equations solved for as many targets as are independent; the device reads it and finds all',
  };
}

/** The number of false positives to expect among strangers at most: three standard deviations above the mean. */
const expectedStrangers = ({ bits }: FuseFilter): number => {
  const mean = patience * 2 ** -bits;
  return mean + 3 * Math.sqrt(mean);
};

/** Linear equations over GF(2) between the fingerprints of a filter, kept in echelon form. */
class Equations {
  readonly #filter: FuseFilter;
  /** By pivot: the slots of the equation in ascending order, and its right side. */
  readonly #rows = new Map<number, { readonly slots: ReadonlySet<number>; readonly value: number }>();

  constructor(filter: FuseFilter) {
    this.#filter = filter;
  }

  /** Adds the equation of an entry. 'fits': it follows from earlier equations. 'contradicts': it is incompatible with them. */
  add(entry: Uint8Array): 'added' | 'fits' | 'contradicts' {
    const equation = filterEquation(this.#filter, entry);
    const mask = this.#filter.bits === 32 ? -1 : 2 ** this.#filter.bits - 1;
    const slots = new Set<number>(equation.slots);
    let value = equation.fingerprint & mask;
    for (;;) {
      if (slots.size === 0) return value === 0 ? 'fits' : 'contradicts';
      const pivot = Math.min(...slots);
      const row = this.#rows.get(pivot);
      if (!row) {
        this.#rows.set(pivot, { slots, value });
        return 'added';
      }
      for (const slot of row.slots) if (!slots.delete(slot)) slots.add(slot);
      value ^= row.value;
    }
  }

  /** Fingerprints that satisfy every equation; those in no equation are 0. */
  solve(): FuseFilter['fingerprints'] {
    const out = this.#filter.fingerprints.slice().fill(0);
    for (const pivot of [...this.#rows.keys()].sort((a, b) => b - a)) {
      const { slots, value } = this.#rows.get(pivot)!;
      let sum = value;
      for (const slot of slots) if (slot !== pivot) sum ^= out[slot]!;
      out[pivot] = sum;
    }
    return out;
  }
}

// Capacity of a blinded table. A hidden target opens only if one of its two slots holds it, so each slot takes at most one. Which targets fit
// into free slots without moving list entries depends on their slots.

/** Number of seeds with which an insider tries to place a fixed sequence of targets. */
const seeds = 100;

/** Number of further targets that are tried when every slot is taken. */
const furtherTargets = 50;

/** Fills every free slot with a target that hashes to it; makes and tests a voucher for each entry and each target. */
function fillTable(table: BlindedTable, alpha: Scalar, entries: readonly Uint8Array[], random: RandomBytes): Found {
  const bytes = table.points.length + tableHeaderBytes;
  const width = entries[0]?.length ?? 16;
  const targets = new Map<number, Uint8Array>();
  const free = new Set(freeSlots(table, alpha, entries));
  const capacity = free.size;
  while (free.size > 0) {
    const target = random(width);
    const slot = slotsOf(table.seed, table.slots, target).find((each) => free.has(each));
    if (slot === undefined) continue;
    free.delete(slot);
    targets.set(slot, target);
  }
  const full = changed(table, alpha, targets);
  const opens = opener(full, alpha, random);
  const inserted = [...targets.values()].filter(opens).length;
  const kept = entries.filter(opens).length;
  const strangers = Array.from({ length: furtherTargets }, () => random(width)).filter(opens).length;
  // One more target displaces an entry or another target.
  const [more] = [random(width)];
  const [slot] = slotsOf(table.seed, table.slots, more!);
  const still = opener(changed(full, alpha, new Map([[slot, more!]])), alpha, random);
  const before = [...entries, ...targets.values()];
  const lost = before.filter(opens).length - before.filter(still).length;
  if (full.points.length + tableHeaderBytes !== bytes || inserted > capacity) throw new Error('The table grew');
  return {
    inserted,
    given: givenTargets(entries, table, random),
    kept,
    next: strangers === 0 && lost > 0 ? 'impossible' : 'fits',
    how: 'one target in each free slot, picked so as to fall there; a voucher made and tested for each',
  };
}

/** Bytes of the table with one target in a free slot that it hashes to. */
function withTarget(
  table: BlindedTable,
  alpha: Scalar,
  entries: readonly Uint8Array[],
  random: RandomBytes,
): Uint8Array {
  const free = new Set(freeSlots(table, alpha, entries));
  for (;;) {
    const target = random(entries[0]?.length ?? 16);
    const slot = slotsOf(table.seed, table.slots, target).find((each) => free.has(each));
    if (slot !== undefined) return bytesOf(table, alpha, new Map([[slot, target]]));
  }
}

/** Slots that hold no entry of the list. */
function freeSlots(table: BlindedTable, alpha: Scalar, entries: readonly Uint8Array[]): number[] {
  const taken = new Set<number>();
  for (const entry of entries) {
    const point = multiply(alpha, tpsiPoint(entry));
    for (const slot of slotsOf(table.seed, table.slots, entry))
      if (equalBytes(slotPoint(table, slot), point)) taken.add(slot);
  }
  return Array.from({ length: table.slots }, (_, slot) => slot).filter((slot) => !taken.has(slot));
}

function bytesOf(table: BlindedTable, alpha: Scalar, targets: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const bytes = new Uint8Array(tableHeaderBytes + table.points.length);
  bytes.set(tableHeader(table.epoch, table.slots, table.seed, table.key));
  bytes.set(table.points, tableHeaderBytes);
  for (const [slot, target] of targets)
    bytes.set(multiply(alpha, tpsiPoint(target)), tableHeaderBytes + slot * elementBytes);
  return bytes;
}

/** The table with targets in slots, as a device reads it. */
function changed(table: BlindedTable, alpha: Scalar, targets: ReadonlyMap<number, Uint8Array>): BlindedTable {
  const parsed = parseTable(bytesOf(table, alpha, targets));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.table;
}

/** Whether the voucher of a hash opens, if a device makes it with that table and the provider tests it. */
function opener(table: BlindedTable, alpha: Scalar, random: RandomBytes): (hash: Uint8Array) => boolean {
  const settings = tpsiSettings({ threshold: 2 });
  const account = voucherAccount('room', table, settings, random);
  const { root, epoch } = table;
  return (hash) => {
    const made = makeVoucher(account, { id: 'room', hash, payload: new Uint8Array(32) }, random);
    return made.ok && testVoucher({ alpha, root, epoch, settings }, 'room', 'room', made.voucher).state === 'opened';
  };
}

/** How many of a fixed sequence of targets fit beside the list in the same number of slots, with a seed of the insider's choice. */
function givenTargets(entries: readonly Uint8Array[], { slots, seed }: BlindedTable, random: RandomBytes): number {
  const row: Uint8Array[] = [];
  for (;;) {
    row.push(random(entries[0]?.length ?? 16));
    try {
      placeEntries([...entries, ...row], seed, { slots, limit: seeds });
    } catch (error) {
      if (!(error instanceof NoPlacementError)) throw error;
      return row.length - 1;
    }
  }
}
