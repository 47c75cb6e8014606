/** Private set intersection by Diffie–Hellman: the device holds the list under the provider's key, asks blinded, and learns the outcome. */
import { psiAnswer, psiAsk, psiFind, psiKey, psiServerSet } from '../../crypto/dh-psi.ts';
import { decodePoint, elementBytes } from '../../crypto/group.ts';
import { byteKey, piecesOf } from '../../util/bytes.ts';
import { afterSetUp, type Protocol, type ProviderSetting, type ProviderSide } from '../protocol.ts';
import { blob } from '../wire.ts';
import { answerBlinded, askBlinded, concluded, equalityEntries, equalityHash, otherVersion, setUpOf } from './exact.ts';

/** The list under the provider's key, 32 bytes an entry, goes to every device. */
export const psi: Protocol = {
  provider,
  device: afterSetUp((setting, arrived) => {
    const { world, parameters, reject } = setting;
    const set = blob(arrived, 'set');
    const fault = otherVersion(arrived, parameters.equality.version) ?? setFault(set);
    if (fault !== undefined) reject(`set-up: ${fault}; the device matches nothing`);
    return {
      deviceBytes: set.length,
      async scan(message) {
        const { hash, usable } = await equalityHash(setting, message);
        const query = psiAsk([hash], world.random);
        const { evaluated } = await askBlinded(setting, message, query.points[0]!);
        if (fault !== undefined) return concluded(setting, message, usable, false);
        const result = psiFind(query, [evaluated], set);
        if (!result.ok) reject(`${message.id}: ${result.reason}`);
        return concluded(setting, message, usable, result.ok && result.found[0]!);
      },
    };
  }),
};

function provider(setting: ProviderSetting): ProviderSide {
  const key = psiKey(setting.world.random);
  return {
    setUp: setUpOf(setting, { set: psiServerSet(key, equalityEntries(setting)) }),
    // The set is as long as the list: nothing fits beside it.
    hiddenCapacity: 0,
    secret: { kind: 'psi', key },
    // What is not a point is answered by nothing, and the device refuses that.
    handle: answerBlinded((blinded, message) => {
      const answered = psiAnswer(key, [blinded]);
      if (!answered.ok) setting.reject(`${message}: ${answered.reason}`);
      return { evaluated: answered.ok ? answered.points[0]! : new Uint8Array(0) };
    }),
  };
}

/** What is wrong with a set: an element that is not a point, or one twice, which no list makes. */
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
