/** A keyed binary fuse filter of the list on the device, with the key in the app. Nobody can read the list, but anybody can test any hash. */
import { buildFilter, filterCapacity, filterHas, serializeFilter } from '../../crypto/fuse-filter.ts';
import { afterSetUp, type Protocol, type ProviderSetting, type ProviderSide } from '../protocol.ts';
import { blob } from '../wire.ts';
import { concluded, deviceFilter, equalityEntries, equalityHash, setUpOf } from './exact.ts';

/** Every device receives the filter and the key. */
export const clientFilter: Protocol = {
  provider,
  device: afterSetUp((setting, set) => {
    const filter = deviceFilter(setting, set);
    return {
      deviceBytes: blob(set, 'filter').length + blob(set, 'key').length,
      async scan(message) {
        const { hash, usable } = await equalityHash(setting, message);
        return concluded(setting, message, usable, filter !== undefined && filterHas(filter, hash));
      },
    };
  }),
};

function provider(setting: ProviderSetting): ProviderSide {
  const { world } = setting;
  const made = buildFilter(equalityEntries(setting), world.settings.filterBits, world.random(32));
  return {
    setUp: setUpOf(setting, { filter: serializeFilter(made), key: made.key }),
    hiddenCapacity: filterCapacity(made) - world.equality.list.entries.length,
    secret: { kind: 'filter', key: made.key },
  };
}
