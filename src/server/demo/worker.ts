/** The demo's services in a thread of their own: setting some strategies up takes seconds, in which the server has to answer others. */
import { workerData } from 'piscina';
import { hashOutcome } from '../../client/demo/hashes.ts';
import type { DemoPicture } from '../../client/demo/picture.ts';
import { decode } from '../../image/decode.ts';
import { LocalRoom } from './room.ts';
import type { HouseCall } from './thread-room.ts';

const room = new LocalRoom(workerData as readonly DemoPicture[], {
  hash: (picture, use) => hashOutcome(decode(picture), use),
});

/** One call of the room or of a house in it. */
export default async function call({ id, name, given }: HouseCall): Promise<unknown> {
  if (name === 'open') return void (await room.open(id, ...(given as [string])));
  if (name === 'end') return await room.end(id);
  const method = room.house(id)[name] as (...args: readonly unknown[]) => Promise<unknown>;
  return await method(...given);
}
