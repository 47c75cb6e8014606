/** What crosses the wire: packets, and the report that a curator takes in. */

import { decode, encode } from '../../../src/role/wire.ts';
import { check } from '../../../src/schema/check.ts';
import { PacketHeader, packetTitle } from '../../../src/schema/packet.ts';
import { Tip } from '../../../src/schema/tip.ts';
import { concatBytes, utf8 } from '../../../src/util/bytes.ts';
import { jsonValue } from '../../../src/util/plain-data.ts';
import { refusedUnless, type Seed, type Target } from '../target.ts';

const endpoints = { strategy: 'escrow', sender: 'ada', recipient: 'bob', sequence: 3, sentAt: 7 };
const about = { message: 'm1', ...endpoints };
const blobs = { ciphertext: new Uint8Array(40).fill(7), commitment: new Uint8Array(32).fill(9) };

const packetsByName = {
  envelope: encode({ type: 'envelope', ...about }, { ...blobs, 'franking-tag': new Uint8Array(16), escrow: utf8('x') }),
  'prefix answer': encode(
    { type: 'prefix-answer', message: 'm1', ids: ['1', '2', 'drei'] },
    { hashes: new Uint8Array(96) },
  ),
  voucher: encode({ type: 'voucher', ...about }, { voucher: new Uint8Array(300), derivative: new Uint8Array(20) }),
  flag: encode(
    { type: 'flag', ...about, reason: 'hash', entry: 'e', distanceBits: 4, score: 0.5 },
    { picture: utf8('p'), hash: new Uint8Array(32) },
  ),
  order: encode({ type: 'order', message: '', order: 'o', account: 'ada', from: 0, to: 9 }),
};

const packet = ([name, bytes]: [string, Uint8Array]): Seed => ({
  name,
  bytes,
  read(file) {
    const decoded = decode(file);
    refusedUnless(decoded);
    const { header, blobs: read } = decoded.packet;
    check(PacketHeader, header, 'the packet');
    if (packetTitle(header.type) === '') throw new Error('a packet without a title');
    // What was read is what was written.
    const again = decode(encode(header, read));
    refusedUnless(again);
    for (const [blob, content] of Object.entries(read))
      if (Buffer.compare(content, again.packet.blobs[blob] ?? new Uint8Array(0)) !== 0)
        throw new Error(`the blob ${blob} changed`);
    return 0;
  },
});

const tip = {
  schemaVersion: 1,
  test: true,
  reportId: 'escrow/m1',
  incident: { type: 'presend experiment: target content', sentAt: 3, detectedBy: 'user-report', humanReviewed: true },
  reporter: { service: 'presend', strategy: 'escrow' },
  reportedAccount: { id: 'ada' },
  recipientAccount: { id: 'bob' },
  files: [
    { sha256: null, perceptualHash: { algorithm: 'pdq', hex: '0f' }, listEntry: 'e', distanceBits: 3, score: null },
  ],
};

export const packets: Target = {
  name: 'packets',
  floorMillis: 50,
  millisPerByte: 0.02,
  mostMebibytes: 128,
  seeds: async () => [
    ...Object.entries(packetsByName).map(packet),
    {
      name: 'report to the curator',
      bytes: utf8(JSON.stringify(tip)),
      read(file) {
        check(Tip, jsonValue(new TextDecoder().decode(concatBytes(file)), 'the report'), 'the report');
        return 0;
      },
    },
  ],
};
