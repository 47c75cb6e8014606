/** Every packet type: the header that a role validates before it reads the blobs. Diagrams use each schema's title. */
import { type Static, Type } from 'typebox';
import { checker } from './check.ts';
import { closed } from './parts.ts';
import { Prevention } from './vocabulary.ts';

/** Names and lengths of the byte strings after a header, in order. */
const blobs = Type.Record(Type.String(), Type.Integer({ minimum: 0 }));
const message = Type.String({ minLength: 1, description: 'id of the message it is about' });
const endpoints = {
  strategy: Type.String(),
  sender: Type.String(),
  recipient: Type.String(),
  sequence: Type.Integer({ minimum: 0 }),
  sentAt: Type.Integer({ minimum: 0, description: 'logical time of sending' }),
  device: Type.Optional(
    Type.Integer({ minimum: 0, description: "which of the sender's devices it comes from; left out: its first" }),
  ),
};

/** An encrypted message. Blobs: ciphertext, commitment; the session's header if it has a ratchet; franking tag, franking stamp and escrow if the strategy uses them. */
const Envelope = Type.Object(
  { type: Type.Literal('envelope'), message, ...endpoints, blobs },
  { ...closed, title: 'sealed message' },
);

/**
 * A message encrypted again, to another device of its recipient or of its sender; `recipient` is the name of that device. Blobs: ciphertext, commitment; the session's header if it
 * has a ratchet; franking tag and stamp if the strategy uses them. No escrow: an order opens the message itself.
 */
const DeviceCopy = Type.Object(
  { type: Type.Literal('device-copy'), message, ...endpoints, blobs },
  { ...closed, title: 'copy sealed to another device' },
);

/** A message that the provider can read. Blob: picture. */
const Clear = Type.Object(
  { type: Type.Literal('clear'), message, ...endpoints, blobs },
  { ...closed, title: 'message in the clear' },
);

/** A perceptual hash, sent for every message. Blob: hash. */
const HashUpload = Type.Object(
  { type: Type.Literal('hash-upload'), message, ...endpoints, algorithm: Type.String(), blobs },
  { ...closed, title: 'perceptual hash' },
);

/** The first bits of a hash. Blob: prefix. */
const PrefixQuery = Type.Object(
  { type: Type.Literal('prefix-query'), message, ...endpoints, bits: Type.Integer({ minimum: 1 }), blobs },
  { ...closed, title: 'first bits of the hash' },
);

/** The list entries that start with those bits. Blob: hashes. */
const PrefixAnswer = Type.Object(
  { type: Type.Literal('prefix-answer'), message, ids: Type.Array(Type.String()), blobs },
  { ...closed, title: 'list entries with those bits' },
);

/** Some bits of a hash, a few of them flipped deliberately. Blob: bits, packed, most significant first. */
const BucketQuery = Type.Object(
  { type: Type.Literal('bucket-query'), message, ...endpoints, bits: Type.Integer({ minimum: 1 }), blobs },
  { ...closed, title: 'some bits of the hash, a few flipped' },
);

/** The list entries that agree with those bits except for a few. Blob: hashes. */
const BucketAnswer = Type.Object(
  { type: Type.Literal('bucket-answer'), message, ids: Type.Array(Type.String()), blobs },
  { ...closed, title: 'list entries near those bits' },
);

/** What a protocol stores on devices at set-up. Blobs: key, publicKey, filter or set, as the protocol requires. */
const DeviceSetup = Type.Object(
  {
    type: Type.Literal('device-setup'),
    message: Type.Literal(''),
    strategy: Type.String(),
    version: Type.Integer(),
    blobs,
  },
  { ...closed, title: 'key, filter or table' },
);

/** A blinded hash, readable only by its owner, to be evaluated under the provider's key. Blob: blinded, a group element. */
const BlindedQuery = Type.Object(
  { type: Type.Literal('blinded-query'), message, ...endpoints, blobs },
  { ...closed, title: 'blinded hash' },
);

/** The answer to it. Blobs: evaluated, and proof if the protocol is verifiable. */
const BlindedAnswer = Type.Object(
  { type: Type.Literal('blinded-answer'), message, blobs },
  { ...closed, title: 'the same under the provider’s key' },
);

/** Encrypted list entries near the sampled bits. Blob: entries. */
const EncryptedBucket = Type.Object(
  { type: Type.Literal('encrypted-bucket'), message, blobs },
  { ...closed, title: 'encrypted entries near those bits' },
);

