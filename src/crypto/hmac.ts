/** HMAC-SHA-256 (RFC 2104) with keys of 32 bytes: of long data by Node where there is Node, otherwise by libsodium. */
import { nativeCrypto } from '../util/native-crypto.ts';
import { sodium } from './sodium.ts';

/** Length in bytes from which Node is faster: it takes longer to start. */
const long = 1024;

/** HMAC-SHA-256, 32 bytes. Throws a TypeError if the key has another length. */
export const hmacSha256 = (data: Uint8Array, key: Uint8Array): Uint8Array =>
  nativeCrypto && data.length >= long && key.length === sodium.crypto_auth_hmacsha256_KEYBYTES
    ? new Uint8Array(nativeCrypto.createHmac('sha256', key).update(data).digest())
    : sodium.crypto_auth_hmacsha256(data, key);

/** Whether a tag of 32 bytes is that of the data, in a time that does not depend on the tag. */
export const hmacHolds = (tag: Uint8Array, data: Uint8Array, key: Uint8Array): boolean =>
  sodium.memcmp(tag, hmacSha256(data, key));
