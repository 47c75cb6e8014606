/** Keys that open messages: a device's own, what was escrowed, and those of a device that listens in. Each is used on recorded bytes. */
import { openEscrow } from '../../crypto/escrow.ts';
import { type DeviceKeys, messageKey, session } from '../../crypto/session.ts';
import type { Opened } from '../../crypto/sodium.ts';
import { encapsulated, openSplitEscrow, partOf, type SplitEscrow } from '../../crypto/split-escrow.ts';
import { contentOf, openPacket } from '../../role/device.ts';
import { blob, type Packet } from '../../role/wire.ts';
import { packetsOf } from './packets.ts';
import type { Performance } from './stage.ts';

/** Pictures by message id. */
export type Pictures = ReadonlyMap<string, Uint8Array>;

/** Everything that an account sent and received, with the keys of its device: there is no ratchet that would forget. */
export function withDeviceKeys({ deployment }: Performance, account: string): Pictures {
  const { devices } = deployment.secrets;
  const own = devices.get(account)!;
  return opened(packetsOf(deployment, 'relay', 'envelope'), ({ header }) => {
    const { sender, recipient, sequence } = header;
    if (sender !== account && recipient !== account) return undefined;
    const peer = devices.get(sender === account ? recipient : sender)!.publicKey;
    const { sending, receiving } = session(own, peer);
    return messageKey(sender === account ? sending : receiving, sequence);
  });
}

/** Everything that was sealed to the one escrow key. */
export function withEscrowKey({ deployment }: Performance): Pictures {
  const { escrow } = deployment.secrets;
  if (escrow?.kind !== 'sole') throw new Error('There is no single escrow key');
  return opened(packetsOf(deployment, 'relay', 'envelope'), (packet) =>
    keyOf(openEscrow(blob(packet, 'escrow'), escrow.keys)),
  );
}

/**
 * Everything that was sealed to a split escrow key, with the shares of so many holders. With fewer than a quorum the thief does what is left
 * to it: it interpolates through the shares that it has.
 */
export function withShares({ deployment, world }: Performance, count: number): Pictures {
  const { escrow: secret } = deployment.secrets;
  if (secret?.kind !== 'split') throw new Error('There are no shares of an escrow key');
  const stolen = secret.escrow.holders.slice(0, count);
  const escrow: SplitEscrow = { ...secret.escrow, quorum: Math.min(count, secret.escrow.quorum), holders: stolen };
  return opened(packetsOf(deployment, 'relay', 'envelope'), (packet) => {
    const sealed = blob(packet, 'escrow');
    const point = encapsulated(sealed);
    if (!point.ok) return undefined;
    const parts = stolen.map((holder) => partOf(holder, point.point, world.random));
    return keyOf(openSplitEscrow(sealed, parts, escrow));
  });
}

/** Everything that was also sealed to the device with which a court listens in. */
export function withGhostKeys({ deployment }: Performance): Pictures {
  const { devices, ghost } = deployment.secrets;
  return opened(packetsOf(deployment, 'relay', 'ghost-copy'), ({ header }) =>
    messageKey(session(ghost, devices.get(header.sender)!.publicKey).receiving, header.sequence),
  );
}

const keyOf = (opened: Opened): Uint8Array | undefined => (opened.ok ? opened.plaintext : undefined);

function opened<P extends Packet<'envelope'> | Packet<'ghost-copy'>>(
  packets: readonly P[],
  keyFor: (packet: P) => DeviceKeys['secretKey'] | undefined,
): Pictures {
  const pictures = new Map<string, Uint8Array>();
  for (const packet of packets) {
    const key = keyFor(packet);
    const result = key && contentOf(openPacket(key, packet));
    if (result && 'content' in result) pictures.set(packet.header.message, result.content.picture);
  }
  return pictures;
}
