/** Options of every part of the services' API. */

import type { Services } from '../../role/services.ts';
import type { Store } from '../../store/store.ts';
import type { AuthenticateOptions } from '../auth/authenticate.ts';
import type { RoleKeys } from '../auth/keys.ts';

/** Options of the services. */
export interface ServiceOptions extends Pick<AuthenticateOptions, 'now' | 'perMinute' | 'names'> {
  readonly store: Store;
  readonly roleKeys: RoleKeys;
  /** The relay's key for franking stamps, 32 bytes. */
  readonly frankingKey: Uint8Array;
  /** Services that run a strategy over the store. If omitted, provider and court run elsewhere, and packets for them wait in the store. */
  readonly running?: Services | undefined;
  /** Largest accepted packet, in bytes; default 8 MiB. */
  readonly packetBytes?: number;
  /** Version of this software, for the API description. */
  readonly version: string;
}
