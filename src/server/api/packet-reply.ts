/** Packets on their way to and from a box of the store. The relay and the provider's endpoints share this. */

import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { posterOf } from '../../role/provider-box.ts';
import { fits } from '../../schema/check.ts';
import { closed } from '../../schema/parts.ts';
import type { PacketName, Page, PageLimits } from '../../store/packet.ts';
import { UserError } from '../../util/errors.ts';
import { frame } from '../../util/framing.ts';
import { AccountName, Id, LogicalTime, pageBytes, pagePackets } from '../limits.ts';
import { octets, type PacketBody } from '../validate.ts';
import type { TakenBytes } from './service-port.ts';

/** The header fields that a box files a packet by; stricter than the header's own schema. */
const Filed = Type.Object({ sender: AccountName, recipient: AccountName, message: Id, sentAt: LogicalTime });

/** Name of a packet, as its reader states it. */
const Name = Type.Object(
  {
    sender: AccountName,
    recipient: Type.Optional({ ...AccountName, description: 'for a user’s report, the reporter' }),
    message: Id,
    type: Type.String({ pattern: '^[a-z-]{1,32}$' }),
  },
  closed,
);

/** Names of packets that their reader has received. */
export const Acknowledgement = Type.Object(
  {
    packets: Type.Array(Name, { minItems: 1, maxItems: 256 }),
  },
  closed,
);
export type Acknowledgement = Static<typeof Acknowledgement>;

/** The names in the box's form. Throws a UserError if a user's report does not name its poster. */
export const namesOf = ({ packets }: Acknowledgement): PacketName[] =>
  packets.map(({ sender, recipient, message, type }) => {
    const poster = posterOf({ type, sender, recipient });
    if (poster === undefined)
      throw new UserError('Expected the recipient, who reports, in the name of a user’s report');
    return { poster, sender, message, type };
  });

/** How many of these packets were waiting. */
export const Acknowledged = Type.Object({ acknowledged: Type.Integer({ minimum: 0 }) });

/** Answer to a post. */
export const Receipt = Type.Object({
  message: Type.String(),
  state: Type.Enum(['stored', 'known', 'passed'], {
    description: 'known: it was already stored; passed: nothing of it needs storing',
  }),
});
export type Receipt = Static<typeof Receipt>;

/** Query of a page. */
export const PageQuery = Type.Object(
  {
    most: Type.Optional(Type.String({ pattern: '^[1-9][0-9]?$', description: `packets, default ${pagePackets}` })),
  },
  closed,
);
export type PageQuery = Static<typeof PageQuery>;

/** The limits in a query. */
export const pageLimits = ({ most }: PageQuery): PageLimits => ({
  most: Math.min(pagePackets, Number(most ?? pagePackets)),
  mostBytes: pageBytes,
});

/** The header fields that a box files a packet by. Throws a UserError if its names or time are invalid. */
export function filed({ packet }: PacketBody): Static<typeof Filed> {
  const { sender, recipient, message, sentAt } = packet.header as Partial<Static<typeof Filed>>;
  const names = { sender, recipient, message, sentAt };
  if (!fits(Filed, names)) throw new UserError('Expected valid names and a valid time in the header');
  return names;
}

/** Answers with how the packet was handled, and with the provider's answer packet. */
export function answerTaken(
  reply: FastifyReply,
  { message, type }: Pick<PacketBody['packet']['header'], 'message' | 'type'>,
  { state, answer }: TakenBytes,
): FastifyReply {
  const { status, error } = replies[state];
  if (error !== undefined) return reply.code(status).send({ error: error(type) });
  if (!answer) return reply.code(status).send({ message, state });
  return reply
    .code(200)
    .type(octets)
    .send(Buffer.from(answer.buffer, answer.byteOffset, answer.length));
}

const replies: Readonly<
  Record<TakenBytes['state'], { readonly status: number; readonly error?: (type: string) => string }>
> = {
  stored: { status: 201 },
  known: { status: 200 },
  passed: { status: 201 },
  refused: {
    status: 400,
    error: (type) => `The services accept no ${type} here: they run no strategy, and their provider runs elsewhere`,
  },
  conflict: { status: 409, error: () => 'The caller posted another packet with that sender, message and type' },
  full: { status: 409, error: () => 'There is no room before its reader acknowledges something' },
  share: {
    status: 409,
    error: () => 'There is no room for more of the caller’s packets before their reader acknowledges some',
  },
  quota: { status: 507, error: () => 'The caller’s packets fill the room that one account has here' },
};

/** Encodes a page. */
export const pageFrame = ({ packets, more }: Page): Buffer => {
  // Numbered in order, so that the names of a JSON object preserve it.
  const bytes = frame({ more }, Object.fromEntries(packets.map((packet, i) => [String(i), packet])));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
};