/** Ciphertexts of 0 if an entry is near, of noise otherwise. Blob: answers. */
const BlindedDistances = Type.Object(
  { type: Type.Literal('blinded-distances'), message, ...endpoints, blobs },
  { ...closed, title: 'blinded distances' },
);

/** A voucher with an encrypted copy of the picture, which the voucher may later open. Blobs: voucher, derivative. */
const Voucher = Type.Object(
  { type: Type.Literal('voucher'), message, ...endpoints, blobs },
  { ...closed, title: 'voucher with the encrypted picture' },
);

/** A device publishes its signed prekey and further one-time prekeys, numbered from `first`. Blobs: identity (X25519 and Ed25519 keys), prekey, signature, once (32 bytes each). */
const PrekeyUpload = Type.Object(
  {
    type: Type.Literal('prekey-upload'),
    message: Type.Literal(''),
    sender: endpoints.sender,
    device: endpoints.device,
    generation: Type.Integer({ minimum: 0, description: 'how often the signed prekey was renewed' }),
    first: Type.Integer({ minimum: 0 }),
    blobs,
  },
  { ...closed, title: 'prekeys of a device' },
);

/** How many one-time prekeys of a device wait at the key service, and why it refused an upload. No blobs. */
const PrekeyCount = Type.Object(
  {
    type: Type.Literal('prekey-count'),
    message: Type.Literal(''),
    waiting: Type.Integer({ minimum: 0 }),
    refusal: Type.Optional(Type.String()),
    blobs,
  },
  { ...closed, title: 'number of prekeys that wait' },
);

/** A device asks for the prekeys of another one, before its first message to it. No blobs. */
const PrekeyQuery = Type.Object(
  {
    type: Type.Literal('prekey-query'),
    message: Type.Literal(''),
    sender: endpoints.sender,
    device: endpoints.device,
    of: Type.String({ description: 'name of the other device' }),
    blobs,
  },
  { ...closed, title: 'question for prekeys' },
);

/** The prekeys of a device for one sender. Blob: bundle, in the encoding of src/crypto/x3dh.ts; left out if the device published nothing. */
const PrekeyBundle = Type.Object(
  { type: Type.Literal('prekey-bundle'), message: Type.Literal(''), of: Type.String(), blobs },
  { ...closed, title: 'prekeys for one sender' },
);

/** The key directory lists an additional device of a recipient: a ghost that the user did not add. Blobs: key, and its prekey bundle if sessions have a ratchet. */
const DeviceKey = Type.Object(
  { type: Type.Literal('device-key'), message, account: Type.String(), blobs },
  { ...closed, title: 'key of a hidden device' },
);

/** A message encrypted again, to a ghost. Blobs: ciphertext, commitment, and the session's header if it has a ratchet. */
const GhostCopy = Type.Object(
  { type: Type.Literal('ghost-copy'), message, ...endpoints, blobs },
  { ...closed, title: 'copy sealed to the hidden device' },
);

/** The sender's device reports its own message. Blobs: picture, and the hash if one matched. */
const Flag = Type.Object(
  {
    type: Type.Literal('flag'),
    message,
    ...endpoints,
    reason: Type.Enum(['hash', 'classifier']),
    entry: Type.Optional(Type.String({ description: 'the list entry that matched' })),
    distanceBits: Type.Optional(Type.Integer({ minimum: 0 })),
    score: Type.Optional(Type.Number()),
    blobs,
  },
  { ...closed, title: 'report with the picture' },
);

/** The recipient reports a message, with its franking proof. Blobs: plaintext, frankingKey, tag, stamp. */
const UserReport = Type.Object(
  { type: Type.Literal('user-report'), message, ...endpoints, blobs },
  { ...closed, title: 'report with proof' },
);

/** A message was accepted, and is held back: for good, for a review, or until its sender goes on. No blobs. */
const Held = Type.Object(
  { type: Type.Literal('held'), message, reason: Prevention, blobs },
  { ...closed, title: 'notice that a message is held back' },
);

/** The sender was warned of a message, and goes on. No blobs. */
const GoOn = Type.Object(
  { type: Type.Literal('go-on'), message, ...endpoints, blobs },
  { ...closed, title: 'sender goes on after a warning' },
);

/** The curator's list. Blob: list, in the project's binary format. */
const List = Type.Object(
  { type: Type.Literal('list'), message: Type.Literal(''), version: Type.Integer(), root: Type.String(), blobs },
  { ...closed, title: 'hash list' },
);

