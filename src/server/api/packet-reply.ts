/** Packets on their way to and from a box of the store: what the relay and the provider's intake share. */
import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { fromRole } from '../../role/endpoint.ts';
import { fits } from '../../schema/check.ts';
import type { PacketType } from '../../schema/packet.ts';
import { UserError } from '../../util/errors.ts';
import { frame } from '../../util/framing.ts';
import { toHex } from '../../util/hex.ts';
import { AccountName, Id, LogicalTime, pageBytes, pagePackets } from '../limits.ts';
import type { NewPacket, PacketName } from '../store/packet.ts';
import type { Page, PageLimits, Posted } from '../store/packet-box.ts';
import type { PacketBody } from '../validate.ts';

/** The part of a packet's header that a box is kept by; stricter than the header's own schema. */
const Filed = Type.Object({ sender: AccountName, recipient: AccountName, message: Id, sentAt: LogicalTime });

/** Name of a packet, as a reader gives it. */
const Name = Type.Object(
  {
    sender: AccountName,
    recipient: Type.Optional({ ...AccountName, description: 'who reports, of a user’s report' }),
    message: Id,
    type: Type.String({ pattern: '^[a-z-]{1,32}$' }),
  },
  { additionalProperties: false },
);

/** Names of packets whose reader has them. */
export const Acknowledgement = Type.Object(
  {
    packets: Type.Array(Name, { minItems: 1, maxItems: 256 }),
  },
  { additionalProperties: false },
);
export type Acknowledgement = Static<typeof Acknowledgement>;

/** The names as the box has them. Throws a UserError where a user's report does not say whose it is. */
export const namesOf = ({ packets }: Acknowledgement): PacketName[] =>
  packets.map(({ sender, recipient, message, type }) => {
    const poster = posterOf({ type, sender, recipient });
    if (poster === undefined)
      throw new UserError('Expected the recipient, who reports, in the name of a user’s report');
    return { poster, sender, message, type };
  });

/** Whose device posts packets of a type: reports come from recipients, all else from senders. */
export const posterOf = <T>({ type, sender, recipient }: { type: string; sender: T; recipient: T }): T =>
  fromRole(type as PacketType) === 'recipient' ? recipient : sender;

/** How many of them had waited. */
export const Acknowledged = Type.Object({ acknowledged: Type.Integer({ minimum: 0 }) });

/** What a post is answered with. */
export const Receipt = Type.Object({
  message: Type.String(),
  state: Type.Enum(['stored', 'known'], { description: 'known: it was here before' }),
});
export type Receipt = Static<typeof Receipt>;

/** Query of a page. */
export const PageQuery = Type.Object(
  {
    most: Type.Optional(Type.String({ pattern: '^[1-9][0-9]?$', description: `packets, ${pagePackets} unless told` })),
  },
  { additionalProperties: false },
);
export type PageQuery = Static<typeof PageQuery>;

/** The limits that a query asks for. */
export const pageLimits = ({ most }: PageQuery): PageLimits => ({
  most: Math.min(pagePackets, Number(most ?? pagePackets)),
  mostBytes: pageBytes,
});

/** The part of a packet's header that a box is kept by. Throws a UserError where its names or time cannot be kept. */
export function filed({ packet }: PacketBody): Static<typeof Filed> {
  const { sender, recipient, message, sentAt } = packet.header as Partial<Static<typeof Filed>>;
  const names = { sender, recipient, message, sentAt };
  if (!fits(Filed, names)) throw new UserError('Expected names and a time that can be filed in the header');
  return names;
}

/** A packet as a box takes it; `hash` is the SHA-256 of its bytes. */
export const newPacket = (
  { packet, bytes }: PacketBody,
  hash: Uint8Array,
  { sender, message, sentAt }: Static<typeof Filed>,
  rest: Pick<NewPacket, 'reader' | 'poster' | 'retained' | 'arrived'>,
): NewPacket => ({
  ...rest,
  sender,
  message,
  sentAt,
  type: packet.header.type satisfies PacketType,
  digest: toHex(hash),
  packet: bytes,
});

/** Answers with what became of a post. */
export function answerPost(reply: FastifyReply, message: string, state: Posted): FastifyReply {
  const { status, error } = postReplies[state];
  return reply.code(status).send(error ? { error } : { message, state });
}

const postReplies: Readonly<Record<Posted, { readonly status: number; readonly error?: string }>> = {
  stored: { status: 201 },
  known: { status: 200 },
  conflict: { status: 409, error: 'The caller posted another packet with that sender, message and type' },
  full: { status: 409, error: 'The mailbox is full until its reader acknowledges something' },
  share: {
    status: 409,
    error: 'The caller’s share of the mailbox is full until its reader acknowledges some packets',
  },
  quota: { status: 507, error: 'The caller’s packets use all of the storage that one account has here' },
};

/** A page as bytes. */
export const pageFrame = ({ packets, more }: Page): Buffer => {
  // Numbered in their order, so that the names of a JSON object keep it.
  const bytes = frame({ more }, Object.fromEntries(packets.map((packet, i) => [String(i), packet])));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
};
