/** Signals as numbers, from a graph and from what is kept of it. */
import type { Edges, Graph } from './graph.ts';
import type { SignalName, Values } from './score-signals.ts';

/** Signals of every account, where records are kept that are in `kept`. Counts are as they are; a learner takes logarithms. */
export function valuesOf(
  { accounts, edges, groups, groupsOf, ageDays, profileMatches, reports }: Graph,
  kept: Edges,
): Values {
  const column = (): Float64Array => new Float64Array(accounts);
  const [volume, large, received] = [column(), column(), column()];
  for (let i = 0; i < accounts; i++) {
    let big = 0;
    for (let at = edges.offsets[i]!; at < edges.offsets[i + 1]!; at++) {
      volume[i]! += edges.messages[at]!;
      received[edges.targets[at]!]! += edges.messages[at]!;
      big += edges.large[at]!;
    }
    large[i] = volume[i]! > 0 ? big / volume[i]! : 0;
  }
  const counted = (of: (group: number) => boolean): Float64Array =>
    Float64Array.from(groupsOf, (own) => own.filter(of).length);
  return {
    profile: Float64Array.from(profileMatches),
    'group-picture': counted((group) => groups[group]!.pictureMatches),
    'group-name': counted((group) => groups[group]!.listedWord),
    reports: Float64Array.from(reports),
    age: ageDays,
    ...{ volume, large, received },
    ...contactValues(kept, accounts),
  };
}

/** What records say of the accounts that each one writes to. */
function contactValues(
  { offsets, targets }: Edges,
  accounts: number,
): Pick<Values, 'contacts' | 'unanswered' | 'strangers'> {
  const [contacts, unanswered, strangers] = [0, 0, 0].map(() => new Float64Array(accounts)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  // Marks the contacts of the account at hand with its number.
  const mark = new Int32Array(accounts).fill(-1);
  for (let i = 0; i < accounts; i++) {
    const [from, to] = [offsets[i]!, offsets[i + 1]!];
    for (let at = from; at < to; at++) mark[targets[at]!] = i;
    let [silent, unknown] = [0, 0];
    for (let at = from; at < to; at++) {
      const other = targets[at]!;
      let [answers, common] = [false, false];
      for (let back = offsets[other]!; back < offsets[other + 1]!; back++) {
        const third = targets[back]!;
        if (third === i) answers = true;
        else if (mark[third] === i) common = true;
      }
      silent += Number(!answers);
      unknown += Number(!common);
    }
    contacts[i] = to - from;
    unanswered[i] = to > from ? silent / (to - from) : 0;
    strangers[i] = to > from ? unknown / (to - from) : 0;
  }
  return { contacts, unanswered, strangers };
}

/** Counts and ages span orders of magnitude; shares do not. */
const shares: ReadonlySet<SignalName> = new Set(['large', 'unanswered', 'strangers']);

/** The same for a learner: counts and ages as logarithms of one more. */
export const learnable = (values: Values, name: SignalName): Float64Array =>
  shares.has(name) ? values[name] : values[name].map((each) => Math.log1p(each));
