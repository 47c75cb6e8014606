/** A list at work: the provider that has it, the senders' half, and the protocol between them. A new list is a new installation. */
import type { Curator } from './curator.ts';
import type { Design } from './deployment.ts';
import type { House } from './house.ts';
import type { Protocol, Renewal } from './protocol.ts';
import { Provider } from './provider.ts';
import { Sender } from './sender.ts';
import type { World } from './world.ts';

export interface Installation {
  readonly provider: Provider;
  readonly sender: Sender;
  readonly protocol: Protocol | undefined;
}

/** What every installation of a deployment has in common. */
export interface Site {
  readonly house: House;
  readonly design: Design;
  readonly curator: Curator;
  readonly frankingKey: Uint8Array;
  reject(reason: string): void;
}

/** The provider gets the world's lists, then the devices their part. */
export function install(site: Site, world: World, warnOnly: boolean, renewal?: Renewal): Installation {
  const { house, design, curator, frankingKey, reject } = site;
  const { name: strategy, listOnDevice = false, secondOpinion } = design;
  const provider = new Provider(house, world, curator, frankingKey, secondOpinion);
  const sender = new Sender(house, world, provider, strategy, { listOnDevice, warnOnly });
  const protocol = design.protocol?.({ house, world, strategy, sender, provider, reject, renewal });
  return { provider, sender, protocol };
}
