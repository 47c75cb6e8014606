/** Valid requests to every endpoint, made from a random stream: what a fuzzing campaign changes. */
import { binary } from '../../src/match/format/binary.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { taken } from '../../src/role/endpoint.ts';
import type { Rng } from '../../src/util/rng.ts';
import { packetExamples } from '../helpers/examples.ts';
import { envelope, type Plain, packetOf, voucher } from '../server/service-world.ts';
import { tip } from '../server/tip.ts';
import { blobsOf } from './sessions.ts';

/** Who signs, and what. */
export interface Call {
  readonly who: string;
  readonly plain: Plain;
}

const get = (who: string, url: string): Call => ({ who, plain: { url } });
const post = (who: string, url: string, body: unknown): Call => ({ who, plain: { method: 'POST', url, body } });
const acknowledge = (who: string, path: string, rng: Rng, type: string): Call =>
  post(who, `/${path}/acknowledgements`, {
    packets: [{ sender: rng.pick(['alice', 'bob', 'victim']), message: `m${rng.int(50)}`, type }],
  });

function list(rng: Rng): Uint8Array {
  const facts = { name: `list ${rng.int(5)}`, algorithm: 'pdq', bits: 256, version: 1 + rng.int(50) };
  const made = hashList(facts, [{ id: 'entry', hash: rng.bytes(32) }]);
  const header = { type: 'list', message: '', version: made.version, root: made.root };
  return packetOf(header, { list: binary.write(made) });
}

/** One valid request; ids come from few, so that repeats and conflicts happen. */
export function anyCall(rng: Rng): Call {
  const id = `m${rng.int(200)}`;
  const [sender, recipient] = rng.shuffle(['alice', 'bob', 'victim']).filter((each) => each !== 'victim') as [
    string,
    string,
  ];
  const ends = { sender, recipient: rng.pick([recipient, 'victim']), sentAt: rng.int(20) };
  const calls: readonly (() => Call)[] = [
    () => post(sender, '/relay/packets', envelope(id, ends)),
    () => post(sender, '/relay/packets', envelope(id, ends, { escrow: rng.bytes(80), tag: rng.bytes(32) })),
    () => get(sender, `/mailbox?most=${1 + rng.int(20)}`),
    () => acknowledge(sender, 'mailbox', rng, 'envelope'),
    () => post(sender, '/provider/packets', voucher(id, ends)),
    () => {
      const type = rng.pick(taken.provider);
      const about = type === 'user-report' ? { sender: ends.recipient, recipient: sender } : ends;
      const packet = { ...packetExamples[type], message: id, ...about, type };
      return post(sender, '/provider/packets', packetOf(packet, blobsOf(rng)));
    },
    () => get(sender, `/set-up?account=${rng.pick([sender, 'victim'])}`),
    () => ({ who: 'provider', plain: { method: 'POST', url: '/provider/reviews' } }),
    () => get('provider', '/provider/packets?most=2'),
    () => acknowledge('provider', 'provider/packets', rng, 'voucher'),
    () => post('provider', '/tips', tip(id)),
    () => get('curator', `/tips?after=${rng.int(20)}`),
    () => post('curator', '/lists', list(rng)),
    () => get('provider', `/lists/${rng.int(3)}`),
    () => get('stranger', '/log/head'),
    () => get('stranger', `/log/entries?from=${rng.int(3)}`),
    () => get('stranger', `/log/inclusion?place=${rng.int(2)}&size=${1 + rng.int(3)}`),
    () => get('stranger', `/log/consistency?first=1&second=${1 + rng.int(3)}`),
    () => post('court', '/court/orders', { order: `o${rng.int(20)}`, account: sender, from: 0, to: rng.int(20) }),
    () => get('court', `/court/orders/o${rng.int(20)}/messages?skip=${rng.int(3)}`),
    () =>
      post(rng.pick(['stranger', sender]), '/accounts', { account: rng.pick(['alice', 'victim', `n${rng.int(99)}`]) }),
    () => get('stranger', rng.pick(['/health', '/api', '/openapi.json', '/metrics', '/', '/runs'])),
  ];
  return rng.pick(calls)();
}
