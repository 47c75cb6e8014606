/**
 * Private set intersection by Diffie–Hellman. The device stores the list under the provider's key, sends blinded queries, and learns the
 * outcome.
 */
import { psiAnswer, psiAsk, psiFind, psiKey, psiServerSet } from '../../crypto/dh-psi.ts';
import { decodePoint, elementBytes } from '../../crypto/group.ts';
import { byteKey, piecesOf } from '../../util/bytes.ts';
import { afterSetUp, type Protocol, type ProviderSetting, type ProviderSide } from '../protocol.ts';
import { blob } from '../wire.ts';
import { answerBlinded, askBlinded, concluded, equalityEntries, equalityHash, otherVersion, setUpOf } from './exact.ts';

/** Every device receives the list under the provider's key, 32 bytes per entry. */
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
    // The set is exactly as long as the list: it has no capacity for hidden entries.
    hiddenCapacity: 0,
    secret: { kind: 'psi', key },
    // An invalid point gets an empty answer, and the device rejects that.
    handle: answerBlinded((blinded, message) => {
      const answered = psiAnswer(key, [blinded]);
      if (!answered.ok) setting.reject(`${message}: ${answered.reason}`);
      return { evaluated: answered.ok ? answered.points[0]! : new Uint8Array(0) };
    }),
  };
}

/** Checks a set; returns the fault, if any: an invalid point, or a duplicate, which no list produces. */
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
