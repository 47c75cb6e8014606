/** Reads views as bytes: finds what a role received about a message, and checks it against the declaration. */
import type { Deployment } from '../../role/deployment.ts';
import { type HashPart, hashPartOf, type PartMatcher, partMatcher } from '../../role/hash-part.ts';
import type { View, ViewEntry } from '../../role/view.ts';
import { decoded } from '../../role/wire.ts';
import type { World } from '../../role/world.ts';
import type { AlikeMessages, ViewRow } from '../../schema/observation.ts';
import { factsOf } from '../../schema/packet-facts.ts';
import type { Content, Extent, Knowledge, Role, Split } from '../../schema/vocabulary.ts';
import { telling } from '../../score/alike.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import type { PlannedMessage } from './plan.ts';

/** A sent message, with its ground truth. */
export interface Sent {
  readonly planned: PlannedMessage;
  readonly picture: { id: string; group: string; topic: string; content: Content; split: Split };
  readonly bytes: Uint8Array;
  /** Hash of the file, hex; undefined if it was refused. */
  readonly hex: string | undefined;
  /** The equality hash of the file, hex; undefined if it was refused. */
  readonly equalityHex: string | undefined;
}

/** Roles whose views are examined. The provider runs the relay, so it knows what the relay saw. */
const examined = ['relay', 'provider', 'curator', 'court'] as const satisfies readonly Role[];

/** The views that a role can read. */
export const readable = (role: Role): readonly Role[] => (role === 'provider' ? ['provider', 'relay'] : [role]);

/** Length of the piece of a file that is searched for: long enough never to occur by accident. */
const needleBytes = 64;

export class ViewReader {
  readonly #views: Readonly<Record<Role, View>>;

  constructor(views: Readonly<Record<Role, View>>) {
    this.#views = views;
  }

