/**
 * A synthetic graph of accounts with known truth: who writes to whom and how often, how old accounts are, which groups they are in, what they show, who
 * reports whom. A stochastic block model with log-normal degrees (Holland, Laskey & Leinhardt, "Stochastic blockmodels", Social Networks 1983) and groups
 * beside it. Offending accounts are of two sorts: some behave like everybody, and some trade, which shows in bounded ways that the experiment states.
 */
import { betaVariate, binomialVariate, normalVariate } from '../../metric/random.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { MetadataExperiment } from './experiment.ts';
import type { Shown } from './score-shown.ts';

/** What an account is. 'mingled': offends, and behaves like everybody. 'trading': offends, and shows it. */
export const sorts = ['ordinary', 'business', 'mingled', 'trading'] as const;
export type Sort = (typeof sorts)[number];
const business = sorts.indexOf('business');
const mingled = sorts.indexOf('mingled');
const trading = sorts.indexOf('trading');
export const offends = (sort: number): boolean => sort >= mingled;

/** A group, whose members, picture and name the service knows. */
export interface Group {
  readonly members: readonly number[];
  readonly trades: boolean;
  /** Its picture matches the list. */
  readonly pictureMatches: boolean;
  /** Its name has a listed word. */
  readonly listedWord: boolean;
}

/** Messages in the window from each account to each that it writes to: rows of a sparse matrix. */
export interface Edges {
  /** Of account i: from offsets[i] to offsets[i + 1]. */
  readonly offsets: Uint32Array;
  /** Ascending in each row. */
  readonly targets: Uint32Array;
  readonly messages: Uint32Array;
  /** Of the messages, those that are large. */
  readonly large: Uint32Array;
}

/** All of it; arrays have one number an account. */
export interface Graph {
  readonly accounts: number;
  readonly sort: Uint8Array;
  readonly ageDays: Float64Array;
  readonly edges: Edges;
  readonly groups: readonly Group[];
  /** Groups of each account. */
  readonly groupsOf: readonly (readonly number[])[];
  /** Its own picture matches the list: 1. */
  readonly profileMatches: Uint8Array;
  /** Reports by users, and of those the ones that show something listed. */
  readonly reports: Uint16Array;
  readonly trueReports: Uint16Array;
}

/** The graph of that number at an overlap. Its streams go by what they draw, so that overlaps differ by who trades, and by what follows from it. */
export function graphOf(experiment: MetadataExperiment, overlap: number, index: number, shown: Shown): Graph {
  const { accounts, ordinary, offending, seed, days } = experiment;
  const stream = (name: string): Rng => seededRng(seed, `metadata/${name}/${index}`);
  const sort = sortsOf(experiment, overlap, stream('sorts'));
  const edges = edgesOf(experiment, sort, stream('contacts'), stream('messages'));
  const groups = [
    ...ordinaryGroups(experiment, shown, stream('groups')),
    ...tradingGroups(experiment, sort, shown, stream('trading')),
  ];
  const groupsOf: number[][] = Array.from({ length: accounts }, () => []);
  groups.forEach(({ members }, group) => {
    for (const member of members) groupsOf[member]!.push(group);
  });
  const [ages, profiles, reporting] = [stream('age'), stream('profiles'), stream('reports')];
  const ageDays = new Float64Array(accounts);
  const profileMatches = new Uint8Array(accounts);
  const [reports, trueReports] = [new Uint16Array(accounts), new Uint16Array(accounts)];
  const month = days / 30;
  for (let i = 0; i < accounts; i++) {
    const traits = traitsOf(experiment, sort[i]!);
    ageDays[i] = Math.max(1, drawAge(ordinary.age.value, ages) * traits.age);
    const [shows, listed] = [profiles.next() < ordinary.profilePicture.value, profiles.next() < traits.profileListed];
    profileMatches[i] = Number((listed || shows) && profiles.pick(listed ? shown.listed : shown.innocent));
    trueReports[i] = offends(sort[i]!) ? poissonVariate(offending.reports.value * month, reporting) : 0;
    reports[i] = trueReports[i]! + poissonVariate(traits.reports * month, reporting);
  }
  return { accounts, sort, ageDays, edges, groups, groupsOf, profileMatches, reports, trueReports };
}

