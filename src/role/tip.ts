/** Writes reports to the curator: identifiers and hashes, never the picture, always marked as a test. */
import type { PacketHeader } from '../schema/packet.ts';
import type { Tip } from '../schema/tip.ts';
import { utf8 } from '../util/bytes.ts';
import { sha256Hex } from '../util/digest.ts';
import { toHex } from '../util/hex.ts';
import type { Network } from './network.ts';
import type { Packet } from './wire.ts';

/** A finding that waits for a reviewer, or that a court obtained. */
export interface Finding {
  readonly detectedBy: Tip['incident']['detectedBy'];
  readonly header: Extract<PacketHeader, { sentAt: number }>;
  /** Name of the perceptual hash in use. */
  readonly algorithm: string;
  /** The picture, if the reviewer has it. */
  readonly picture?: Uint8Array | undefined;
  readonly hash?: Uint8Array | undefined;
  readonly entry?: string | undefined;
  readonly distanceBits?: number | undefined;
  readonly score?: number | undefined;
}

/** Sends the report of a finding to the curator. */
export function sendTip(network: Network, from: 'provider' | 'court', finding: Finding): Packet<'tip'> {
  const { header, picture, hash } = finding;
  const tip: Tip = {
    schemaVersion: 1,
    test: true,
    reportId: `${header.strategy}/${header.message}`,
    incident: {
      type: 'presend experiment: target content',
      sentAt: header.sentAt,
      detectedBy: finding.detectedBy,
      humanReviewed: picture !== undefined,
    },
    reporter: { service: 'presend', strategy: header.strategy },
    reportedAccount: { id: header.sender },
    recipientAccount: { id: header.recipient },
    files: [
      {
        sha256: picture ? sha256Hex(picture) : null,
        perceptualHash: hash ? { algorithm: finding.algorithm, hex: toHex(hash) } : null,
        listEntry: finding.entry ?? null,
        distanceBits: finding.distanceBits ?? null,
        score: finding.score ?? null,
      },
    ],
  };
  return network.carry(from, 'curator', { type: 'tip', message: header.message }, { tip: utf8(JSON.stringify(tip)) });
}
