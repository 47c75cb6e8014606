/** Packets as somebody with a copy of a role's view reads them: decoded from the bytes that crossed. */
import type { Deployment } from '../../role/deployment.ts';
import { decode, type Packet } from '../../role/wire.ts';
import type { PacketType } from '../../schema/packet.ts';
import type { Role } from '../../schema/vocabulary.ts';

/** All packets of a type in a role's view, in order of time. */
export function packetsOf<T extends PacketType>(
  { views }: Pick<Deployment, 'views'>,
  role: Role,
  type: T,
): Packet<T>[] {
  return views[role].sightings.flatMap((sighting) => {
    const read = sighting.type === type ? decode(sighting.bytes) : undefined;
    return read?.ok ? [read.packet as unknown as Packet<T>] : [];
  });
}

/** Whether bytes hold a piece; the search runs in native code. */
export const holdsBytes = (bytes: Uint8Array, piece: Uint8Array): boolean =>
  bytes.length >= piece.length && bufferOf(bytes).includes(bufferOf(piece));

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
