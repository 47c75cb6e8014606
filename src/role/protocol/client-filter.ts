/** A keyed filter of the list on the device (binary fuse), its key in the app: the list cannot be read, but any hash can be tried. */
import { buildFilter, filterCapacity, filterHas, serializeFilter } from '../../crypto/fuse-filter.ts';
import { afterSetUp, type Protocol, type ProviderSetting, type ProviderSide } from '../protocol.ts';
import { blob } from '../wire.ts';
import { concluded, deviceFilter, equalityEntries, equalityHash, setUpOf } from './exact.ts';

/** Filter and key go to every device. */
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
