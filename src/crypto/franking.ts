/**
 * Message franking: the sender commits to the plaintext, the provider stamps the commitment without seeing it, and the recipient can
 * later prove to the provider what was sent. Facebook, "Messenger Secret Conversations" (2016); Grubbs, Lu & Ristenpart, CRYPTO 2017.
 */
import { concatBytes, utf8 } from '../util/bytes.ts';
import { hmacHolds, hmacSha256 } from './hmac.ts';

/** Message id, sender, recipient and time, as the provider saw them when it stamped. */
export interface FrankingContext {
  /** Id of the message. */
  readonly message: string;
  readonly sender: string;
  readonly recipient: string;
  readonly sequence: number;
  /** Logical time of sending. */
  readonly sentAt: number;
}

/** Commitment to a plaintext under a fresh 32-byte franking key: HMAC-SHA-256, 32 bytes. */
export const frank = (plaintext: Uint8Array, frankingKey: Uint8Array): Uint8Array => hmacSha256(plaintext, frankingKey);

/** The provider's stamp on a commitment and its context: HMAC-SHA-256 under a key that only the provider has, 32 bytes. */
export const stamp = (tag: Uint8Array, context: FrankingContext, providerKey: Uint8Array): Uint8Array =>
  hmacSha256(stamped(tag, context), providerKey);

/** Whether a reported plaintext is the one that the provider stamped. Values of wrong length are not valid. */
export function verifyFranking(
  report: { plaintext: Uint8Array; frankingKey: Uint8Array; tag: Uint8Array; stamp: Uint8Array },
  context: FrankingContext,
  providerKey: Uint8Array,
): boolean {
  if (report.frankingKey.length !== 32 || report.tag.length !== 32 || report.stamp.length !== 32) return false;
  return (
    hmacHolds(report.stamp, stamped(report.tag, context), providerKey) &&
    hmacHolds(report.tag, report.plaintext, report.frankingKey)
  );
}

const stamped = (tag: Uint8Array, context: FrankingContext): Uint8Array =>
  concatBytes(
    tag,
    utf8(JSON.stringify([context.message, context.sender, context.recipient, context.sequence, context.sentAt])),
  );
