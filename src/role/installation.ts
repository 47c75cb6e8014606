/** A list at work on the services' side: the provider that has it, and its half of the protocol. A new list is a new installation. */
import type { Bulletin } from '../schema/bulletin.ts';
import type { Curator } from './curator.ts';
import type { Design } from './design.ts';
import type { EscrowAgent } from './escrow-agent.ts';
import type { House } from './house.ts';
import type { ProviderHalf, Renewal } from './protocol.ts';
import { Provider } from './provider.ts';
import type { ServiceWorld } from './world.ts';

export interface Installation {
  readonly provider: Provider;
  readonly half: ProviderHalf | undefined;
  readonly bulletin: Bulletin;
}

/** What every installation of a deployment has in common. */
export interface Site {
  readonly house: House;
  readonly design: Design;
  readonly curator: Curator;
  readonly frankingKey: Uint8Array;
  readonly escrow: EscrowAgent | undefined;
  reject(reason: string): void;
}

/** The provider gets the world's lists, and sets its half of the protocol up. */
export function install(site: Site, world: ServiceWorld, renewal?: Renewal): Installation {
  const { house, design, curator, frankingKey, escrow, reject } = site;
  const provider = new Provider(house, world, curator, frankingKey, design.secondOpinion);
  const half = design.protocol?.provider({ house, world, strategy: design.name, provider, reject, renewal });
  return {
    provider,
    half,
    bulletin: { ...factsOf(world), ...half?.logged, ...(escrow && { escrow: escrow.published }) },
  };
}

const factsOf = ({ list, equality }: ServiceWorld): Pick<Bulletin, 'list' | 'equality'> => {
  const { name, algorithm, bits, version, root } = list;
  const same = equality.list;
  return {
    list: { name, algorithm, bits, version, root },
    equality: { name: same.name, algorithm: same.algorithm, bits: same.bits, version: same.version },
  };
};
