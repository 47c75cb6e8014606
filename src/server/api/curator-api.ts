/** The curator over HTTP. The provider sends it reports; it publishes lists, and logs each version for everybody to check. */

import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { binary } from '../../match/format/binary.ts';
import { blob, type Packet } from '../../role/wire.ts';
import { fits } from '../../schema/check.ts';
import { closed } from '../../schema/parts.ts';
import { Tip } from '../../schema/tip.ts';
import { UserError } from '../../util/errors.ts';
import { toHex } from '../../util/hex.ts';
import { at } from '../auth/access.ts';
import { failures, Id, listBytes, WholeNumber } from '../limits.ts';
import { octets, type PacketBody, packetBody } from '../validate.ts';
import type { ServiceOptions } from './options.ts';

const Number_ = Type.Integer({ minimum: 1 });
const TipReceipt = Type.Object({ number: Number_, reportId: Type.String() });
const NumberedTips = Type.Object({
  tips: Type.Array(Type.Object({ number: Number_, received: Type.Integer(), tip: Tip })),
});
const After = Type.Object({ after: Type.Optional(WholeNumber) }, closed);

const Hex = Type.String({ pattern: '^[0-9a-f]*$' });
const Published = Type.Object({ place: Type.Integer({ minimum: 0 }), state: Type.Enum(['new', 'known']) });
const Head = Type.Object({ size: Type.Integer({ minimum: 0 }), root: Hex, signature: Hex, publicKey: Hex });
const Entries = Type.Object({
  entries: Type.Array(Type.Object({ name: Type.String(), version: Type.Integer(), root: Hex })),
});
const Proof = Type.Object({ proof: Type.Array(Hex) });
const Place = Type.Object({ place: WholeNumber }, closed);
const Inclusion = Type.Object({ place: WholeNumber, size: WholeNumber }, closed);
const Consistency = Type.Object({ first: WholeNumber, second: WholeNumber }, closed);
const From = Type.Object({ from: Type.Optional(WholeNumber) }, closed);

/** Maximum number of tips and log entries per page. */
const most = 100;

/** Adds the endpoint that receives reports. */
export function reportApi(app: FastifyInstance, { store, now }: ServiceOptions): void {
  app.route<{ Body: Tip }>({
    ...at('POST /tips'),
    schema: {
      summary: 'Sends a report to the curator; the response comes once the report is durable',
      body: Tip,
      response: { 200: TipReceipt, 201: TipReceipt, ...failures },
    },
    async handler({ body }, reply) {
      if (!fits(Id, body.reportId))
        throw new UserError('Expected 1 to 128 printable ASCII characters for the reportId');
      const intake = await store.reports.add({ tip: body, received: now() });
      if (intake.state === 'full') return reply.code(507).send({ error: 'The store of reports is full' });
      if (intake.state === 'taken')
        return reply
          .code(409)
          .send({ error: 'Another report has that id, about the same accounts and detected in the same way' });
      return reply.code(intake.state === 'new' ? 201 : 200).send({ number: intake.number, reportId: body.reportId });
    },
  });

  app.route<{ Querystring: Static<typeof After> }>({
    ...at('GET /tips'),
    schema: {
      summary: `Reports after a number, at most ${most}`,
      querystring: After,
      response: { 200: NumberedTips, ...failures },
    },
    handler: async ({ query }) => ({ tips: await store.reports.page(Number(query.after ?? 0), most) }),
  });
}

/** Adds the lists and their log. */
export function listApi(app: FastifyInstance, { store, now }: ServiceOptions): void {
  app.route<{ Body: PacketBody<Packet<'list'>> }>({
    ...at('POST /lists'),
    bodyLimit: listBytes,
    schema: {
      summary: 'Publishes a version of a list: the log shows it to everybody, and the provider can read it',
      body: packetBody(['list']),
      response: { 200: Published, 201: Published, ...failures },
    },
    async handler({ body: { packet, bytes } }, reply) {
      // The file contains its own metadata, and its root commits to them.
      const { list } = binary.read(blob(packet, 'list'), { name: '', algorithm: '', bits: 0 });
      const { name, version, root } = list;
      if (version !== packet.header.version || root !== packet.header.root)
        throw new UserError('Expected the list’s own version and root in the packet’s header');
      if (name.length > 128 || /\p{Cc}/u.test(name) || version > 0xffff_ffff)
        throw new UserError('Expected a name of at most 128 characters and a version of 32 bits for the list');
      const publication = await store.lists.publish({ name, version, root }, bytes, now());
      if (publication.state === 'taken')
        return reply.code(409).send({ error: 'Another list has that name and version' });
      return reply.code(publication.state === 'new' ? 201 : 200).send(publication);
    },
  });

  app.route<{ Params: Static<typeof Place> }>({
    ...at('GET /lists/:place'),
    schema: {
      summary: 'A published list, as the packet in which it was sent',
      params: Place,
      response: { 200: packetBody(['list']), ...failures },
    },
    async handler({ params }, reply) {
      const bytes = await store.lists.packet(Number(params.place));
      if (!bytes) return reply.code(404).send({ error: 'The log has no such entry' });
      return reply.type(octets).send(bytes);
    },
  });

  app.route({
    ...at('GET /log/head'),
    schema: { summary: 'Signed head of the log of lists', response: { 200: Head, ...failures } },
    async handler() {
      const { size, root, signature } = await store.lists.head();
      return { size, root: toHex(root), signature: toHex(signature), publicKey: toHex(store.lists.publicKey) };
    },
  });

  app.route<{ Querystring: Static<typeof From> }>({
    ...at('GET /log/entries'),
    schema: {
      summary: `Entries of the log from an index on, at most ${most}`,
      querystring: From,
      response: { 200: Entries, ...failures },
    },
    handler: async ({ query }) => ({ entries: await store.lists.entries(Number(query.from ?? 0), most) }),
  });

  app.route<{ Querystring: Static<typeof Inclusion> }>({
    ...at('GET /log/inclusion'),
    schema: {
      summary: 'Proof that the log of a size has an entry at a place (RFC 6962, section 2.1.1)',
      querystring: Inclusion,
      response: { 200: Proof, ...failures },
    },
    handler: async ({ query: { place, size } }) => proofOf(() => store.lists.inclusion(Number(place), Number(size))),
  });

  app.route<{ Querystring: Static<typeof Consistency> }>({
    ...at('GET /log/consistency'),
    schema: {
      summary: 'Proof that the log of one size is a prefix of the log of a larger size (RFC 6962, section 2.1.2)',
      querystring: Consistency,
      response: { 200: Proof, ...failures },
    },
    handler: async ({ query: { first, second } }) =>
      proofOf(() => store.lists.consistency(Number(first), Number(second))),
  });
}

async function proofOf(make: () => Promise<Uint8Array[]>): Promise<{ proof: string[] }> {
  try {
    return { proof: (await make()).map(toHex) };
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(error.message);
    throw error;
  }
}
