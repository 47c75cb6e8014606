/** What the roles of a deployment keep secret. An experiment on stolen keys takes its copy here; no role ever looks. */
import type { EscrowKeys } from '../crypto/escrow.ts';
import type { Scalar } from '../crypto/group.ts';
import type { DistanceKeys } from '../crypto/hidden-distance.ts';
import type { LogKeys } from '../crypto/merkle-log.ts';
import type { DeviceKeys } from '../crypto/session.ts';
import type { SplitEscrow } from '../crypto/split-escrow.ts';

/** With whom lies what opens the escrow: one key with the court, or a share with each holder. */
export type EscrowSecret =
  | { readonly kind: 'sole'; readonly keys: EscrowKeys }
  | { readonly kind: 'split'; readonly escrow: SplitEscrow };

/**
 * What the provider keeps of a scanning protocol. filter: the key of the filter, which is in every app as well · oprf, psi: what it answers
 * queries with · distance: what it opens answers with · tpsi: what it tests vouchers with; where an authoriser certifies the table, the
 * signing keys of that one, which is not a secret of the provider's.
 */
export type ProtocolSecret =
  | { readonly kind: 'filter'; readonly key: Uint8Array }
  | { readonly kind: 'oprf'; readonly secretKey: Scalar }
  | { readonly kind: 'psi'; readonly key: Scalar }
  | { readonly kind: 'distance'; readonly keys: DistanceKeys }
  | { readonly kind: 'tpsi'; readonly alpha: Scalar; readonly authoriser?: LogKeys | undefined };

/** Every secret of a deployment but those of single messages. */
export interface Secrets {
  /** Of every account's device. */
  readonly devices: ReadonlyMap<string, DeviceKeys>;
  /** Of the device that the court listens in with. */
  readonly ghost: DeviceKeys;
  /** The provider's, under which the relay stamps franking tags. */
  readonly franking: Uint8Array;
  readonly escrow?: EscrowSecret | undefined;
  readonly protocol?: ProtocolSecret | undefined;
}
