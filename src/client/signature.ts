/**
 * Signed requests: HTTP Message Signatures (RFC 9421) with Ed25519, in one fixed profile. A request carries
 *
 *     Content-Digest: sha-256=:…:                                                 RFC 9530, of the body, empty or not
 *     Signature-Input: presend=("@method" "@authority" "@path" "@query" "content-digest");created=…;nonce="…";keyid="…";alg="ed25519"
 *     Signature: presend=:…:
 *
 * where `created` is seconds since 1970, the nonce is 16 random bytes in hex, and the key id is the Ed25519 public key in hex. Other fields
 * are ignored, so nothing is negotiable. No `node:` imports: devices in a browser sign with the same code.
 */
import { type LogKeys, logKeys } from '../crypto/merkle-log.ts';
import { sodium } from '../crypto/sodium.ts';
import { fromBase64, toBase64 } from '../util/base64.ts';
import { utf8 } from '../util/bytes.ts';
import { fromHex, toHex } from '../util/hex.ts';
import { sha256 } from '../util/sha256.ts';

/** Ed25519 keys of a device or a role, generated like those of the log. */
export type SigningKeys = LogKeys;
export const signingKeys = logKeys;

/** The signed parts of a request. */
export interface SignedParts {
  readonly method: string;
  /** Host header: name or address, with its port. */
  readonly authority: string;
  /** Path and query, as in the request line. */
  readonly target: string;
  /** Content-Digest header. */
  readonly digest: string;
}

/** Parameters of a signature. */
export interface SignatureFacts {
  /** Seconds since 1970. */
  readonly created: number;
  /** 32 hex digits. */
  readonly nonce: string;
  /** The signer's public key, 64 hex digits. */
  readonly key: string;
}

/** The headers of a signed request. */
export interface SignatureHeaders {
  readonly 'content-digest': string;
  readonly 'signature-input': string;
  readonly signature: string;
}

const components = '("@method" "@authority" "@path" "@query" "content-digest")';

/** Content-Digest for the SHA-256 of a body. */
export const digestHeader = (hash: Uint8Array): string => `sha-256=:${toBase64(hash)}:`;

/** Content-Digest of a body. */
export const contentDigest = (body: Uint8Array): string => digestHeader(sha256(body));

const parametersOf = ({ created, nonce, key }: SignatureFacts): string =>
  `${components};created=${created};nonce="${nonce}";keyid="${key}";alg="ed25519"`;

/** The signed bytes (RFC 9421, section 2.5), for the components and parameters of this profile. */
export function signatureBase({ method, authority, target, digest }: SignedParts, parameters: string): Uint8Array {
  const query = target.indexOf('?');
  return utf8(
    [
      `"@method": ${method}`,
      `"@authority": ${authority.toLowerCase()}`,
      `"@path": ${query < 0 ? target : target.slice(0, query)}`,
      // Section 2.2.7: a missing query is signed like an empty one.
      `"@query": ${query < 0 ? '?' : target.slice(query)}`,
      `"content-digest": ${digest}`,
      `"@signature-params": ${parameters}`,
    ].join('\n'),
  );
}

/** Signs a request. */
export function signRequest(
  { body, ...parts }: Omit<SignedParts, 'digest'> & { readonly body: Uint8Array },
  { publicKey, secretKey }: SigningKeys,
  { created, nonce }: { readonly created: number; readonly nonce: Uint8Array },
): SignatureHeaders {
  const digest = contentDigest(body);
  const parameters = parametersOf({ created, nonce: toHex(nonce), key: toHex(publicKey) });
  const signature = sodium.crypto_sign_detached(signatureBase({ ...parts, digest }, parameters), secretKey);
  return {
    'content-digest': digest,
    'signature-input': `presend=${parameters}`,
    signature: `presend=:${toBase64(signature)}:`,
  };
}

const inputForm = new RegExp(
  `^presend=(${components.replace(/[()]/g, '\\$&')};created=(\\d{1,12});nonce="([0-9a-f]{32})";keyid="([0-9a-f]{64})";alg="ed25519")$`,
);
const signatureForm = /^presend=:([A-Za-z0-9+/]{86}==):$/;
const digestForm = /^sha-256=:[A-Za-z0-9+/]{43}=:$/;

/**
 * The parameters of a valid signature. 'none': the request has no signature header. 'invalid': it has one that is wrong. This does not
 * check the body: the reader must compare its digest with the header.
 */
export function verifyRequest(
  parts: Omit<SignedParts, 'digest'>,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): SignatureFacts | 'none' | 'invalid' {
  const [input, signed, digest] = [headers['signature-input'], headers.signature, headers['content-digest']];
  if (input === undefined && signed === undefined) return 'none';
  if (typeof input !== 'string' || typeof signed !== 'string' || typeof digest !== 'string') return 'invalid';
  const [, parameters, created, nonce, key] = inputForm.exec(input) ?? [];
  const [, base64] = signatureForm.exec(signed) ?? [];
  if (parameters === undefined || base64 === undefined || !digestForm.test(digest)) return 'invalid';
  const publicKey = fromHex(key!);
  const base = signatureBase({ ...parts, digest }, parameters);
  try {
    if (!sodium.crypto_sign_verify_detached(fromBase64(base64), base, publicKey)) return 'invalid';
  } catch {
    return 'invalid';
  }
  return { created: Number(created), nonce: nonce!, key: key! };
}
