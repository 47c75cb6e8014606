/**
 * The data-processing inequality as an oracle: what is a function of something else gives away no more than that. Here: a voucher's outcome
 * below the threshold, the list entry that a report names, an uploaded hash, the picture in the clear.
 */
import { proportion } from '../../metric/proportion.ts';
import { strategies } from '../../strategy/index.ts';
import type { ChainLink, Strategy } from '../../strategy/strategy.ts';
import { countsOf } from '../../util/counts.ts';
import type { Chain, LeakAttack, Link } from './metrics.ts';
import type { LeakViewRow } from './rows.ts';
import { valuesOf } from './score-information.ts';
import type { LeakRows } from './score-rows.ts';

/** What each part of the provider's view is, in words; from the least to the most. */
const linkTexts: Readonly<Record<ChainLink, string>> = {
  outcome: 'a voucher opened',
  entry: 'which entry matched',
  hash: 'the hash',
  picture: 'the picture',
};

/** From the least to the most: the strategies that declare themselves a link; `observable` is what the attack rows call the part. */
const links = (Object.keys(linkTexts) as ChainLink[]).flatMap((observable) =>
  Object.values<Strategy>(strategies)
    .filter(({ chainLink }) => chainLink === observable)
    .map(({ id, name }) => ({ name: `${linkTexts[observable]} (${id})`, strategy: name, observable })),
);

/** The column of a view that is the observable. */
const columns = { outcome: 'outcome', entry: 'entry', hash: 'bits', picture: 'content' } as const;

/** Values of different sums of the same numbers differ in their last digits. */
const tolerance = 1e-9;

/** The chain of the run; null where one of its strategies was not run. */
export function chainOf(rows: LeakRows, attacks: readonly LeakAttack[]): Chain | null {
  const views = links.map(({ strategy }) => rows.view(strategy, 'provider'));
  if (views.some((view) => view === undefined)) return null;
  const shown = links.map(({ observable }, i) => namesOf(views[i]!, observable));
  const made = links.map((link, i): Link => {
    const mine = shown[i]!;
    const topics = [...mine.keys()].map((index) => rows.messages[index]!.topic);
    const values = [...mine.values()];
    return {
      ...link,
      pictures: mine.size,
      distinct: new Set(values).size,
      identityBits: entropy(values),
      topicBits: entropy(values) + entropy(topics) - entropy(values.map((value, at) => `${value} ${topics[at]}`)),
      broken: i + 1 < links.length ? broken(mine, shown[i + 1]!) : 0,
      attacks: attacks
        .filter(
          ({ strategy, observable, scope }) =>
            strategy === link.strategy && observable === link.observable && scope === 'all',
        )
        .map(({ secret, success: { k, n }, chance }) => ({ secret, success: proportion(k, n), chance })),
    };
  });
  const violations = made.slice(1).flatMap((next, i) => violationsOf(made[i]!, next));
  return { links: made, holds: violations.length === 0, violations };
}

/** What each message showed, by its place among the run's messages. */
function namesOf(view: LeakViewRow, observable: keyof typeof columns): Map<number, string> {
  const values = valuesOf(view[columns[observable]], view.messages.length);
  return new Map(view.messages.map((index, i) => [index, values[i]!]));
}

/** Entropy of the names, in bits: mutual information of which picture with what it shows, where no two pictures are likelier than others. */
function entropy(names: readonly string[]): number {
  const sum = [...countsOf(names).values()].reduce((total, count) => total + count * Math.log2(count), 0);
  return names.length === 0 ? 0 : Math.max(0, Math.log2(names.length) - sum / names.length);
}

/** Messages that show something else than most messages which the next link does not tell apart from them. */
function broken(mine: ReadonlyMap<number, string>, next: ReadonlyMap<number, string>): number {
  const groups = new Map<string, string[]>();
  for (const [index, value] of mine) {
    const key = next.get(index);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return [...groups.values()].reduce((sum, group) => sum + group.length - Math.max(...countsOf(group).values()), 0);
}

function violationsOf(less: Link, more: Link): string[] {
  const exceeds = (what: string, a: number, b: number): string[] =>
    a > b * (1 + tolerance) + tolerance ? [`${what}: ${less.name} ${a} exceeds ${more.name} ${b}`] : [];
  return [
    ...exceeds('different views', less.distinct, more.distinct),
    ...exceeds('bits on the picture', less.identityBits, more.identityBits),
    ...exceeds('bits on the topic', less.topicBits, more.topicBits),
    ...less.attacks.flatMap(({ secret, success }) => {
      const other = more.attacks.find((each) => each.secret === secret);
      return other ? exceeds(`attack on ${secret}, lower against upper bound`, success.low, other.success.high) : [];
    }),
  ];
}
