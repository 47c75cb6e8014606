/** Size limits of the services, and schemas of names that many endpoints share. */

import { Type } from 'typebox';
import { closed } from '../schema/parts.ts';
import { type StoreLimits, storeLimits } from '../store/limits.ts';

/** Largest body of JSON, in bytes. */
export const jsonBytes = 64 * 1024;

/** Maximum nesting depth of a JSON body. */
export const jsonDepth = 16;

/** Largest packet, in bytes: a full photograph with a strategy's additions. */
export const packetBytes = 8 * 2 ** 20;

/** Largest list: a million entries of 256 bits, in bytes. */
export const listBytes = 40 * 2 ** 20;

/** Maximum number of packets in one page; a page also ends after this number of bytes. */
export const pagePackets = 64;
export const pageBytes = 8 * 2 ** 20;

/** A file that overrides some of them. */
export const StoreLimitsFile = Type.Partial(
  Type.Record(
    Type.Enum(Object.keys(storeLimits) as (keyof StoreLimits)[]),
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  ),
  closed,
);

/** Name of an account. */
export const AccountName = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'name of an account' });

/** Id of a message, an order or a report: printable ASCII without spaces. */
export const Id = Type.String({ pattern: '^[!-~]{1,128}$' });

/** Logical time of sending. */
export const LogicalTime = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** A whole number in a query or path, as text. */
export const WholeNumber = Type.String({ pattern: '^(0|[1-9][0-9]{0,8})$' });

/** Body of every rejection and failure. */
const Failure = Type.Object({ error: Type.String({ description: 'the error in one sentence' }) });

/** Replies that every endpoint can send. */
export const failures = { '4xx': Failure, '5xx': Failure } as const;

/** A reply with a page of packets. */
export const packetPage = {
  content: {
    'application/octet-stream': {
      schema: Type.Unsafe<Uint8Array>({
        type: 'string',
        format: 'binary',
        description:
          'A frame: a big-endian 32-bit length, that many bytes of JSON with the members more (whether there are more packets) and blobs (the length of each packet by its number from 0 on), and the packets',
      }),
    },
  },
};
