/** RFC 9421 in the profile of the services: the base is the RFC's, Node's own Ed25519 agrees, and every signed part counts. */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { contentDigest, signatureBase, signingKeys, signRequest, verifyRequest } from '../../src/client/signature.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(9421, 'signature');
const keys = signingKeys((length) => rng.bytes(length));
const parts = { method: 'POST', authority: 'Localhost:8642', target: '/mailbox?most=2&x=%20' };
const body = new TextEncoder().encode('{"hello": "world"}');
const signed = signRequest({ ...parts, body }, keys, { created: 1_618_884_473, nonce: new Uint8Array(16).fill(7) });

/** PKCS #8 and SPKI wrap the 32 bytes of an Ed25519 key in a fixed prefix (RFC 8410). */
const publicKey = createPublicKey({
  key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), keys.publicKey]),
  format: 'der',
  type: 'spki',
});
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), keys.secretKey.subarray(0, 32)]),
  format: 'der',
  type: 'pkcs8',
});

test('RFC 9421, section 2.5: the base, line by line', () => {
  const parameters = signed['signature-input'].replace('presend=', '');
  expect(new TextDecoder().decode(signatureBase({ ...parts, digest: signed['content-digest'] }, parameters))).toBe(
    [
      '"@method": POST',
      '"@authority": localhost:8642',
      '"@path": /mailbox',
      '"@query": ?most=2&x=%20',
      `"content-digest": sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
      `"@signature-params": ("@method" "@authority" "@path" "@query" "content-digest");created=1618884473;nonce="${'07'.repeat(16)}";keyid="${toHex(keys.publicKey)}";alg="ed25519"`,
    ].join('\n'),
  );
});

test('RFC 9421, section 2.2.7: no query is signed as an empty one', () => {
  const text = new TextDecoder().decode(signatureBase({ ...parts, target: '/health', digest: '' }, ''));
  expect(text).toContain('"@path": /health\n"@query": ?\n');
});

test('RFC 9530, appendix D: Content-Digest of an example', () =>
  expect(contentDigest(body)).toBe('sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:'));

test('Node’s Ed25519 verifies what is signed here, and what it signs is verified here', () => {
  const parameters = signed['signature-input'].replace('presend=', '');
  const base = signatureBase({ ...parts, digest: signed['content-digest'] }, parameters);
  const bytes = Buffer.from(signed.signature.slice('presend=:'.length, -1), 'base64');
  expect(verify(null, base, publicKey, bytes)).toBe(true);
  const theirs = { ...signed, signature: `presend=:${sign(null, base, privateKey).toString('base64')}:` };
  expect(verifyRequest(parts, theirs)).toEqual({
    created: 1_618_884_473,
    nonce: '07'.repeat(16),
    key: toHex(keys.publicKey),
  });
});

describe('a signature counts for nothing', () => {
  const other = signingKeys((length) => rng.bytes(length));
  const input = signed['signature-input'];
  test.each<[string, Partial<typeof parts>, Record<string, string | string[] | undefined>]>([
    ['under another method', { method: 'GET' }, {}],
    ['for another server', { authority: 'example.org' }, {}],
    ['for another path', { target: '/mailbox/?most=2&x=%20' }, {}],
    ['for another query', { target: '/mailbox?most=3&x=%20' }, {}],
    ['for a query in another order', { target: '/mailbox?x=%20&most=2' }, {}],
    ['for no query', { target: '/mailbox' }, {}],
    ['for another body', {}, { 'content-digest': contentDigest(new Uint8Array(1)) }],
    ['without a digest', {}, { 'content-digest': undefined }],
    ['with a digest of another form', {}, { 'content-digest': signed['content-digest'].replace('sha-256', 'sha-512') }],
    ['at another time', {}, { 'signature-input': input.replace('1618884473', '1618884474') }],
    ['with another nonce', {}, { 'signature-input': input.replace('07'.repeat(16), '08'.repeat(16)) }],
    ['of another key', {}, { 'signature-input': input.replace(toHex(keys.publicKey), toHex(other.publicKey)) }],
    ['of the key of small order', {}, { 'signature-input': input.replace(toHex(keys.publicKey), '00'.repeat(32)) }],
    ['by another algorithm', {}, { 'signature-input': input.replace('ed25519', 'hmac-sha256') }],
    ['over fewer components', {}, { 'signature-input': input.replace(' "content-digest"', '') }],
    ['with more parameters', {}, { 'signature-input': `${input};tag="x"` }],
    ['under another label', {}, { 'signature-input': input.replace('presend', 'sig1') }],
    ['that is not there', {}, { signature: undefined }],
    ['whose input is not there', {}, { 'signature-input': undefined }],
    ['that is too short', {}, { signature: 'presend=:AAAA:' }],
    ['that comes twice', {}, { signature: [signed.signature, signed.signature] }],
    ['that is changed', {}, { signature: signed.signature.replace(/:(.)/, (_, c) => (c === 'A' ? ':B' : ':A')) }],
  ])('%s', (_, changed, headers) =>
    expect(verifyRequest({ ...parts, ...changed }, { ...signed, ...headers })).toBe('invalid'),
  );

  test('where there is none, nobody calls', () =>
    expect(verifyRequest(parts, { 'content-digest': signed['content-digest'] })).toBe('none'));
});
