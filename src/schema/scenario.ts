/**
 * What an experiment on messages sends: whose pictures, which of them are listed, which strategies scan them, and how people behave. The
 * trade-off, leakage and power experiments share it.
 */

import { type Static, Type } from 'typebox';
import { scoreProgramMembers } from './detector-file.ts';
import { DetectorsUsed } from './detectors-used.ts';
import { TransformSpec } from './edit-preset.ts';
import { closed, DatasetSpec, Probability, Share, Source, Sourced } from './parts.ts';
import { ProtocolSettings } from './protocol-settings.ts';

/** How devices use the key service. Times are those by which messages are sent: one for each message of a run. */
export const PrekeySettings = Type.Object(
  {
    oneTimeKeys: Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'one-time prekeys that a device publishes at first, and to which it fills up at each renewal',
    }),
    rotateAfter: Type.Integer({ minimum: 1, description: 'time after which a device renews its signed prekey' }),
    keepFor: Type.Integer({
      minimum: 0,
      description: 'time for which the secret half of the old one is kept for first messages on their way',
    }),
  },
  {
    ...closed,
    description:
      'prekeys are published at the relay and asked for there before a first message, with a ratchet only. Left out: a sender has a fresh one-time prekey of any device, and no packet crosses for it',
  },
);
export type PrekeySettings = Static<typeof PrekeySettings>;

/** The members of an experiment file that form its scenario, in addition to the seed. */
export const scenarioMembers = {
  dataset: Type.Object(
    {
      ...DatasetSpec.properties,
      name: Type.String({
        minLength: 1,
        description:
          "'generated', or the path or s3:// address of a folder, a .csv manifest, a .tar shard or a range of shards, or a .parquet file; a prefix such as 'webdataset:' names the reader",
      }),
      pictures: Type.Optional(Type.Integer({ minimum: 20, description: 'how many, for the generated corpus' })),
    },
    closed,
  ),
  assignment: Type.Object(
    {
      target: Type.Array(Type.String(), { minItems: 1, description: 'labels that stand in for target content' }),
      listedShare: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: 'share of target groups that are listed',
      }),
      calibrationShare: Share,
      by: Type.Optional(
        Type.Enum(['shuffle', 'keyed-hash'], {
          description:
            "how groups are drawn: 'shuffle' (the default) takes exact shares of those that are there; by 'keyed-hash' the seed and a group's name alone decide, so that a dataset that grows keeps the roles of its pictures, and shares are approximate",
        }),
      ),
    },
    closed,
  ),
  detectors: DetectorsUsed,
  strategies: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
  operatingPoint: Type.Object(
    {
      targetFpr: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: 'largest false-positive rate on calibration; hash thresholds never exceed their authors',
      }),
    },
    closed,
  ),
  messages: Type.Object(
    {
      hash: Type.String({
        description:
          'the hash that strategies match with: its name, or the path of a detector file (.yaml), here and below',
      }),
      equalityHash: Type.String({
        description: 'the stable hash that protocols compare bit by bit, which can only compare for equality',
      }),
      secondHash: Type.String({ description: 'the independent hash of a second opinion; one of the grid' }),
      classifier: Type.String(),
      label: Type.String({
        description: "the classifier's own label that stands for target content, where no head is trained",
      }),
      head: Type.Optional(
        Type.Object(
          {
            kind: Type.Enum(['logistic', 'mlp'], { description: "what is trained on the classifier's embeddings" }),
            trainingShare: Type.Number({
              exclusiveMinimum: 0,
              exclusiveMaximum: 1,
              description:
                'of the innocent calibration groups; the threshold is chosen on the rest. All target groups of the calibration train',
            }),
          },
          {
            ...closed,
            description:
              'a head that tells target content from the rest, trained on calibration pictures; left out, the label decides by itself',
          },
        ),
      ),
      scorer: Type.Optional(
        Type.Object(scoreProgramMembers(''), {
          ...closed,
          description:
            'a program whose score decides in the classifier strategies, in place of a head or the label. Left out, these decide',
        }),
      ),
      edits: Type.Array(TransformSpec, {
        description: 'edits before sending; every message then passes `messenger`',
      }),
      forwarded: Type.Optional(
        Sourced(Probability, {
          source: Source,
          description:
            'share of the unedited messages that are the original file, byte for byte; all others pass `messenger`. Left out: none',
        }),
      ),
      accounts: Type.Integer({ minimum: 2 }),
      offendingAccounts: Type.Optional(
        Type.Integer({
          minimum: 1,
          description:
            'accounts that send target content; all others send innocent pictures only. Left out: any account sends anything',
        }),
      ),
      devices: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 5,
          description:
            "devices of each account, which take turns in sending; a message is scanned once, and encrypted to each of the recipient's devices and of the sender's others. Left out: 1",
        }),
      ),
      session: Type.Optional(
        Type.Enum(['static', 'ratchet'], {
          description:
            'the channel between two devices: one pair of keys for ever (left out), or a double ratchet, whose messages a stolen device opens only until its next fresh key',
        }),
      ),
      prekeys: Type.Optional(PrekeySettings),
      paddingBytes: Type.Integer({
        minimum: 0,
        description: 'plaintexts are padded to a multiple of this; 0 = not at all',
      }),
      prefixBits: Type.Integer({ minimum: 1, maximum: 32 }),
      orderedAccounts: Type.Integer({ minimum: 0, description: 'accounts that a court order names' }),
      userReport: Probability,
      falseReport: Probability,
      abort: Type.Number({ minimum: 0, maximum: 1, description: 'share of warned senders who do not send' }),
      protocols: ProtocolSettings,
    },
    closed,
  ),
};

const Scenario = Type.Object({ seed: Type.Integer({ minimum: 0 }), ...scenarioMembers });

/** What is sent. Any experiment file with all these members is a scenario, such as those on leakage and power. */
export type Scenario = Static<typeof Scenario>;
