/**
 * Where the demo's roles are. Here: in the page's worker, each fed through the house of `deploy()` and through nothing else. This file alone
 * knows; a link to roles that stand behind HTTP would give the same answers.
 */
import { type Deployment, deploy } from '../../../role/deployment.ts';
import type { Message, World } from '../../../role/world.ts';
import { Role } from '../../../schema/vocabulary.ts';
import { strategyByName } from '../../../strategy/index.ts';
import { type Shown, shownRole } from './shown.ts';
import { accounts } from './world.ts';

/** The roles at work, seen from the page. */
export interface HouseLink {
  /** Sends a picture from one phone to the other: scan, seal, deliver, review. */
  send(picture: Uint8Array): Promise<void>;
  /** Serves a court order for all that the sender has sent so far, and from now on. */
  order(): Promise<void>;
  /** What everybody saw. */
  shown(scanMillis: number): Shown;
}

/** Deploys a strategy in this thread. */
export async function localHouse(strategy: string, world: World): Promise<HouseLink> {
  const deployment: Deployment = await deploy(world, strategyByName(strategy).design);
  const [sender, recipient] = accounts;
  let sent = 0;
  let orders = 0;
  const last = (): string | undefined => (sent === 0 ? undefined : `m${sent}`);
  return {
    async send(picture) {
      const message: Message = { id: `m${sent + 1}`, sender, recipient, sequence: sent, sentAt: sent + 1, picture };
      sent++;
      await deployment.send(message);
      await deployment.deliver();
      await deployment.review();
    },
    async order() {
      orders++;
      await deployment.serve({ id: `order ${orders}`, account: sender, from: 0, to: Number.MAX_SAFE_INTEGER });
    },
    shown(scanMillis) {
      const { views, tips, rejected } = deployment;
      const message = last();
      return {
        roles: Role.enum.map((role) => shownRole(views[role])),
        message,
        fate: message === undefined ? undefined : deployment.fate(message),
        sent,
        tips: tips.length,
        scanMillis,
        opened: views.provider.sightings.filter(({ type, bytes }) => type === 'learnt' && isMatch(bytes)).length,
        rejected,
      };
    },
  };
}

const isMatch = (bytes: Uint8Array): boolean => new TextDecoder().decode(bytes) === 'match';
