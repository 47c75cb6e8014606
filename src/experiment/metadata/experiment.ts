/** Experiments on what is left under full encryption: signals from unencrypted surfaces, reports by users, and metadata, on accounts of known truth. */
import { type Static, Type } from 'typebox';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { Count, closed, DatasetSpec, experimentOf, Names, Probability, Share, Sourced } from '../../schema/parts.ts';

const Chance = (description: string) => Sourced(Probability, { description });
const Mean = (description: string) => Sourced(Type.Number({ minimum: 0, maximum: 1e6 }), { description });
const Factor = (description: string) => Sourced(Type.Number({ exclusiveMinimum: 0, maximum: 1000 }), { description });
const Spread = Sourced(Type.Number({ minimum: 0, maximum: 3 }), {
  description: 'standard deviation of the logarithm: log-normal',
});

/** How accounts that do nothing wrong behave. */
const Ordinary = Type.Object(
  {
    contacts: Mean('accounts that an account writes to or hears from in the window'),
    contactsSpread: Spread,
    messagesPerDay: Mean('sent by an account'),
    messagesSpread: Spread,
    largeShare: Chance('messages with a picture or a video, which the relay tells by their size'),
    largeSpread: Spread,
    habits: Sourced(Type.Number({ exclusiveMinimum: 0, maximum: 1e6 }), {
      description:
        'how alike accounts are in whom they write to and who answers: sum of the parameters of a beta distribution around the mean',
    }),
    age: Sourced(Type.Array(Type.Object({ days: Count, share: Share }, closed), { minItems: 1, maxItems: 20 }), {
      description: 'account age in steps: a share of the accounts, evenly up to so many days from the step before',
    }),
    communitySize: Sourced(Type.Integer({ minimum: 2, maximum: 10_000 }), {
      description: 'accounts that mostly know each other',
    }),
    inCommunity: Chance('a contact, or a group, is of the own community'),
    answers: Chance('a contact writes back'),
    groups: Mean('groups that an account is in'),
    groupSize: Mean('members of a group'),
    profilePicture: Chance('an account shows a picture'),
    groupPicture: Chance('a group shows a picture'),
    listedWord: Chance('the name of a group has a listed word by chance'),
    reports: Mean('reports about an account by users, in the window, that name nothing listed'),
  },
  closed,
);

/** Accounts that do nothing wrong and look odd. */
const Businesses = Type.Object(
  {
    share: Chance('of all accounts'),
    contacts: Factor('contacts, as a multiple'),
    age: Factor('account age, as a multiple'),
    inCommunity: Chance('a contact is of the own community'),
    answers: Chance('a contact writes back'),
    reports: Mean('reports by users in the window that name nothing listed'),
  },
  closed,
);

/** How the offending accounts differ that differ at all. */
const Trading = Type.Object(
  {
    contacts: Factor('contacts, as a multiple of what is ordinary'),
    age: Factor('account age, as a multiple'),
    large: Factor('share of large messages, as a multiple, at most 0.9'),
    inCommunity: Chance('a contact is of the own community'),
    answers: Chance('a contact writes back'),
    profileListed: Chance('an account shows a listed picture'),
    groups: Sourced(Count, { description: 'groups for trading that an account is in' }),
    groupSize: Sourced(Type.Integer({ minimum: 2, maximum: 1024 }), { description: 'members of such a group' }),
    bystanders: Chance('members of such a group who do nothing wrong'),
    groupListed: Chance('such a group shows a listed picture'),
    groupWord: Chance('its name has a listed word'),
  },
  closed,
);

/** Synthetic accounts with known truth, the pictures that they show, and a relay that keeps nothing, counters or records. */
export const MetadataExperiment = experimentOf('metadata', {
  dataset: DatasetSpec,
  kinds: Type.Optional(Names),
  listShare: Type.Number({ ...Share, description: 'groups of pictures that are listed; the others are innocent' }),
  profileEdits: Type.Array(TransformSpec, {
    minItems: 1,
    description: 'ways in which a listed picture is shown as a profile or group picture, equally likely',
  }),
  thresholdBits: Type.Integer({ minimum: 0, maximum: 128, description: 'PDQ: a match is a distance up to this' }),
  accounts: Type.Integer({ minimum: 300, maximum: 1_000_000, description: 'of one graph' }),
  graphs: Type.Integer({ minimum: 1, maximum: 100, description: 'independent ones, at each overlap' }),
  offendingShare: Sourced(Share),
  overlaps: Type.Array(Probability, {
    minItems: 1,
    uniqueItems: true,
    description: 'share of the offending accounts that differ in nothing but what they send',
  }),
  days: Type.Integer({ minimum: 1, maximum: 365, description: 'window' }),
  keepDays: Type.Array(Count, {
    minItems: 1,
    uniqueItems: true,
    description: 'for how long a relay keeps records, each within the window',
  }),
  ordinary: Ordinary,
  businesses: Businesses,
  offending: Type.Object({ reports: Mean('reports by users, in the window, that show something listed') }, closed),
  trading: Trading,
  rules: Type.Object(
    {
      listedNames: Type.Integer({
        minimum: 1,
        description: 'groups with a listed word from which on an account is flagged',
      }),
      reports: Type.Integer({ minimum: 1, description: 'reports by users from which on it is flagged' }),
      youngDays: Type.Number({ exclusiveMinimum: 0, description: 'an account is young below this age' }),
      unanswered: Type.Integer({
        minimum: 1,
        description: 'contacts without an answer from which on a young one is flagged',
      }),
    },
    closed,
  ),
  targetFprs: Type.Array(Share, {
    minItems: 1,
    uniqueItems: true,
    description: 'innocent accounts that a classifier may flag, by calibration',
  }),
  ridge: Type.Number({ minimum: 0, maximum: 10, description: 'penalty of the logistic regression' }),
  prevalences: Type.Array(Sourced(Share), { minItems: 1, description: 'offending accounts, for what a flag is worth' }),
  serviceAccounts: Sourced(Count, { description: 'accounts of a service, for how many people are flagged wrongly' }),
  relay: Type.Object(
    {
      accounts: Type.Integer({ minimum: 3, maximum: 1000 }),
      messages: Type.Integer({ minimum: 10, maximum: 10_000 }),
      smallBytes: Count,
      largeBytes: Count,
      paddingBytes: Count,
    },
    { ...closed, description: 'the sample that is sent under e2ee, and read from the view of the relay' },
  ),
});
export type MetadataExperiment = Static<typeof MetadataExperiment>;
