/** Who can open escrowed keys: the court alone, or several holders of a split key together. */
import { type EscrowKeys, escrowKeys, openEscrow, sealToEscrow } from '../crypto/escrow.ts';
import { decodePoint } from '../crypto/group.ts';
import type { Opened, RandomBytes } from '../crypto/sodium.ts';
import {
  encapsulated,
  openSplitEscrow,
  type Part,
  partHolds,
  partOf,
  type SplitEscrow,
  sealToSplitEscrow,
  splitEscrow,
} from '../crypto/split-escrow.ts';
import type { PublicParameters } from '../schema/public-parameters.ts';
import type { Role } from '../schema/vocabulary.ts';
import { UserError } from '../util/errors.ts';
import { fromHex, toHex } from '../util/hex.ts';
import type { Design } from './design.ts';
import type { Network } from './network.ts';
import type { EscrowSecret } from './secrets.ts';
import { blob, type Packet } from './wire.ts';
import type { ServiceWorld } from './world.ts';

/** Encrypts a message key to escrow, on a device. */
export type EscrowSeal = (key: Uint8Array, random: RandomBytes) => Uint8Array;

/** How the court obtains message keys. */
export interface EscrowAgent {
  /** The public key that devices encrypt to. */
  readonly published: NonNullable<PublicParameters['escrow']>;
  /** At the court: recovers the message key of a message that was produced under an order. */
  open(packet: Packet<'returned'>): Opened;
  /** Reasons for rejecting parts. */
  readonly rejected: readonly string[];
  /** Drops these reasons. */
  forget(): void;
  /** The agent's secret key; a thief needs nothing else. */
  readonly secret: EscrowSecret;
}

/** Creates the escrow agent that a design requires. */
export function escrowAgent(
  network: Network,
  { random, settings }: Pick<ServiceWorld, 'random' | 'settings'>,
  kind: Design['escrow'],
): EscrowAgent | undefined {
  if (kind === 'split') return splitAgent(network, settings.escrowHolders, settings.escrowQuorum, random);
  return kind === 'sole' ? soleAgent(random) : undefined;
}

/** Creates the function that encrypts to a published key. Throws a UserError if the key is invalid. */
export function escrowSeal({ kind, publicKey }: EscrowAgent['published']): EscrowSeal {
  const key = fromHex(publicKey, 'the escrow key');
  if (kind === 'sole') return (message, random) => sealToEscrow(message, key, random);
  const decoded = decodePoint(key);
  if (!decoded.ok)
    throw new UserError(`Expected a point for the escrow key but received something else: ${decoded.reason}`);
  return (message, random) => sealToSplitEscrow(message, decoded.point, random);
}

/** The court alone holds the key. */
export function soleAgent(random: RandomBytes): EscrowAgent {
  const keys: EscrowKeys = escrowKeys(random);
  return {
    published: { kind: 'sole', publicKey: toHex(keys.publicKey) },
    open: (packet) => openEscrow(blob(packet, 'escrow'), keys),
    rejected: [],
    forget: () => undefined,
    secret: { kind: 'sole', keys },
  };
}

/** Holders of a split key, in the order of their shares; the court is the first. */
const holders = ['court', 'provider', 'curator'] as const satisfies readonly Role[];

/** Court, provider and curator hold one share each. The court asks the others, one by one, until it has a quorum of valid parts. */
export function splitAgent(network: Network, count: number, quorum: number, random: RandomBytes): EscrowAgent {
  const escrow: SplitEscrow = splitEscrow(quorum, count, random);
  const others = holders.slice(1, count);
  const rejected: string[] = [];

  /** At another holder: computes its part of opening one message. The holder sees only a point and the order's number. */
  const answer = (role: Role, index: number, request: Packet<'part-request'>): Part | undefined => {
    const point = decodePoint(blob(request, 'point'));
    if (!point.ok) return undefined;
    const { x, point: part, proof } = partOf(escrow.holders[index]!, point.point, random);
    const { message, order } = request.header;
    const reply = network.carry(role, 'court', { type: 'escrow-part', message, order }, { x, point: part, proof });
    return { x: blob(reply, 'x') as Part['x'], point: blob(reply, 'point'), proof: blob(reply, 'proof') };
  };

  return {
    published: { kind: 'split', publicKey: toHex(escrow.publicKey) },
    open(packet) {
      const sealed = blob(packet, 'escrow');
      const point = encapsulated(sealed);
      if (!point.ok) return { ok: false, reason: 'not sealed to this escrow key' };
      const { message, order } = packet.header;
      const parts = [partOf(escrow.holders[0]!, point.point, random)];
      for (const [i, role] of others.entries()) {
        if (parts.length >= quorum) break;
        const draft = { type: 'part-request', message, order } as const;
        const part = answer(role, i + 1, network.carry('court', role, draft, { point: point.point }));
        if (part && partHolds(part, escrow.holders[i + 1]!, point.point)) parts.push(part);
        else rejected.push(`${message}: the part of the ${role} is not right`);
      }
      return openSplitEscrow(sealed, parts, escrow);
    },
    rejected,
    forget: () => void rejected.splice(0),
    secret: { kind: 'split', escrow },
  };
}
