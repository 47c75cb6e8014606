/** The demo's services in their own thread. The set-up of some strategies takes seconds, during which the server must answer others. */
import { workerData } from 'piscina';
import { hashOutcome } from '../../client/demo/hashes.ts';
import type { OwnEntry } from '../../client/demo/own-entries.ts';
import type { DemoPicture } from '../../client/demo/picture.ts';
import { decode } from '../../image/decode.ts';
import { LocalHost } from './session-host.ts';
import type { SessionCall } from './worker-host.ts';

const host = new LocalHost(workerData as readonly DemoPicture[], {
  hash: (picture, use) => hashOutcome(decode(picture), use),
});

/** Executes one call to the host or to one of its sessions. */
export default async function call({ id, name, given }: SessionCall): Promise<unknown> {
  if (name === 'open') return void (await host.open(id, ...(given as [string, readonly OwnEntry[]])));
  if (name === 'end') return await host.end(id);
  const method = host.session(id)[name] as (...args: readonly unknown[]) => Promise<unknown>;
  return await method(...given);
}
