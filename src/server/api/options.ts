/** What every part of the services' API is given. */

import type { Services } from '../../role/services.ts';
import type { Store } from '../../store/store.ts';
import type { AuthenticateOptions } from '../auth/authenticate.ts';
import type { RoleKeys } from '../auth/keys.ts';

/** What the services need. */
export interface ServiceOptions extends Pick<AuthenticateOptions, 'now' | 'perMinute' | 'names'> {
  readonly store: Store;
  readonly roleKeys: RoleKeys;
  /** The relay's key for franking stamps, 32 bytes. */
  readonly frankingKey: Uint8Array;
  /** Services that run a strategy over the store; left out, provider and court work elsewhere, and what is for them waits. */
  readonly running?: Services | undefined;
  /** Largest packet that is taken in, in bytes; 8 MiB unless told. */
  readonly packetBytes?: number;
  /** Version of this software, for the API's description. */
  readonly version: string;
}
