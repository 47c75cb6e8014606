/** Reading a box of packets over HTTP: its first packets, and the word that they arrived. Mailboxes and the provider's box are read so. */
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import type { PacketBox } from '../../store/packet.ts';
import { failures, packetPage } from '../limits.ts';
import { octets } from '../validate.ts';
import { Acknowledged, Acknowledgement, namesOf, PageQuery, pageFrame, pageLimits } from './packet-reply.ts';

/** A place in the application: method, path and callers. */
interface Place {
  readonly method: string;
  readonly url: string;
  readonly config: FastifyContextConfig;
}

/** A box with a reader. */
interface ReadBox {
  readonly page: Place;
  readonly acknowledgements: Place;
  /** Who reads, in the words of the API's description. */
  readonly who: string;
  /** The box that a request is about. */
  readonly box: (request: FastifyRequest) => Pick<PacketBox, 'page' | 'acknowledge'>;
  /** The name that the box knows the caller by. */
  readonly reader: (request: FastifyRequest) => string;
}

/** Adds its two endpoints. */
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
      summary: `Says that these packets arrived at ${who}: they are not delivered again`,
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
