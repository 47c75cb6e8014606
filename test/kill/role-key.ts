/** Keys of the roles of a relay that is killed: the campaign acts as its provider and its curator. */
import { type SigningKeys, signingKeys } from '../../src/client/signature.ts';

export const roleKey = (role: 'provider' | 'curator' | 'court'): SigningKeys =>
  signingKeys((length) => new Uint8Array(length).fill(role.charCodeAt(2)));
