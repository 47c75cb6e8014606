/** Validates requests against their schemas. Nothing is coerced, unknown keys are errors, and packets are decoded during validation. */
import type { FastifyInstance } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { decode, type Packet } from '../role/wire.ts';
import { check } from '../schema/check.ts';
import type { PacketType } from '../schema/packet.ts';
import { UserError } from '../util/errors.ts';
import { wireLimits } from '../util/framing.ts';

/** Media type of packets and pages of packets. */
export const octets = 'application/octet-stream';

/** A body with one packet of one of the types; the handler gets it decoded. For `schema.body` of a route. */
export const packetBody = (types: readonly PacketType[]) => ({
  content: {
    [octets]: {
      schema: Type.Unsafe<Packet>({
        type: 'string',
        format: 'binary',
        'x-packet': types,
        description: `One packet of type ${types.join(', ')}: a big-endian 32-bit length, that many bytes of a JSON header, and the byte strings whose names and lengths its member blobs lists, in that order`,
      }),
    },
  },
});

/** A reply of bytes. For `schema.response` of a route. */
export const bytesReply = (description: string) => ({
  content: { [octets]: { schema: Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary', description }) } },
});

/** A received packet: decoded, with its original bytes. */
export interface PacketBody<P = Packet> {
  readonly packet: P;
  readonly bytes: Uint8Array;
}

/** Makes an application validate by the rules above. */
export function validateStrictly(app: FastifyInstance): void {
  // A schema for one media type does not apply to bodies of another type, or to missing bodies.
  app.addHook('preValidation', async (request, reply) => {
    const { content } = (request.routeOptions.schema?.body ?? {}) as { content?: object };
    const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';', 1);
    if (content && !(Object.hasOwn(content, type.trim()) && request.body instanceof Uint8Array))
      return reply.code(415).send({ error: `Expected a body of type ${Object.keys(content).join(', ')}` });
  });
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const types = (schema as { 'x-packet'?: readonly PacketType[] })['x-packet'];
    return (value: unknown) => {
      try {
        return { value: types ? packetOf(value, types) : check(schema, value, `The request’s ${httpPart}`) };
      } catch (error) {
        // An invalid request. Any other error is the server's fault.
        if (!(error instanceof UserError)) throw error;
        return { error };
      }
    };
  });
}

function packetOf(value: unknown, types: readonly PacketType[]): PacketBody {
  const bytes = value instanceof Uint8Array ? value : new Uint8Array(0);
  const decoded = decode(bytes, wireLimits);
  if (!decoded.ok) throw new UserError(`The request’s packet: ${decoded.reason}`);
  const { type } = decoded.packet.header;
  if (!types.includes(type))
    throw new UserError(`The request’s packet: expected one of ${types.join(', ')} for its type`);
  return { packet: decoded.packet, bytes };
}