/** Where sorts differ. */
interface Traits {
  readonly contacts: number;
  readonly age: number;
  readonly large: number;
  readonly inCommunity: number;
  readonly answers: number;
  readonly profileListed: number;
  readonly reports: number;
}

function traitsOf({ ordinary, businesses, trading: trades }: MetadataExperiment, sort: number): Traits {
  const { inCommunity, answers, reports } = ordinary;
  const usual: Traits = {
    contacts: 1,
    age: 1,
    large: 1,
    inCommunity: inCommunity.value,
    answers: answers.value,
    profileListed: 0,
    reports: reports.value,
  };
  if (sort === business)
    return {
      ...usual,
      contacts: businesses.contacts.value,
      age: businesses.age.value,
      inCommunity: businesses.inCommunity.value,
      answers: businesses.answers.value,
      reports: businesses.reports.value,
    };
  if (sort !== trading) return usual;
  return {
    ...usual,
    contacts: trades.contacts.value,
    age: trades.age.value,
    large: trades.large.value,
    inCommunity: trades.inCommunity.value,
    answers: trades.answers.value,
    profileListed: trades.profileListed.value,
  };
}

/** Who offends, in whole numbers, and what the others are. An account that trades at one overlap trades at every smaller one. */
function sortsOf({ accounts, offendingShare, businesses }: MetadataExperiment, overlap: number, rng: Rng): Uint8Array {
  const order = rng.shuffle(Array.from({ length: accounts }, (_, i) => i));
  const wrong = Math.round(accounts * offendingShare.value);
  const traders = Math.round(wrong * (1 - overlap));
  const firms = Math.round(accounts * businesses.share.value);
  const sort = new Uint8Array(accounts);
  order.forEach((account, place) => {
    sort[account] = place < traders ? trading : place < wrong ? mingled : place < wrong + firms ? business : 0;
  });
  return sort;
}

function edgesOf(experiment: MetadataExperiment, sort: Uint8Array, rng: Rng, volumes: Rng): Edges {
  const { accounts, ordinary, days } = experiment;
  const { contacts, contactsSpread, messagesPerDay, messagesSpread, largeShare, largeSpread, communitySize, habits } =
    ordinary;
  const rows = Array.from({ length: accounts }, () => new Set<number>());
  for (let i = 0; i < accounts; i++) {
    const traits = traitsOf(experiment, sort[i]!);
    // Of two accounts one writes first: half of the contacts of an account are begun by others.
    const mean = (contacts.value / 2) * traits.contacts;
    const begun = Math.min(accounts - 1, Math.max(1, Math.round(logNormal(mean, contactsSpread.value, rng))));
    const home = communitySize.value * Math.floor(i / communitySize.value);
    const size = Math.min(communitySize.value, accounts - home);
    const [near, answers] = [habit(traits.inCommunity, habits.value, rng), habit(traits.answers, habits.value, rng)];
    for (let n = 0; n < begun; n++) {
      const to = rng.next() < near ? home + rng.int(size) : rng.int(accounts);
      const back = rng.next() < answers;
      if (to === i) continue;
      rows[i]!.add(to);
      if (back) rows[to]!.add(i);
    }
  }
  const count = rows.reduce((sum, { size }) => sum + size, 0);
  const offsets = new Uint32Array(accounts + 1);
  const [targets, messages, large] = [new Uint32Array(count), new Uint32Array(count), new Uint32Array(count)];
  for (let i = 0, at = 0; i < accounts; i++) {
    const sorted = Uint32Array.from(rows[i]!).sort();
    const sent = logNormal(messagesPerDay.value * days, messagesSpread.value, volumes);
    const mean = largeShare.value * traitsOf(experiment, sort[i]!).large;
    const share = Math.min(0.9, logNormal(mean, largeSpread.value, volumes));
    for (const to of sorted) {
      targets[at] = to;
      messages[at] = Math.max(1, Math.round(logNormal(sent / sorted.length, messagesSpread.value, volumes)));
      large[at] = binomialVariate(messages[at]!, share, volumes);
      at++;
    }
    offsets[i + 1] = at;
  }
  return { offsets, targets, messages, large };
}

