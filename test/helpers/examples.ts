/** One good packet header of each type, and a good tip. */

import type { Draft } from '../../src/role/wire.ts';
import type { PacketType } from '../../src/schema/packet.ts';
import type { Tip } from '../../src/schema/tip.ts';

const endpoints = {
  message: 'm1',
  strategy: 'e2ee',
  sender: 'alice',
  recipient: 'bob',
  sequence: 3,
  sentAt: 12,
};

export const packetExamples: { [T in PacketType]: Draft<T> } = {
  envelope: { type: 'envelope', ...endpoints },
  'device-copy': { type: 'device-copy', ...endpoints, recipient: 'bob.2', device: 2 },
  clear: { type: 'clear', ...endpoints },
  'hash-upload': { type: 'hash-upload', ...endpoints, algorithm: 'pdq' },
  'prefix-query': { type: 'prefix-query', ...endpoints, bits: 8 },
  'prefix-answer': { type: 'prefix-answer', message: 'm1', ids: ['one', 'two'] },
  'bucket-query': { type: 'bucket-query', ...endpoints, bits: 16 },
  'bucket-answer': { type: 'bucket-answer', message: 'm1', ids: ['one'] },
  'device-setup': { type: 'device-setup', message: '', strategy: 'psi', version: 1 },
  'blinded-query': { type: 'blinded-query', ...endpoints },
  'blinded-answer': { type: 'blinded-answer', message: 'm1' },
  'encrypted-bucket': { type: 'encrypted-bucket', message: 'm1' },
  'blinded-distances': { type: 'blinded-distances', ...endpoints },
  voucher: { type: 'voucher', ...endpoints },
  'prekey-upload': { type: 'prekey-upload', message: '', sender: 'alice', device: 2, generation: 1, first: 20 },
  'prekey-count': { type: 'prekey-count', message: '', waiting: 20, refusal: 'too many' },
  'prekey-query': { type: 'prekey-query', message: '', sender: 'alice', of: 'bob.2' },
  'prekey-bundle': { type: 'prekey-bundle', message: '', of: 'bob.2' },
  'device-key': { type: 'device-key', message: 'm1', account: 'bob' },
  'ghost-copy': { type: 'ghost-copy', ...endpoints },
  flag: { type: 'flag', ...endpoints, reason: 'hash', entry: 'one', distanceBits: 4, score: 0.5 },
  'user-report': { type: 'user-report', ...endpoints },
  held: { type: 'held', message: 'm1', reason: 'block' },
  'go-on': { type: 'go-on', ...endpoints },
  list: { type: 'list', message: '', version: 1, root: 'ab' },
  'authorised-table': { type: 'authorised-table', message: '', version: 1 },
  order: { type: 'order', message: '', order: 'o1', account: 'alice', from: 0, to: 9 },
  'order-answer': { type: 'order-answer', message: '', order: 'o1', refusal: 'sealed' },
  'order-record': { type: 'order-record', order: 'o1', ...endpoints, bytes: 7 },
  returned: { type: 'returned', order: 'o1', ...endpoints },
  'part-request': { type: 'part-request', message: 'm1', order: 'o1' },
  'escrow-part': { type: 'escrow-part', message: 'm1', order: 'o1' },
  tip: { type: 'tip', message: 'm1' },
};

export const tipExample: Tip = {
  schemaVersion: 1,
  test: true,
  reportId: 'client-list/m1',
  incident: {
    type: 'presend experiment: target content',
    sentAt: 12,
    detectedBy: 'device-hash',
    humanReviewed: true,
  },
  reporter: { service: 'presend', strategy: 'client-list' },
  reportedAccount: { id: 'alice' },
  recipientAccount: { id: 'bob' },
  files: [
    {
      sha256: '0'.repeat(64),
      perceptualHash: { algorithm: 'pdq', hex: 'ab' },
      listEntry: 'one',
      distanceBits: 4,
      score: null,
    },
  ],
};

/** A copy of a JSON value with something else at a path. */
export function deepSet(value: unknown, path: readonly (string | number)[], to: unknown): unknown {
  const copy = structuredClone(value);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1)!] = to;
  return copy;
}
