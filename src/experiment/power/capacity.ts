/** Room for hidden targets in what a deployment really put on devices: they are put in until no more fit, and looked for as devices do. */
import { checkCertificate } from '../../crypto/certified-table.ts';
import { psiServerSet } from '../../crypto/dh-psi.ts';
import { elementBytes } from '../../crypto/group.ts';
import { answerEntry, countMatches, encryptEntry } from '../../crypto/hidden-distance.ts';
import { evaluate } from '../../crypto/oprf.ts';
import { tableRoot } from '../../crypto/tpsi-format.ts';
import { parseTable } from '../../crypto/tpsi-table.ts';
import { hashList } from '../../match/hash-list.ts';
import { searcher } from '../../match/search.ts';
import { blob } from '../../role/wire.ts';
import type { RoomRow } from '../../schema/power-rows.ts';
import { fromHex } from '../../util/hex.ts';
import { fillFilter } from './filter-room.ts';
import { tableOf } from './list-key.ts';
import { dualPurposeScanner } from './network.ts';
import { packetsOf } from './packets.ts';
import type { Performance } from './stage.ts';
import { fillTable, withTarget } from './table-room.ts';

/** What was found out about the room. */
export type Found = Pick<RoomRow, 'inserted' | 'given' | 'kept' | 'next' | 'how'>;

/** So many times the declared entries are tried where nothing bounds them. */
const tries = 10;

/** Tries how much room an ordinary deployment has. */
export async function roomOf(usual: Performance): Promise<Omit<RoomRow, 'row' | 'cell' | 'strategy'>> {
  const { deployment, world, stage } = usual;
  const { capacity, detector } = stage.strategy;
  const entries = (detector === 'equality' ? world.equality.list : world.list).entries.length;
  const counted = deployment.hiddenCapacity ?? null;
  return { entries, counted, ...(capacity.kind === 'none' ? noSearch : await tryOut(usual)) };
}

const noSearch: Found = { inserted: 0, given: 0, kept: 0, next: 'impossible', how: 'nothing is searched for' };

async function tryOut(usual: Performance): Promise<Found> {
  const { deployment, world, stage } = usual;
  const { capacity } = stage.strategy;
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
        ? certifiedRoom(usual, secret.authoriser.publicKey)
        : fillTable(tableOf(usual), secret.alpha, hashes, world.random);
    case 'distance':
      return encryptedRoom(usual);
    default:
      return capacity.kind === 'model' ? networkRoom(usual) : listRoom(usual);
  }
}

/** One target in a free slot of a certified table; what devices say to that. */
function certifiedRoom(usual: Performance, authoriser: Uint8Array): Found {
  const { deployment, world } = usual;
  const { protocol: secret } = deployment.secrets;
  const table = tableOf(usual);
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

/** Hidden entries under encryption, each held against a picture's hash as a device does. */
function encryptedRoom({ deployment, world, stage }: Performance): Found {
  const { protocol: secret } = deployment.secrets;
  if (secret?.kind !== 'distance') throw new Error('Entries are not encrypted');
  const hidden = stage.task.hidden.map(({ hashes }) => fromHex(hashes.near));
  const found = hidden.filter((hash) => {
    const entry = encryptEntry(hash, secret.keys, world.random);
    const answered = answerEntry(hash, entry, secret.keys.publicKey, [0], world.random);
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

/** A list many times as long, searched as device or provider search it. */
function listRoom({ world }: Performance): Found {
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

/** Hidden targets that the network with a second purpose knows as they are sent. */
async function networkRoom({ stage }: Performance): Promise<Found> {
  const scanner = dualPurposeScanner(stage);
  const sent = new Map(
    stage.messages.filter(({ hidden }) => hidden).map(({ planned, picture }) => [planned.picture, picture]),
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
