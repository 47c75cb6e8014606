/** The demo's services in a thread of their own: setting some strategies up takes seconds, in which the server has to answer others. */
import { workerData } from 'piscina';
import { hashOutcome } from '../../client/demo/hashes.ts';
import type { DemoPicture } from '../../client/demo/picture.ts';
import { decode } from '../../image/decode.ts';
import { LocalHost } from './session-host.ts';
import type { SessionCall } from './worker-host.ts';

const host = new LocalHost(workerData as readonly DemoPicture[], {
  hash: (picture, use) => hashOutcome(decode(picture), use),
});

/** One call of the host or of a session in it. */
export default async function call({ id, name, given }: SessionCall): Promise<unknown> {
  if (name === 'open') return void (await host.open(id, ...(given as [string])));
  if (name === 'end') return await host.end(id);
  const method = host.session(id)[name] as (...args: readonly unknown[]) => Promise<unknown>;
  return await method(...given);
}
