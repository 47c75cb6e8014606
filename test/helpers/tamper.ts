/** Somebody inside a role, or between two, who changes what crosses: the network is the only way, so that is where to stand. */
import { vi } from 'vitest';
import { Network } from '../../src/role/network.ts';
import { type Carried, Relay } from '../../src/role/relay.ts';
import type { Blobs, Draft } from '../../src/role/wire.ts';
import type { PacketType } from '../../src/schema/packet.ts';
import type { Role } from '../../src/schema/vocabulary.ts';

/** One packet before it crosses. */
export interface Crossing<T extends PacketType> {
  readonly from: Role;
  readonly to: Role;
  readonly draft: Draft<T>;
  readonly blobs: Blobs;
}

/** What crosses in its place; undefined lets it pass. */
type Change<T extends PacketType> = (
  crossing: Crossing<T>,
) => { readonly draft?: Draft<T>; readonly blobs?: Blobs } | undefined;

type Carry = (this: Network, from: Role, to: Role, draft: Draft, blobs?: Blobs) => ReturnType<Network['carry']>;

/** From now on packets of a type are changed before they cross, also by several changes one after the other. `vi.restoreAllMocks` ends it. */
export function tamper<T extends PacketType>(type: T, change: Change<T>): void {
  const now = Network.prototype.carry;
  // A spy on a spy is the same spy: what it did before is asked for.
  const before = (vi.isMockFunction(now) ? now.getMockImplementation()! : now) as Carry;
  const changed: Carry = function (from, to, draft, blobs = {}) {
    const other = draft.type === type ? change({ from, to, draft: draft as unknown as Draft<T>, blobs }) : undefined;
    return before.call(this, from, to, other?.draft ?? draft, other?.blobs ?? blobs);
  };
  vi.spyOn(Network.prototype, 'carry').mockImplementation(changed as typeof now);
}

/** From now on a relay delivers, for each packet that waits, what `change` gives: none, one or several. */
export function tamperRelay(change: (packet: Carried) => readonly Carried[]): void {
  const { deliver } = Relay.prototype;
  vi.spyOn(Relay.prototype, 'deliver').mockImplementation(async function (this: Relay) {
    const waiting = await deliver.call(this);
    return waiting
      .flatMap(({ draft, blobs }) => change({ header: draft, blobs } as unknown as Carried))
      .map(({ header, blobs }) => ({ draft: header, blobs }));
  });
}
