/** What a service can tell about an account without reading a message: the signals, and rules that flag an account by them. */
import type { MetadataExperiment } from './experiment.ts';

/** What the service must keep about everybody for a signal. */
export type Keeps = 'surfaces' | 'counters' | 'records';

interface Signal {
  readonly keeps: Keeps;
  readonly what: string;
}

/** Every signal, in the order of a row of numbers. */
export const signals = {
  profile: { keeps: 'surfaces', what: 'the profile picture matches the list' },
  'group-picture': { keeps: 'surfaces', what: 'groups of the account whose picture matches the list' },
  'group-name': { keeps: 'surfaces', what: 'groups of the account with a listed word in their name' },
  reports: { keeps: 'surfaces', what: 'reports by users about the account' },
  age: { keeps: 'counters', what: 'age of the account' },
  volume: { keeps: 'counters', what: 'messages sent' },
  large: { keeps: 'counters', what: 'share of them that is large' },
  received: { keeps: 'counters', what: 'messages received' },
  contacts: { keeps: 'records', what: 'accounts written to' },
  unanswered: { keeps: 'records', what: 'share of them that did not write back' },
  strangers: { keeps: 'records', what: 'share of them with whom it has no contact in common' },
} as const satisfies Record<string, Signal>;
export type SignalName = keyof typeof signals;
export const signalNames = Object.keys(signals) as readonly SignalName[];

/** Names of the signals for which a service must keep this. */
export const signalsOf = (...keeps: readonly Keeps[]): SignalName[] =>
  signalNames.filter((name) => keeps.includes(signals[name].keeps));

/** One array a signal, one number an account. */
export type Values = Readonly<Record<SignalName, Float64Array>>;

/** A rule that flags an account. */
export interface Rule {
  readonly name: string;
  readonly what: string;
  readonly keeps: Keeps;
  flags(values: Values, account: number): boolean;
}

/** The rules, with the experiment's numbers in them. */
export function rulesOf({ rules }: MetadataExperiment): Rule[] {
  const { listedNames, reports, youngDays, unanswered } = rules;
  const matched = (values: Values, i: number): boolean => values.profile[i]! > 0 || values['group-picture'][i]! > 0;
  return [
    {
      name: 'listed-profile-picture',
      what: 'its profile picture matches the list',
      keeps: 'surfaces',
      flags: ({ profile }, i) => profile[i]! > 0,
    },
    {
      name: 'listed-group-picture',
      what: 'it is in a group whose picture matches the list',
      keeps: 'surfaces',
      flags: (values, i) => values['group-picture'][i]! > 0,
    },
    {
      name: 'group-names',
      what: `it is in at least ${listedNames} groups with a listed word in the name`,
      keeps: 'surfaces',
      flags: (values, i) => values['group-name'][i]! >= listedNames,
    },
    {
      name: 'user-reports',
      what: `at least ${reports} reports by users`,
      keeps: 'surfaces',
      flags: (values, i) => values.reports[i]! >= reports,
    },
    {
      name: 'pictures-or-reports',
      what: 'one of the rules on pictures, or the one on reports',
      keeps: 'surfaces',
      flags: (values, i) => matched(values, i) || values.reports[i]! >= reports,
    },
    {
      name: 'young-and-unanswered',
      what: `younger than ${youngDays} days, and at least ${unanswered} contacts did not write back`,
      keeps: 'records',
      flags: (values, i) =>
        values.age[i]! < youngDays && values.contacts[i]! * values.unanswered[i]! >= unanswered - 1e-9,
    },
  ];
}
