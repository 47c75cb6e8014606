/** A list that the services use: the provider that holds it, and its side of the protocol. Each new list is a new installation. */
import type { PublicParameters } from '../schema/public-parameters.ts';
import type { Curator } from './curator.ts';
import type { Design } from './design.ts';
import type { EscrowAgent } from './escrow-agent.ts';
import type { Network } from './network.ts';
import type { ProviderSide, Renewal } from './protocol.ts';
import { Provider } from './provider.ts';
import type { ServiceWorld } from './world.ts';

export interface Installation {
  readonly provider: Provider;
  readonly side: ProviderSide | undefined;
  readonly parameters: PublicParameters;
}

/** What all installations of a deployment share. */
export interface Site {
  readonly network: Network;
  readonly design: Design;
  readonly curator: Curator;
  readonly frankingKey: Uint8Array;
  readonly escrow: EscrowAgent | undefined;
  reject(reason: string): void;
}

/** Gives the world's lists to the provider, and sets up its side of the protocol. */
export function install(site: Site, world: ServiceWorld, renewal?: Renewal): Installation {
  const { network, design, curator, frankingKey, escrow, reject } = site;
  const provider = new Provider(network, world, curator, frankingKey, design.secondOpinion);
  const side = design.protocol?.provider({ network, world, strategy: design.name, provider, reject, renewal });
  return {
    provider,
    side,
    parameters: { ...factsOf(world), ...side?.logged, ...(escrow && { escrow: escrow.published }) },
  };
}

const factsOf = ({ list, equality }: ServiceWorld): Pick<PublicParameters, 'list' | 'equality'> => {
  const { name, algorithm, bits, version, root } = list;
  const same = equality.list;
  return {
    list: { name, algorithm, bits, version, root },
    equality: { name: same.name, algorithm: same.algorithm, bits: same.bits, version: same.version },
  };
};
