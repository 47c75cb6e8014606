/**
 * What a ratchet promises, as a check that any implementation can be put through: a seeded conversation with loss, reordering and replays, and a thief who copies one end's
 * secrets at one moment of it. The mutants are the project's ratchet with one mistake each; the check must name it.
 */
import { chainStep, parseHeader, Ratchet, type RatchetState } from '../../src/crypto/double-ratchet.ts';
import { deviceKeys } from '../../src/crypto/session.ts';
import type { Opened } from '../../src/crypto/sodium.ts';
import { equalBytes } from '../../src/util/bytes.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';
import { randomOf } from './seeded.ts';

/** One end, as the check sees it. */
export interface End {
  send(): { readonly header: Uint8Array; readonly key: Uint8Array };
  receive(header: Uint8Array, open: (key: Uint8Array) => Opened): Opened;
  readonly canSend: boolean;
  readonly state: RatchetState;
}

interface Sent {
  readonly by: 0 | 1;
  readonly header: Uint8Array;
  readonly key: Uint8Array;
  /** The moment of sending, and of arrival if it arrived. */
  readonly at: number;
  arrived?: number;
}

/** lost: an honest message is refused · reused: two messages have one key · replayed: a message is opened twice · past: a thief opens what was opened or sent before · future: a thief opens what a device sends after a fresh key of its own. */
export type Fault = 'lost' | 'reused' | 'replayed' | 'past' | 'future';

const right =
  (expected: Uint8Array) =>
  (key: Uint8Array): Opened =>
    equalBytes(key, expected) ? { ok: true, plaintext: key } : { ok: false, reason: 'another key' };

/** Whether a thief with these secrets gets the key of a message; `by`: whether the robbed end sent it. */
export function thiefOpens(stolen: RatchetState, { header, key }: Pick<Sent, 'header' | 'key'>, own: boolean): boolean {
  if (!own) return Ratchet.restored(stolen, randomOf('thief')).receive(header, right(key)).ok;
  const { key: ratchetKey, number } = parseHeader(header)!;
  if (!stolen.sending || !equalBytes(ratchetKey, stolen.own.publicKey)) return false;
  // Chains only go forward: numbers before the stolen one are out of reach.
  for (let chain = stolen.sending; chain.next <= number; chain = chainStep(chain).chain)
    if (equalBytes(chainStep(chain).message, key)) return true;
  return false;
}

/** Plays the conversation and returns what went wrong. */
export function faultsOf(make: (ratchet: Ratchet, end: 0 | 1) => End): Set<Fault> {
  const rng = seededRng(3, 'ratchet conversation');
  const prekey = deviceKeys(randomOf('prekey'));
  const secret = randomOf('secret')(32);
  const ends = [
    make(Ratchet.initiator(secret, prekey.publicKey, randomOf('first end')), 0),
    make(Ratchet.responder(secret, prekey, randomOf('second end')), 1),
  ] as const;
  const faults = new Set<Fault>();
  const sent: Sent[] = [];
  const waiting: Sent[] = [];
  const stolen: { readonly end: 0 | 1; readonly at: number; readonly state: RatchetState }[] = [];
  for (let at = 0; at < 99; at++) {
    const by = rng.int(2) as 0 | 1;
    if (ends[by].canSend) {
      const message: Sent = { by, ...ends[by].send(), at };
      sent.push(message);
      // One in ten is lost.
      if (rng.next() < 0.9) waiting.push(message);
    }
    // Any of the waiting ones arrives, not the oldest.
    if (waiting.length > 0 && rng.next() < 0.8) {
      const [message] = waiting.splice(rng.int(waiting.length), 1) as [Sent];
      const to = ends[message.by === 0 ? 1 : 0];
      if (!to.receive(message.header, right(message.key)).ok) faults.add('lost');
      message.arrived = at;
      if (to.receive(message.header, right(message.key)).ok) faults.add('replayed');
    }
    if (at % 3 === 0) for (const end of [0, 1] as const) stolen.push({ end, at, state: ends[end].state });
  }
  if (new Set(sent.map(({ key }) => toHex(key))).size < sent.length) faults.add('reused');
  for (const { end, at, state } of stolen)
    for (const message of sent) {
      const own = message.by === end;
      const isPast = own ? message.at <= at : message.arrived !== undefined && message.arrived <= at;
      if (isPast) {
        if (thiefOpens(state, message, own)) faults.add('past');
      } else if (own && isHealed(sent, { end, at }, message) && thiefOpens(state, message, own)) faults.add('future');
    }
  return faults;
}

