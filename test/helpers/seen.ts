/** What the roles of a run saw and concluded, by message: read from the views as bytes. */
import { decode, type Packet } from '../../src/role/wire.ts';
import type { PacketType } from '../../src/schema/packet.ts';
import type { Role } from '../../src/schema/vocabulary.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { type Run, runThrough } from './deployment.ts';
import { hexOf, type Options, type SmallWorld, smallWorld, type Truth } from './world.ts';

type Seen = Pick<Run, 'deployment'>;

/** A strategy run through the small world. */
export const through = async (strategy: Strategy, options: Options = {}): Promise<{ world: SmallWorld; run: Run }> => {
  const world = smallWorld(options);
  return { world, run: await runThrough(strategy, world) };
};

/** Whether a role's view holds these bytes, anywhere. */
export const holds = ({ deployment }: Seen, role: Role, wanted: Uint8Array): boolean =>
  deployment.views[role].entries.some(({ bytes }) => Buffer.from(bytes).includes(Buffer.from(wanted)));

/** Ids of the messages of which the role's own view holds the whole picture. */
export const pictures = (run: Seen, role: Role, world: Pick<SmallWorld, 'messages'>): string[] =>
  world.messages.filter(({ picture }) => holds(run, role, picture)).map(({ id }) => id);

/** Ids of the messages of which the role's own view holds the hash, as bytes or as text. */
export const hashes = ({ deployment }: Seen, role: Role, world: SmallWorld, hex = hexOf): string[] =>
  world.messages
    .filter((message) => {
      const text = hex(world, message);
      return (
        text !== undefined &&
        deployment.views[role].about(message.id).some(({ bytes }) => {
          const hay = Buffer.from(bytes);
          return hay.includes(Buffer.from(text, 'hex')) || hay.includes(text);
        })
      );
    })
    .map(({ id }) => id);

export const idsOf = (world: SmallWorld, ...kinds: Truth['kind'][]): string[] =>
  world.messages.filter((message) => kinds.includes(world.truth(message).kind)).map(({ id }) => id);
export const all = (world: Pick<SmallWorld, 'messages'>): string[] => world.messages.map(({ id }) => id);
export const types = ({ deployment }: Seen, role: Role): Set<string> =>
  new Set(deployment.views[role].entries.map(({ type }) => type));
export const tipped = ({ deployment }: Seen): string[] =>
  deployment.tips.map(({ reportId }) => reportId.slice(reportId.indexOf('/') + 1)).sort();
export const matched = (run: Seen, world: Pick<SmallWorld, 'messages'>): string[] =>
  all(world).filter((id) => run.deployment.outcome(id).scanned === 'match');

/** The packets of one type that a role received, in their order. */
export const packetsOf = <T extends PacketType>({ deployment }: Seen, role: Role, type: T): Packet<T>[] =>
  deployment.views[role].entries.flatMap((entry) => {
    const read = entry.type === type ? decode(entry.bytes) : undefined;
    return read?.ok ? [read.packet as unknown as Packet<T>] : [];
  });

/** The different sizes, in bytes, of the packets of one type that a role received. */
export const sizes = ({ deployment }: Seen, role: Role, type: PacketType): number[] => [
  ...new Set(deployment.views[role].entries.filter((each) => each.type === type).map(({ bytes }) => bytes.length)),
];