function ordinaryGroups({ accounts, ordinary }: MetadataExperiment, shown: Shown, rng: Rng): Group[] {
  const { groups, groupSize, inCommunity, communitySize, groupPicture, listedWord } = ordinary;
  const count = Math.max(1, Math.round((accounts * groups.value) / groupSize.value));
  const homes = Math.ceil(accounts / communitySize.value);
  return Array.from({ length: count }, (_, group): Group => {
    const home = communitySize.value * (group % homes);
    const members = new Set<number>();
    const size = Math.min(accounts, Math.max(2, poissonVariate(groupSize.value, rng)));
    for (let n = 0; n < size; n++) {
      const near = home + rng.int(Math.min(communitySize.value, accounts - home));
      members.add(rng.next() < inCommunity.value ? near : rng.int(accounts));
    }
    return {
      members: [...members],
      trades: false,
      pictureMatches: rng.next() < groupPicture.value && rng.pick(shown.innocent),
      listedWord: rng.next() < listedWord.value,
    };
  });
}

function tradingGroups(
  { accounts, ordinary, trading: trades }: MetadataExperiment,
  sort: Uint8Array,
  shown: Shown,
  rng: Rng,
): Group[] {
  const traders = Array.from(sort.keys()).filter((i) => sort[i] === trading);
  if (traders.length === 0) return [];
  const { groups, groupSize, bystanders, groupListed, groupWord } = trades;
  const wanted = Math.max(1, Math.round(groupSize.value * (1 - bystanders.value)));
  const count = Math.max(1, Math.ceil((traders.length * groups.value) / wanted));
  const members = Array.from({ length: count }, () => new Set<number>());
  for (const trader of traders) for (let n = 0; n < groups.value; n++) rng.pick(members).add(trader);
  return members.map((own): Group => {
    const others = Math.round((own.size * bystanders.value) / Math.max(1 - bystanders.value, 1 / groupSize.value));
    for (let n = 0; n < others; n++) {
      const other = rng.int(accounts);
      if (!offends(sort[other]!)) own.add(other);
    }
    const [listed, shows] = [rng.next() < groupListed.value, rng.next() < ordinary.groupPicture.value];
    return {
      members: [...own],
      trades: true,
      pictureMatches: (listed || shows) && rng.pick(listed ? shown.listed : shown.innocent),
      listedWord: rng.next() < groupWord.value,
    };
  });
}

/** An age in days from its steps: even within each. */
function drawAge(steps: MetadataExperiment['ordinary']['age']['value'], rng: Rng): number {
  let at = rng.next() * steps.reduce((sum, { share }) => sum + share, 0);
  let from = 0;
  for (const { days, share } of steps) {
    if (at < share) return from + (at / share) * (days - from);
    at -= share;
    from = days;
  }
  return from;
}

/** A share around a mean that is the same for all accounts of a sort; at its ends nobody differs. */
const habit = (mean: number, alike: number, rng: Rng): number =>
  mean <= 0 || mean >= 1 ? mean : betaVariate(mean * alike, (1 - mean) * alike, rng);

/** Log-normal variate of that mean; `spread` is the standard deviation of its logarithm. */
const logNormal = (mean: number, spread: number, rng: Rng): number =>
  mean * Math.exp(spread * normalVariate(rng) - spread ** 2 / 2);

/** Poisson variate of a small mean, by multiplying uniforms (Knuth, TAOCP 2, 3.4.1). */
function poissonVariate(mean: number, rng: Rng): number {
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = rng.next(); product > least; product *= rng.next()) count++;
  return count;
}

/** The records of the last `days` of the window: of every edge the messages that fall into them, without those of which none does. */
export function lastDays({ offsets, targets, messages, large }: Edges, days: number, window: number, rng: Rng): Edges {
  if (days >= window) return { offsets, targets, messages, large };
  const kept = {
    offsets: new Uint32Array(offsets.length),
    targets: [] as number[],
    messages: [] as number[],
    large: [] as number[],
  };
  for (let i = 0; i + 1 < offsets.length; i++) {
    for (let at = offsets[i]!; at < offsets[i + 1]!; at++) {
      const big = binomialVariate(large[at]!, days / window, rng);
      const count = big + binomialVariate(messages[at]! - large[at]!, days / window, rng);
      if (count === 0) continue;
      kept.targets.push(targets[at]!);
      kept.messages.push(count);
      kept.large.push(big);
    }
    kept.offsets[i + 1] = kept.targets.length;
  }
  return {
    offsets: kept.offsets,
    targets: Uint32Array.from(kept.targets),
    messages: Uint32Array.from(kept.messages),
    large: Uint32Array.from(kept.large),
  };
}
