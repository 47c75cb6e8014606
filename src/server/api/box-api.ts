/** HTTP endpoints that read a box of packets and acknowledge them, for mailboxes and for the provider's box. */
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import type { PacketBox } from '../../store/packet.ts';
import { failures, packetPage } from '../limits.ts';
import { octets } from '../validate.ts';
import { Acknowledged, Acknowledgement, namesOf, PageQuery, pageFrame, pageLimits } from './packet-reply.ts';

/** An endpoint pair's place in the application: method, path and callers. */
interface Place {
  readonly method: string;
  readonly url: string;
  readonly config: FastifyContextConfig;
}

/** A box and its reader. */
interface ReadBox {
  readonly page: Place;
  readonly acknowledgements: Place;
  /** The reader, as the API description names it. */
  readonly who: string;
  /** The box that a request concerns. */
  readonly box: (request: FastifyRequest) => Pick<PacketBox, 'page' | 'acknowledge'>;
  /** The caller's reader name in the box. */
  readonly reader: (request: FastifyRequest) => string;
}

/** Adds the two endpoints. */
export function boxApi(app: FastifyInstance, { page, acknowledgements, who, box, reader }: ReadBox): void {
  app.route<{ Querystring: PageQuery }>({
    ...page,
    schema: {
      summary: `The first packets that wait for ${who}; they wait until they are acknowledged`,
      querystring: PageQuery,
      response: { 200: packetPage, ...failures },
    },
    handler: async (request, reply) =>
      reply
        .type(octets)
        .send(
          pageFrame(
            await box(request as FastifyRequest).page(reader(request as FastifyRequest), pageLimits(request.query)),
          ),
        ),
  });

  app.route<{ Body: Acknowledgement }>({
    ...acknowledgements,
    schema: {
      summary: `Acknowledges these packets for ${who}: they are not delivered again`,
      body: Acknowledgement,
      response: { 200: Acknowledged, ...failures },
    },
    handler: async (request) => ({
      acknowledged: await box(request as FastifyRequest).acknowledge(
        reader(request as FastifyRequest),
        namesOf(request.body),
      ),
    }),
  });
}