/**
 * Whether the robbed end must have made a fresh key before it sent a message: it received, after the theft, a message that the other end sent after receiving one that was
 * sent after the theft. A message like that is in a chain of the other end that did not exist at the time.
 */
function isHealed(sent: readonly Sent[], { end, at }: { end: 0 | 1; at: number }, message: Sent): boolean {
  const heard = sent.filter(({ by, at: when, arrived }) => by === end && when > at && arrived !== undefined);
  return sent.some(
    ({ by, at: when, arrived }) =>
      by !== end &&
      arrived !== undefined &&
      arrived < message.at &&
      heard.some((each) => each.arrived! < when && isNewest(sent, each)),
  );
}

/** Whether nothing that its sender sent earlier arrived later: only then it is in the newest chain that its recipient knew. */
const isNewest = (sent: readonly Sent[], message: Sent): boolean =>
  sent.every(({ by, at, arrived }) => by !== message.by || at <= message.at || (arrived ?? 999) > message.arrived!);

/** A ratchet with a mistake, made from the real one by putting secrets back that it had replaced or deleted. */
export const mutants = {
  /** No fresh key pair after an answer: the ratchet does not turn. */
  'skipped step': (ratchet) => {
    let inner = ratchet;
    return endOf(() => inner, {
      receive(header, open) {
        const before = inner.state;
        const opened = inner.receive(header, open);
        const after = inner.state;
        if (before.sending && !equalBytes(before.own.publicKey, after.own.publicKey)) {
          const { own, sending, previous } = before;
          inner = Ratchet.restored({ ...after, own, sending, previous }, randomOf('mutant'));
        }
        return opened;
      },
    });
  },
  /** The chain stays where it is after every third message. */
  'reused key': (ratchet) => {
    let inner = ratchet;
    let count = 0;
    return endOf(() => inner, {
      send() {
        const before = inner.state;
        const sent = inner.send();
        if (++count % 3 === 0) inner = Ratchet.restored(before, randomOf(`mutant ${count}`));
        return sent;
      },
    });
  },
  /** A key goes back among the kept ones after it was used. */
  replay: (ratchet) => {
    let inner = ratchet;
    let count = 0;
    return endOf(() => inner, {
      receive(header, open) {
        let used: Uint8Array | undefined;
        const opened = inner.receive(header, (key) => {
          used = key.slice();
          return open(key);
        });
        if (!opened.ok || !used) return opened;
        const { key, number } = parseHeader(header)!;
        const after = inner.state;
        const skipped = new Map([...after.skipped, [`${toHex(key)} ${number}`, used] as const]);
        inner = Ratchet.restored({ ...after, skipped }, randomOf(`mutant ${count++} ${toHex(after.root)}`));
        return opened;
      },
    });
  },
  /** The chain key before the last step is still in memory, though nothing uses it. */
  'key not deleted': (ratchet) => {
    let old: RatchetState['sending'];
    return endOf(
      () => ratchet,
      {
        send() {
          old = ratchet.state.sending;
          return ratchet.send();
        },
      },
      (state) => (old ? { ...state, sending: old } : state),
    );
  },
} as const satisfies Record<string, (ratchet: Ratchet) => End>;

function endOf(
  inner: () => Ratchet,
  changed: Partial<Pick<End, 'send' | 'receive'>>,
  leaves: (state: RatchetState) => RatchetState = (state) => state,
): End {
  return {
    send: () => inner().send(),
    receive: (header, open) => inner().receive(header, open),
    get canSend() {
      return inner().canSend;
    },
    get state() {
      return leaves(inner().state);
    },
    ...changed,
  };
}
