/** The secrets of a deployment's roles. Only experiments on stolen keys read them; no role does. */
import type { EscrowKeys } from '../crypto/escrow.ts';
import type { Scalar } from '../crypto/group.ts';
import type { DistanceKeys } from '../crypto/hidden-distance.ts';
import type { LogKeys } from '../crypto/merkle-log.ts';
import type { DeviceSecrets } from '../crypto/ratchet-sessions.ts';
import type { DeviceKeys } from '../crypto/session.ts';
import type { SplitEscrow } from '../crypto/split-escrow.ts';

/** Who holds the escrow secret: the court holds one key, or each holder has a share. */
export type EscrowSecret =
  | { readonly kind: 'sole'; readonly keys: EscrowKeys }
  | { readonly kind: 'split'; readonly escrow: SplitEscrow };

/**
 * The provider's secret in a scanning protocol. filter: the filter key, which is also in every app · oprf, psi: the key that answers
 * queries · distance: the key that decrypts answers · tpsi: the secrets that test vouchers. If an authoriser certifies the table, also the
 * authoriser's signing keys, which the provider does not hold.
 */
export type ProtocolSecret =
  | { readonly kind: 'filter'; readonly key: Uint8Array }
  | { readonly kind: 'oprf'; readonly secretKey: Scalar }
  | { readonly kind: 'psi'; readonly key: Scalar }
  | { readonly kind: 'distance'; readonly keys: DistanceKeys }
  | { readonly kind: 'tpsi'; readonly alpha: Scalar; readonly authoriser?: LogKeys | undefined };

/** All secrets of a deployment, except those of single messages. */
export interface Secrets {
  /** Keys of every account's device. */
  readonly devices: ReadonlyMap<string, DeviceKeys>;
  /** Secrets of every account's sessions at this moment; empty where the channel is static. */
  readonly sessions: ReadonlyMap<string, DeviceSecrets>;
  /** Keys of the device with which the court intercepts. */
  readonly ghost: DeviceKeys;
  /** Secrets of its sessions at this moment; undefined where the channel is static. */
  readonly ghostSessions?: DeviceSecrets | undefined;
  /** The provider's key, with which the relay stamps franking tags. */
  readonly franking: Uint8Array;
  readonly escrow?: EscrowSecret | undefined;
  readonly protocol?: ProtocolSecret | undefined;
}
