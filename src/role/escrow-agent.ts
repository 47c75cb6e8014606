/** Who can open what is sealed to escrow: the court alone, or several holders of a split key together. */
import { type EscrowKeys, escrowKeys, openEscrow, sealToEscrow } from '../crypto/escrow.ts';
import { decodePoint } from '../crypto/group.ts';
import type { Opened, RandomBytes } from '../crypto/sodium.ts';
import {
  encapsulated,
  openSplitEscrow,
  type Part,
  partOf,
  type SplitEscrow,
  sealToSplitEscrow,
  splitEscrow,
} from '../crypto/split-escrow.ts';
import type { Role } from '../schema/vocabulary.ts';
import type { House } from './house.ts';
import { blob, type Packet } from './wire.ts';

/** What devices seal message keys to, and how the court gets at them. */
export interface EscrowAgent {
  /** On a device: a message key, sealed. */
  seal(key: Uint8Array, random: RandomBytes): Uint8Array;
  /** At the court: the message key of what an order handed over. */
  open(packet: Packet<'returned'>): Opened;
}

/** The court holds the key by itself. */
export function soleAgent(random: RandomBytes): EscrowAgent {
  const keys: EscrowKeys = escrowKeys(random);
  return {
    seal: (key, drawn) => sealToEscrow(key, keys.publicKey, drawn),
    open: (packet) => openEscrow(blob(packet, 'escrow'), keys),
  };
}

/** Holders of a split key, in the order of their shares; the court is the first. */
const holders = ['court', 'provider', 'curator'] as const satisfies readonly Role[];

/** Court, provider and curator hold a part each; the court asks as many of the others as the quorum needs. */
export function splitAgent(house: House, count: number, quorum: number, random: RandomBytes): EscrowAgent {
  const escrow: SplitEscrow = splitEscrow(quorum, count, random);
  const others = holders.slice(1, count);

  /** At another holder: its part of opening one message, of which it sees a point and the number of the order. */
  const answer = (role: Role, index: number, request: Packet<'part-request'>): Part | undefined => {
    const point = decodePoint(blob(request, 'point'));
    if (!point.ok) return undefined;
    const { x, point: part, proof } = partOf(escrow.holders[index]!, point.point, random);
    const { message, order } = request.header;
    const reply = house.carry(role, 'court', { type: 'escrow-part', message, order }, { x, point: part, proof });
    return { x: blob(reply, 'x') as Part['x'], point: blob(reply, 'point'), proof: blob(reply, 'proof') };
  };

  return {
    seal: (key, drawn) => sealToSplitEscrow(key, escrow.publicKey, drawn),
    open(packet) {
      const sealed = blob(packet, 'escrow');
      const point = encapsulated(sealed);
      if (!point.ok) return { ok: false, reason: 'not sealed to this escrow key' };
      const { message, order } = packet.header;
      const parts = others.slice(0, quorum - 1).flatMap((role, i) => {
        const draft = { type: 'part-request', message, order } as const;
        return answer(role, i + 1, house.carry('court', role, draft, { point: point.point })) ?? [];
      });
      return openSplitEscrow(sealed, [partOf(escrow.holders[0]!, point.point, random), ...parts], escrow);
    },
  };
}
