/** What the server's roles saw, as the demo's page fetches it: the very bytes of their views, framed as packets are. */
import { type Static, Type } from 'typebox';
import type { Finding } from '../../role/services.ts';
import type { ViewEntry } from '../../role/view.ts';
import { check } from '../../schema/check.ts';
import { Role } from '../../schema/vocabulary.ts';
import { frame, ownLimits, unframe } from '../../util/framing.ts';

/** A entry, and whose. */
export interface RoleEntry extends ViewEntry {
  readonly role: Role;
}

/** What there is to show of the services. */
export interface ServiceViews {
  /** ViewEntries since the last time, in order of ticks within each role. */
  readonly entries: readonly RoleEntry[];
  /** Tick to ask from the next time. */
  readonly next: number;
  /** Reports that reached the curator. */
  readonly tips: number;
  /** Why anything was refused. */
  readonly rejected: readonly string[];
  /** What is known of messages, by their ids. */
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

/** Views as bytes. */
export const viewsFrame = ({ entries, ...rest }: ServiceViews): Uint8Array =>
  frame(
    { ...rest, entries: entries.map(({ bytes: _, ...facts }) => facts) },
    // Numbered in their order, so that the names of a JSON object keep it.
    Object.fromEntries(entries.map(({ bytes }, i) => [String(i), bytes])),
  );

/** The views that bytes spell. Throws an Error where they spell none. */
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
