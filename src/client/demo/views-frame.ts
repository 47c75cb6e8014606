/** The views of the server's roles, as the demo's page fetches them: the original bytes, framed like packets. */
import { type Static, Type } from 'typebox';
import type { Finding } from '../../role/services.ts';
import type { ViewEntry } from '../../role/view.ts';
import { check } from '../../schema/check.ts';
import { Role } from '../../schema/vocabulary.ts';
import { frame, ownLimits, unframe } from '../../util/framing.ts';

/** An entry and its role. */
export interface RoleEntry extends ViewEntry {
  readonly role: Role;
}

/** Everything about the services that a page can display. */
export interface ServiceViews {
  /** New entries since the last request, in order of ticks within each role. */
  readonly entries: readonly RoleEntry[];
  /** Tick for the next request. */
  readonly next: number;
  /** Reports that reached the curator. */
  readonly tips: number;
  /** Reasons for every rejection. */
  readonly rejected: readonly string[];
  /** What the services know about messages, by message id. */
  readonly findings: Readonly<Record<string, Finding>>;
}

const Header = Type.Object({
  next: Type.Integer(),
  tips: Type.Integer(),
  rejected: Type.Array(Type.String()),
  findings: Type.Record(
    Type.String(),
    Type.Object({
      scanned: Type.Optional(Type.Enum(['none', 'match', 'clear', 'refused'])),
      dismissed: Type.Optional(Type.Literal(true)),
    }),
  ),
  entries: Type.Array(
    Type.Object({ role: Role, tick: Type.Integer(), from: Role, message: Type.String(), type: Type.String() }),
  ),
  blobs: Type.Record(Type.String(), Type.Integer()),
});

/** Encodes views. */
export const viewsFrame = ({ entries, ...rest }: ServiceViews): Uint8Array =>
  frame(
    { ...rest, entries: entries.map(({ bytes: _, ...facts }) => facts) },
    // Numbered in order, so that the names of a JSON object preserve it.
    Object.fromEntries(entries.map(({ bytes }, i) => [String(i), bytes])),
  );

/** Decodes views. Throws an Error if the bytes are malformed. */
export function readViews(bytes: Uint8Array): ServiceViews {
  const read = unframe(bytes, ownLimits);
  if (!read.ok) throw new Error(`The server sent views that cannot be read: ${read.reason}`);
  const {
    entries,
    blobs: _,
    ...rest
  } = check(Header, read.header, 'What the server’s roles saw') as Static<typeof Header>;
  return {
    ...rest,
    entries: entries.map((each, i) => ({
      ...each,
      type: each.type as ViewEntry['type'],
      bytes: read.blobs[String(i)] ?? new Uint8Array(0),
    })),
  };
}
