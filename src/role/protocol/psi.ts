/** Private set intersection by Diffie–Hellman: the device holds the list under the provider's key, asks blinded, and learns the outcome. */
import { psiAnswer, psiAsk, psiFind, psiKey, psiServerSet } from '../../crypto/dh-psi.ts';
import { decodePoint, elementBytes } from '../../crypto/group.ts';
import { byteKey, piecesOf } from '../../util/bytes.ts';
import type { Protocol, Setting } from '../protocol.ts';
import { blob } from '../wire.ts';
import { askBlinded, concluded, equalityEntries, equalityHash, otherVersion } from './exact.ts';

/** Sets the protocol up: the list under the provider's key, 32 bytes an entry, goes to every device. */
export function psi(setting: Setting): Protocol {
  const { house, world, strategy, reject } = setting;
  const key = psiKey(world.random);
  const draft = { type: 'device-setup', message: '', strategy, version: world.equality.list.version } as const;
  const made = psiServerSet(key, equalityEntries(setting));
  const arrived = house.carry('provider', 'sender', draft, { set: made });
  const set = blob(arrived, 'set');
  const fault = otherVersion(arrived, draft.version) ?? setFault(set);
  if (fault !== undefined) reject(`set-up: ${fault}; the device matches nothing`);

  /** At the provider. What is no point is answered by nothing, and the device turns that away. */
  const answer = (message: string) => (blinded: Uint8Array) => {
    const answered = psiAnswer(key, [blinded]);
    if (!answered.ok) reject(`${message}: ${answered.reason}`);
    return { evaluated: answered.ok ? answered.points[0]! : new Uint8Array(0) };
  };

  return {
    deviceBytes: set.length,
    // The set is as long as the list: nothing fits beside it.
    hiddenCapacity: 0,
    secret: { kind: 'psi', key },
    async scan(message) {
      const { hash, usable } = await equalityHash(setting, message);
      const query = psiAsk([hash], world.random);
      const { evaluated } = askBlinded(setting, message, query.points[0]!, answer(message.id));
      if (fault !== undefined) return concluded(setting, message, usable, false);
      const result = psiFind(query, [evaluated], set);
      if (!result.ok) reject(`${message.id}: ${result.reason}`);
      return concluded(setting, message, usable, result.ok && result.found[0]!);
    },
  };
}

/** What is wrong with a set: an element that is no point, or one twice, which no list makes. */
function setFault(set: Uint8Array): string | undefined {
  const seen = new Set<string>();
  for (const [i, element] of piecesOf(set, elementBytes).entries()) {
    const decoded = decodePoint(element);
    if (!decoded.ok) return `element ${i} of the set is no point: ${decoded.reason}`;
    if (seen.has(byteKey(element))) return `element ${i} of the set is there twice`;
    seen.add(byteKey(element));
  }
  return undefined;
}
