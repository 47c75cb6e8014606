/**
 * A report to the curator, in the structure of NCMEC's CyberTipline reports (incident, reporter, reported account, files described) and
 * with XARF's rule (xarf.org): identifiers and hashes, never the picture. This project marks every report as a test.
 */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

export const Tip = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    test: Type.Literal(true, { description: 'benign pictures, called listed by an experiment' }),
    reportId: Type.String(),
    incident: Type.Object(
      {
        type: Type.Literal('presend experiment: target content'),
        sentAt: Type.Integer({ description: 'logical time of the message' }),
        detectedBy: Type.Enum([
          'provider-scan',
          'device-hash',
          'device-classifier',
          'private-match',
          'hash-upload',
          'user-report',
          'court-order',
        ]),
        humanReviewed: Type.Boolean({ description: 'false: nobody could look at the picture' }),
      },
      closed,
    ),
    reporter: Type.Object({ service: Type.String(), strategy: Type.String() }, closed),
    reportedAccount: Type.Object({ id: Type.String() }, closed),
    recipientAccount: Type.Object({ id: Type.String() }, closed),
    files: Type.Array(
      Type.Object(
        {
          sha256: Type.Union([Type.String({ pattern: '^[0-9a-f]{64}$' }), Type.Null()], {
            description: 'null where the provider never had the file',
          }),
          perceptualHash: Type.Union([
            Type.Object({ algorithm: Type.String(), hex: Type.String({ pattern: '^[0-9a-f]+$' }) }, closed),
            Type.Null(),
          ]),
          listEntry: Type.Union([Type.String(), Type.Null()]),
          distanceBits: Type.Union([Type.Integer(), Type.Null()]),
          score: Type.Union([Type.Number(), Type.Null()]),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  { ...closed, title: 'presend report to the curator' },
);
export type Tip = Static<typeof Tip>;
