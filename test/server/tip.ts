/** A report that fits its schema, for tests of the server. */
import type { Tip } from '../../src/schema/tip.ts';

export const tip = (reportId = 'client-list/m00001'): Tip => ({
  schemaVersion: 1,
  test: true,
  reportId,
  incident: { type: 'presend experiment: target content', sentAt: 1, detectedBy: 'device-hash', humanReviewed: false },
  reporter: { service: 'presend', strategy: 'client-list' },
  reportedAccount: { id: 'account-001' },
  recipientAccount: { id: 'account-002' },
  files: [
    {
      sha256: null,
      perceptualHash: { algorithm: 'pdq', hex: 'ab'.repeat(32) },
      listEntry: 'entry',
      distanceBits: 3,
      score: null,
    },
  ],
});
