/**
 * The phones, in this thread, and their connection to the other roles, which run on the server. Each packet between them is one request.
 * The views of the server's roles are fetched from the server, byte for byte.
 */

import type { OwnEntry } from '../../../client/demo/own-entries.ts';
import { readViews, type ServiceViews } from '../../../client/demo/views-frame.ts';
import { accounts } from '../../../client/demo/world.ts';
import { connectionOver } from '../../../client/http-link.ts';
import { Refusal, ServiceClient } from '../../../client/service-client.ts';
import { signingKeys } from '../../../client/signature.ts';
import { systemRandom } from '../../../crypto/sodium.ts';
import { Devices } from '../../../role/devices.ts';
import { Network } from '../../../role/network.ts';
import type { View, ViewEntry } from '../../../role/view.ts';
import type { DeviceWorld, Message } from '../../../role/world.ts';
import { Role } from '../../../schema/vocabulary.ts';
import { strategyByName } from '../../../strategy/index.ts';
import { sha256Hex } from '../../../util/digest.ts';
import { toHex } from '../../../util/hex.ts';
import { type Shown, shownRole } from './shown.ts';

/** The running roles, as the page uses them. */
export interface SessionLink {
  /** Sends a picture from one phone to the other: scan, encrypt, deliver, review. `isTarget`: a reviewer who sees it would confirm it. */
  send(picture: Uint8Array, isTarget: boolean): Promise<void>;
  /** Serves a court order for everything that the sender has sent, and will send. */
  order(): Promise<void>;
  /** The views of all roles. */
  shown(scanMillis: number): Shown;
  /** Makes the server delete the session. */
  end(): Promise<void>;
}

/** Makes the server at an origin set up a strategy's services, with own entries on their list, and connects the phones with them. */
export async function openSession(
  strategy: string,
  world: DeviceWorld,
  origin: string,
  entries: readonly OwnEntry[] = [],
): Promise<SessionLink> {
  const { design } = strategyByName(strategy);
  const [visiting, provider, court] = [1, 2, 3].map(() => signingKeys(systemRandom)) as [Keys, Keys, Keys];
  const server = new ServiceClient({ base: origin, keys: visiting });
  const [providerKey, courtKey] = [toHex(provider.publicKey), toHex(court.publicKey)];
  const opening = { strategy, provider: providerKey, court: courtKey, own: entries };
  const { session } = await server.json<{ session: string }>('POST', '/demo/sessions', opening);
  const base = `${origin}/demo/sessions/${session}`;
  const visitor = new ServiceClient({ base, keys: visiting });

  const own = new Network();
  const connection = connectionOver({ base, provider, court }, own, async () => {});
  const devices = new Devices(own, world, design);
  await devices.connect(connection.link);

  const seen = Object.fromEntries(Role.enum.map((role): [Role, ViewEntry[]] => [role, []])) as Record<
    Role,
    ViewEntry[]
  >;
  let latest: ServiceViews = { entries: [], next: 0, tips: 0, rejected: [], findings: {} };
  const look = async (): Promise<void> => {
    latest = readViews((await visitor.bytes('GET', `/views?since=${latest.next}`)) ?? new Uint8Array(0));
    for (const { role, ...entry } of latest.entries) seen[role].push(entry);
  };
  await look();

  const [sender, recipient] = accounts;
  let sent = 0;
  let orders = 0;
  const known = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof Refusal && error.status === 404)
        throw new Error('the server has ended this demonstration; choose the strategy again');
      throw error;
    }
  };

  return {
    send: (picture, isTarget) =>
      known(async () => {
        const message: Message = { id: `m${sent + 1}`, sender, recipient, sequence: sent, sentAt: sent + 1, picture };
        if (isTarget) await visitor.tell('POST', '/known', { sha256: sha256Hex(picture) });
        sent++;
        await devices.send(message);
        await devices.deliver();
        await connection.review();
        await look();
      }),
    order: () =>
      known(async () => {
        orders++;
        await connection.serve({ id: `order-${orders}`, account: sender, from: 0, to: Number.MAX_SAFE_INTEGER });
        await look();
      }),
    shown(scanMillis) {
      const message = sent === 0 ? undefined : `m${sent}`;
      const outcome = message === undefined ? undefined : devices.sent(message);
      return {
        // The phones' views come from here, the others' from the server.
        roles: Role.enum.map((role) => shownRole(isPhone(role) ? own.views[role] : { role, entries: seen[role] })),
        message,
        outcome: outcome && { ...outcome, ...latest.findings[message!] },
        sent,
        tips: latest.tips,
        scanMillis,
        opened: seen.provider.filter(({ type, bytes }) => type === 'learnt' && isMatch(bytes)).length,
        rejected: [...devices.rejected, ...latest.rejected],
      };
    },
    end: () => known(async () => void (await visitor.bytes('DELETE', ''))),
  };
}

type Keys = ReturnType<typeof signingKeys>;

const isPhone = (role: View['role']): boolean => role === 'sender' || role === 'recipient';

const isMatch = (bytes: Uint8Array): boolean => new TextDecoder().decode(bytes) === 'match';
