/**
 * The device learns the provider's pseudorandom function of its hash and compares it with a filter of the list. The provider sees neither
 * hash nor outcome, and the device can only test hashes that the provider answers. VOPRF of RFC 9497: each answer proves that the provider
 * uses one key for everybody.
 */
import { buildFilter, filterCapacity, filterHas, serializeFilter } from '../../crypto/fuse-filter.ts';
import { decodePoint } from '../../crypto/group.ts';
import {
  blind,
  blindEvaluateVerifiably,
  decodePoints,
  deriveKeys,
  evaluate,
  finalizeVerifiably,
} from '../../crypto/oprf.ts';
import { utf8 } from '../../util/bytes.ts';
import { afterSetUp, type Protocol, type ProviderSetting, type ProviderSide } from '../protocol.ts';
import { blob } from '../wire.ts';
import { answerBlinded, askBlinded, concluded, deviceFilter, equalityEntries, equalityHash, setUpOf } from './exact.ts';

/** Every device receives the public key and the filter. */
export const oprfLookup: Protocol = {
  provider,
  device: afterSetUp((setting, set) => {
    const { world, reject } = setting;
    const filter = deviceFilter(setting, set);
    const publicKey = decodePoint(blob(set, 'publicKey'));
    if (!publicKey.ok)
      reject(`set-up: the provider's key is no point (${publicKey.reason}); the device matches nothing`);
    return {
      deviceBytes: Object.values(set.blobs).reduce((sum, each) => sum + each.length, 0),
      async scan(message) {
        const { hash, usable } = await equalityHash(setting, message);
        const blinded = blind('voprf', hash, world.random);
        const { evaluated, proof } = await askBlinded(setting, message, blinded.blinded);
        if (!filter || !publicKey.ok) return concluded(setting, message, usable, false);
        const result = finalizeVerifiably([hash], [blinded], { evaluated: [evaluated], proof }, publicKey.point);
        if (!result.ok) reject(`${message.id}: ${result.reason}`);
        return concluded(setting, message, usable, result.ok && filterHas(filter, result.outputs[0]!));
      },
    };
  }),
};

function provider(setting: ProviderSetting): ProviderSide {
  const { world, reject } = setting;
  const keys = deriveKeys('voprf', world.random(32), utf8('presend oprf-lookup'));
  const outputs = equalityEntries(setting).map((hash) => evaluate('voprf', keys.secretKey, hash));
  const made = buildFilter(outputs, world.settings.filterBits, world.random(32));
  return {
    setUp: setUpOf(setting, { filter: serializeFilter(made), key: made.key, publicKey: keys.publicKey }),
    hiddenCapacity: filterCapacity(made) - world.equality.list.entries.length,
    secret: { kind: 'oprf', secretKey: keys.secretKey },
    // An invalid point gets an empty answer, and the device rejects that.
    handle: answerBlinded((blinded, message) => {
      const points = decodePoints([blinded]);
      if (!points.ok) {
        reject(`${message}: ${points.reason}`);
        return { evaluated: new Uint8Array(0) };
      }
      const { evaluated, proof } = blindEvaluateVerifiably(keys, points.points, world.random);
      return { evaluated: evaluated[0]!, proof };
    }),
  };
}
