/** Base64 (RFC 4648): the encoding of weights in JSON, and of keys in JSON Web Keys. */
import { UserError } from './errors.ts';

/** Decodes base64 text. Throws a UserError, which names `what`, if it is malformed. */
export function fromBase64(text: string, what = 'text'): Uint8Array<ArrayBuffer> {
  let characters: string;
  try {
    characters = atob(text);
  } catch {
    throw new UserError(`${what} is not valid base64`);
  }
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/** Encodes bytes as base64 text. */
export function toBase64(bytes: Uint8Array): string {
  let characters = '';
  for (let at = 0; at < bytes.length; at += 8192) characters += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(characters);
}

/** Encodes bytes as base64url text without padding (RFC 4648, section 5). */
export const toBase64url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