/** A blinded table of the list, signed by the curator's auditors. Blobs: table, signature, and the blinding key. */
const AuthorisedTable = Type.Object(
  { type: Type.Literal('authorised-table'), message: Type.Literal(''), version: Type.Integer(), blobs },
  { ...closed, title: 'blinded list, signed' },
);

/** What an order demands. */
export const Demand = Type.Enum(['stored', 'real-time', 'metadata'], {
  description:
    'content that is kept when the order is served; content from then on; or, from then on, who writes to whom, when and how much',
});
export type Demand = Static<typeof Demand>;

/** A court order for one account's messages in one period (logical time, both ends included). */
const Order = Type.Object(
  {
    type: Type.Literal('order'),
    message: Type.Literal(''),
    order: Type.String(),
    account: Type.String(),
    from: Type.Integer({ minimum: 0 }),
    to: Type.Integer({ minimum: 0 }),
    demand: Type.Optional(Demand),
    blobs,
  },
  { ...closed, title: 'court order' },
);

/** The provider's answer to an order with a demand: that it complies, or why it cannot. No blobs. */
const OrderAnswer = Type.Object(
  {
    type: Type.Literal('order-answer'),
    message: Type.Literal(''),
    order: Type.String(),
    refusal: Type.Optional(Type.String({ description: 'why it cannot comply; left out where it complies' })),
    blobs,
  },
  { ...closed, title: 'answer to an order' },
);

/** Who wrote to whom, when, and how many bytes it took: what a relay knows of any message. No blobs. */
const OrderRecord = Type.Object(
  {
    type: Type.Literal('order-record'),
    message,
    order: Type.String(),
    ...endpoints,
    bytes: Type.Integer({ minimum: 0 }),
    blobs,
  },
  { ...closed, title: 'record of a message, without content' },
);

/** One message, produced under an order. Blobs: ciphertext, commitment, escrow; or picture, if the provider can read it. */
const Returned = Type.Object(
  { type: Type.Literal('returned'), message, order: Type.String(), ...endpoints, blobs },
  { ...closed, title: 'message, produced under an order' },
);

/** The court requests another holder's part of opening one message under a split escrow key. Blob: point. */
const PartRequest = Type.Object(
  { type: Type.Literal('part-request'), message, order: Type.String(), blobs },
  { ...closed, title: 'request for a part of the key’s work' },
);

/** A holder's part. Blobs: x, point, proof. */
const EscrowPart = Type.Object(
  { type: Type.Literal('escrow-part'), message, order: Type.String(), blobs },
  { ...closed, title: 'part of the key’s work, with proof' },
);

/** A report to the curator, in the form of src/schema/tip.ts. Blob: tip (JSON). */
const TipPacket = Type.Object(
  { type: Type.Literal('tip'), message, blobs },
  { ...closed, title: 'report to the curator' },
);

export const PacketHeader = Type.Union([
  Envelope,
  DeviceCopy,
  Clear,
  HashUpload,
  PrefixQuery,
  PrefixAnswer,
  BucketQuery,
  BucketAnswer,
  DeviceSetup,
  BlindedQuery,
  BlindedAnswer,
  EncryptedBucket,
  BlindedDistances,
  Voucher,
  PrekeyUpload,
  PrekeyCount,
  PrekeyQuery,
  PrekeyBundle,
  DeviceKey,
  GhostCopy,
  Flag,
  UserReport,
  Held,
  GoOn,
  List,
  AuthorisedTable,
  Order,
  OrderAnswer,
  OrderRecord,
  Returned,
  PartRequest,
  EscrowPart,
  TipPacket,
]);
export type PacketHeader = Static<typeof PacketHeader>;
export type PacketType = PacketHeader['type'];

/** The check of each type's schema, by type. */
const checks: ReadonlyMap<unknown, (value: unknown) => boolean> = new Map(
  PacketHeader.anyOf.map((each) => [each.properties.type.const, checker(each)] as const),
);

/** Whether a value is a packet's header. Its type says which schema it has to fit, so that not all of them are tried. */
export const isPacketHeader = (value: unknown): value is PacketHeader =>
  checks.get((value as { readonly type?: unknown } | null | undefined)?.type)?.(value) ?? false;

const titles: ReadonlyMap<string, string> = new Map(
  PacketHeader.anyOf.flatMap((each: { properties: { type: { const: string } }; title?: string }) =>
    each.title === undefined ? [] : [[each.properties.type.const, each.title] as const],
  ),
);

/** A packet type in plain words; the type itself if its schema has no title. */
export const packetTitle = (type: string): string => titles.get(type) ?? type.replaceAll('-', ' ');
