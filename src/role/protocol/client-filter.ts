/** A keyed filter of the list on the device (binary fuse), its key in the app: the list cannot be read, but any hash can be tried. */
import { buildFilter, filterCapacity, filterHas, serializeFilter } from '../../crypto/fuse-filter.ts';
import type { Protocol, Setting } from '../protocol.ts';
import { blob } from '../wire.ts';
import { concluded, deviceFilter, equalityEntries, equalityHash } from './exact.ts';

/** Sets the protocol up: filter and key go to every device. */
export function clientFilter(setting: Setting): Protocol {
  const { house, world, strategy } = setting;
  const made = buildFilter(equalityEntries(setting), world.settings.filterBits, world.random(32));
  const draft = { type: 'device-setup', message: '', strategy, version: world.equality.list.version } as const;
  const set = house.carry('provider', 'sender', draft, { filter: serializeFilter(made), key: made.key });
  const filter = deviceFilter(setting, set);
  return {
    deviceBytes: blob(set, 'filter').length + blob(set, 'key').length,
    hiddenCapacity: filterCapacity(made) - world.equality.list.entries.length,
    secret: { kind: 'filter', key: made.key },
    async scan(message) {
      const { hash, usable } = await equalityHash(setting, message);
      return concluded(setting, message, usable, filter !== undefined && filterHas(filter, hash));
    },
  };
}