  /** What the roles saw about a message, in order of time. */
  about(roles: readonly Role[], message: string): ViewEntry[] {
    return roles.flatMap((role) => this.#views[role].about(message)).sort((a, b) => a.tick - b.tick);
  }

  /** Whether the views contain the picture's bytes, in entries about its message. */
  holdsContent(roles: readonly Role[], message: string, picture: Uint8Array): boolean {
    const middle = Math.max(0, Math.floor(picture.length / 2) - needleBytes);
    const needle = bufferOf(picture.subarray(middle, middle + needleBytes));
    return this.about(roles, message).some((entry) => holds(entry, needle));
  }

  /** Whether the views contain the hash, as bytes or hex text, in entries about its message. */
  holdsHash(roles: readonly Role[], message: string, hex: string): boolean {
    const needles = [bufferOf(fromHex(hex)), Buffer.from(hex)];
    return this.about(roles, message).some((entry) => needles.some((needle) => holds(entry, needle)));
  }

  /** The parts of the hash, by kind, in look-ups about its message. */
  hashParts(roles: readonly Role[], message: string, hex: string, matcher: PartMatcher): Set<HashPart['kind']> {
    const hash = fromHex(hex);
    const shown = partsIn(this.about(roles, message)).filter((part) => matcher.shows(part, hash));
    return new Set(shown.map(({ kind }) => kind));
  }

  /** Bytes that the sender sent for a message. */
  bytesFromSender(message: string): number {
    return sum(
      (['relay', 'provider'] as const).flatMap((role) =>
        this.#views[role].about(message).filter(({ from }) => from === 'sender'),
      ),
    );
  }

  /** Bytes that the sender received for a message. */
  bytesToSender(message: string): number {
    return sum(this.#views.sender.about(message));
  }
}

/** What was searched for in an entry, and whether it was there: several roles read an entry, and more than once in a run. */
const searched = new WeakMap<ViewEntry, Map<string, boolean>>();

/** Whether an entry contains these bytes. */
function holds(entry: ViewEntry, needle: Buffer): boolean {
  const results = searched.get(entry) ?? new Map<string, boolean>();
  searched.set(entry, results);
  const key = needle.toString('latin1');
  const found = results.get(key) ?? bufferOf(entry.bytes).includes(needle);
  results.set(key, found);
  return found;
}

/** The same bytes as a Buffer, whose search is native code. */
const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

const sum = (entries: readonly ViewEntry[]): number => entries.reduce((total, { bytes }) => total + bytes.length, 0);

/** The parts of hashes that the look-ups among these entries disclose. */
const partsIn = (entries: readonly ViewEntry[]): HashPart[] =>
  entries.flatMap(({ type, bytes }) => {
    const part = factsOf(type).hashPart ? hashPartOf(decoded(bytes)) : undefined;
    return part ? [part] : [];
  });

/** Inputs for checking a strategy's declaration against its views. */
export interface Examination {
  readonly cell: string;
  readonly strategy: Strategy;
  readonly world: World;
  readonly deployment: Deployment;
  readonly sent: readonly Sent[];
  /** Messages that recipients reported, and those that a court order named. */
  readonly reported: ReadonlySet<string>;
  readonly ordered: ReadonlySet<string>;
  readonly when: ViewRow['when'];
  /** Whether the messages are those of one of several cohorts. Then a comparison of messages is left to whoever has the rows of all. */
  readonly isPart?: boolean;
}

/** One row for each role and kind of knowledge that is declared or found, and one for the device's knowledge of the list. */
export function examineViews(exam: Examination): ViewRow[] {
  const { strategy, deployment, sent } = exam;
  const reader = new ViewReader(deployment.views);
  const rows: ViewRow[] = [];
  const row = (
    role: Role,
    knowledge: string,
    declared: string,
    total: number,
    allowed: number,
    found: number,
    outside: number,
    alike?: AlikeMessages[],
  ) =>
    rows.push({
      row: 'view',
      cell: exam.cell,
      strategy: strategy.name,
      role,
      when: exam.when,
      knowledge,
      declared,
      messages: total,
      allowed,
      found,
      outside,
      ...(alike ? { alike } : {}),
    });
  for (const role of examined) {
    const { alike, ...found } = knownTo(role, reader, exam);
    for (const knowledge of ['content', 'hash', 'prefix', 'bucket', 'match'] as const) {
      const declared = strategy.declares[role]?.[knowledge] ?? 'none';
      const allowed = new Set(sent.filter((each) => covers(declared, each, exam)).map(({ planned }) => planned.id));
      const known = found[knowledge];
      const outside = [...known].filter((id) => !allowed.has(id)).length;
      const apart = exam.isPart && knowledge === 'match' ? alikeRows(alike, known, allowed) : undefined;
      if (declared !== 'none' || known.size > 0 || apart?.length || role === 'relay' || role === 'provider')
        row(role, knowledge, declared, sent.length, allowed.size, known.size, outside, apart);
    }
  }
  const { entries } = exam.world.list;
  const seen = entriesSeen(exam);
  const allowed = { none: 0, membership: 0, queried: seen.queried, all: entries.length }[strategy.listDisclosure];
  row(
    'sender',
    'list',
    strategy.listDisclosure,
    entries.length,
    allowed,
    seen.found,
    Math.max(0, seen.found - allowed),
  );
  return rows;
}

/** Whether an extent covers a message. */
function covers(extent: Extent, { planned }: Sent, { deployment, reported, ordered }: Examination): boolean {
  if (extent === 'all') return true;
  if (extent === 'flagged') return deployment.outcome(planned.id).scanned === 'match';
  if (extent === 'reported') return reported.has(planned.id);
  if (extent === 'ordered') return ordered.has(planned.id);
  return false;
}

/** Whether an entry states the outcome of its message, so that a role needs no comparison with other messages. */
const tells = ({ type }: ViewEntry): boolean => type === 'learnt' || factsOf(type).tellsMatch === true;

/**
 * Whether a message truly matches. A protocol for equality may never reveal this: below a threshold a match looks like any other message,
 * so the provider cannot distinguish them.
 */
export function truthOf({
  strategy,
  deployment,
  world,
}: Pick<Examination, 'strategy' | 'deployment' | 'world'>): (each: Sent) => boolean {
  if (strategy.detector !== 'equality') return ({ planned }) => deployment.outcome(planned.id).scanned === 'match';
  const listed = new Set([...world.equality.list.entries].map(({ hash }) => toHex(hash)));
  return ({ equalityHex }) => equalityHex !== undefined && listed.has(equalityHex);
}

/** Messages whose packets look the same to a role. */
interface Alike {
  readonly ids: string[];
  /** How many of them truly match. */
  matched: number;
}

/** The same as counts, for a row. `known`: messages of which the view by itself says whether they match. */
const alikeRows = (
  alike: ReadonlyMap<string, Alike>,
  known: ReadonlySet<string>,
  allowed: ReadonlySet<string>,
): AlikeMessages[] =>
  [...alike].map(([packets, { ids, matched }]) => {
    const more = ids.filter((id) => !known.has(id));
    const outside = more.filter((id) => !allowed.has(id)).length;
    return { packets, messages: ids.length, matched, more: more.length, outside };
  });

/** Ids of the messages about which a role knows something, by kind of knowledge, and which messages look the same to it. */
function knownTo(
  role: Role,
  reader: ViewReader,
  exam: Examination,
): Record<Knowledge, Set<string>> & { readonly alike: ReadonlyMap<string, Alike> } {
  const { sent, world } = exam;
  const matches = truthOf(exam);
  const roles = readable(role);
  const matcher = partMatcher(world);
  const known = {
    content: new Set<string>(),
    hash: new Set<string>(),
    prefix: new Set<string>(),
    bucket: new Set<string>(),
    match: new Set<string>(),
  };
  const alike = new Map<string, Alike>();
  for (const each of sent) {
    const { planned, bytes, hex } = each;
    const { id } = planned;
    const pattern = reader
      .about(roles, id)
      .map(({ type }) => type)
      .join();
    if (pattern === '') continue;
    const group = alike.get(pattern) ?? { ids: [], matched: 0 };
    alike.set(pattern, group);
    group.ids.push(id);
    if (matches(each)) group.matched++;
    if (reader.holdsContent(roles, id, bytes)) known.content.add(id);
    if (hex && reader.holdsHash(roles, id, hex)) known.hash.add(id);
    if (hex) for (const kind of reader.hashParts(roles, id, hex, matcher)) known[kind].add(id);
  }
  // A role with the picture or hash can match it. Otherwise packets reveal the outcome if all messages that look the same have the same
  // outcome, and others have not.
  for (const id of [...known.content, ...known.hash]) known.match.add(id);
  for (const { planned } of sent) if (reader.about(roles, planned.id).some(tells)) known.match.add(planned.id);
  if (!exam.isPart)
    for (const { ids } of telling([...alike.values()], ({ ids }) => ids.length))
      for (const id of ids) known.match.add(id);
  return { ...known, alike };
}

/** List entries that reached senders' devices, and the number that their queries requested. */
function entriesSeen({ deployment, world, strategy }: Examination): { found: number; queried: number } {
  const { entries } = world.list;
  const view = deployment.views.sender;
  const hay = view.entries.map(({ bytes }) => bufferOf(bytes));
  const found = entries.filter(({ hash }) => hay.some((each) => each.includes(bufferOf(hash)))).length;
  if (strategy.listDisclosure !== 'queried') return { found, queried: 0 };
  const matcher = partMatcher(world);
  // Many messages request the same entries.
  const asked = new Map(
    partsIn(deployment.views.provider.entries).map((part) => [`${part.kind} ${part.length} ${toHex(part.bits)}`, part]),
  );
  const queried = entries.filter(({ hash }) => [...asked.values()].some((part) => matcher.fetches(part, hash)));
  return { found, queried: queried.length };
}
