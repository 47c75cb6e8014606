/** What a set-up makes of the app on devices: the scanning side, and what message keys are also encrypted to. A new set-up is a new app. */
import type { Design } from './design.ts';
import { type EscrowSeal, escrowSeal } from './escrow-agent.ts';
import type { Arrived, Link } from './link.ts';
import type { DeviceSide } from './protocol.ts';
import { Sender } from './sender.ts';
import type { DeviceWorld } from './world.ts';

export interface App {
  readonly sender: Sender;
  readonly side: DeviceSide | undefined;
  readonly escrow: EscrowSeal | undefined;
  /** Key of the auditors that this app trusts, hex, where it trusts any. */
  readonly authoriser: string | undefined;
}

/** What every app of a deployment's devices is made with. */
interface AppSetting {
  readonly link: Link;
  readonly world: DeviceWorld;
  readonly design: Design;
  readonly warnOnly: boolean;
  /** The auditors' key that devices hold from the first set-up on, whatever later public parameters say. */
  readonly trusted?: string | undefined;
  reject(reason: string): void;
}

/** The app for what arrived. */
export function openApp(setting: AppSetting, { parameters: told, list, set }: Arrived): App {
  const { link, world, design, warnOnly, reject, trusted } = setting;
  const strategy = design.name;
  const parameters = trusted === undefined ? told : { ...told, authoriser: trusted };
  const sender = new Sender({ link, world, parameters, strategy, list, warnOnly });
  const side = design.protocol?.device({ link, world, parameters, strategy, sender, set, reject });
  const escrow = parameters.escrow && escrowSeal(parameters.escrow);
  return { sender, side, escrow, authoriser: parameters.authoriser };
}
