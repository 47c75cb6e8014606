/** What every part of the services' API is given. */
import type { AuthenticateOptions } from '../auth/authenticate.ts';
import type { RoleKeys } from '../auth/keys.ts';
import type { Store } from '../store/store.ts';

/** What the services need. */
export interface ServiceOptions extends Pick<AuthenticateOptions, 'now' | 'perMinute' | 'names'> {
  readonly store: Store;
  readonly roleKeys: RoleKeys;
  /** The relay's key for franking stamps, 32 bytes. */
  readonly frankingKey: Uint8Array;
  /** Version of this software, for the API's description. */
  readonly version: string;
}
