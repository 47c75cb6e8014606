/**
 * The scanning code that a set-up creates on a device, and the extra keys that messages are also encrypted to. A new set-up creates a new
 * app.
 */
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
  /** Hex public key of the auditors that this app trusts, if it trusts any. */
  readonly authoriser: string | undefined;
}

/** Settings shared by the apps on all devices of a deployment. */
interface AppSetting {
  readonly link: Link;
  readonly world: DeviceWorld;
  readonly design: Design;
  readonly warnOnly: boolean;
  /** The auditors' key that devices store at the first set-up. Later public parameters do not change it. */
  readonly trusted?: string | undefined;
  reject(reason: string): void;
}

/** Creates the app from a set-up that arrived. */
export function openApp(setting: AppSetting, { parameters: told, list, set }: Arrived): App {
  const { link, world, design, warnOnly, reject, trusted } = setting;
  const strategy = design.name;
  const parameters = trusted === undefined ? told : { ...told, authoriser: trusted };
  const sender = new Sender({ link, world, parameters, strategy, list, warnOnly });
  const side = design.protocol?.device({ link, world, parameters, strategy, sender, set, reject });
  const escrow = parameters.escrow && escrowSeal(parameters.escrow);
  return { sender, side, escrow, authoriser: parameters.authoriser };
}
