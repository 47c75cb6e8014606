/**
 * Examples to learn an attack from and to score it on: a secret, and the view that it gave. Copies of one picture stay on one side of every
 * split, since an attacker who knows a copy knows the picture; and the scored part holds one example a picture, so that its trials are
 * independent and their exact interval holds.
 */
import type { Rng } from '../util/rng.ts';

/** One message: what is to be guessed, and what was seen. All examples of one attack have the same parts, of the same lengths. */
export interface Example {
  readonly secret: string;
  /** The source picture. */
  readonly group: string;
  /** The view as one name: two views with the same name look alike. */
  readonly symbol?: string | undefined;
  /** A hash, compared by Hamming distance. */
  readonly bits?: Uint8Array | undefined;
  /** Real numbers: an embedding, or sizes and times. */
  readonly vector?: ArrayLike<number> | undefined;
}

/** What a view can be compared by. */
const viewParts = ['symbol', 'bits', 'vector'] as const;
export type ViewPart = (typeof viewParts)[number];

/** The parts that all the examples have. RangeError where some have another part or length than others, or none has any. */
export function partsOf(examples: readonly Example[]): ViewPart[] {
  const shapeOf = (each: Example): string =>
    viewParts.map((part) => (each[part] === undefined ? '-' : part === 'symbol' ? '1' : each[part]!.length)).join(' ');
  const shape = examples[0] && shapeOf(examples[0]);
  const odd = examples.find((each) => shapeOf(each) !== shape);
  if (odd)
    throw new RangeError(
      `Expected examples with the same parts and lengths but received '${shape}' and '${shapeOf(odd)}'.`,
    );
  const parts = viewParts.filter((part) => examples[0]?.[part] !== undefined);
  if (examples.length > 0 && parts.length === 0)
    throw new RangeError('Expected a symbol, bits or a vector in each example but received none.');
  return parts;
}

/** Examples to learn from, to choose on, and to score on once. */
export interface Split {
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
  /** One example of each group. */
  readonly test: readonly Example[];
}

/** Shares of the groups; the rest is for the test. */
interface SplitShares {
  readonly train: number;
  readonly validation: number;
}

/** Splits by group; of a group of the test, one example is drawn. The order of the examples does not matter, but for those of one group. */
export function splitByGroup(
  examples: readonly Example[],
  rng: Rng,
  { train, validation }: SplitShares = { train: 0.6, validation: 0.2 },
): Split {
  if (!(train > 0 && validation > 0 && train + validation < 1))
    throw new RangeError(
      `Expected shares above 0 that leave some for the test but received ${train} and ${validation}.`,
    );
  const groups = byGroup(examples);
  const dealt = rng.shuffle([...groups.keys()].sort());
  const [first, second] = [Math.round(train * dealt.length), Math.round((train + validation) * dealt.length)];
  const of = (names: readonly string[]): Example[] => names.flatMap((name) => groups.get(name)!);
  return {
    train: of(dealt.slice(0, first)),
    validation: of(dealt.slice(first, second)),
    test: dealt.slice(second).map((name) => rng.pick(groups.get(name)!)),
  };
}

/** The negative control: secrets shuffled, whole groups at a time. Whatever an attack still finds was never in the views. */
export function shuffledSecrets(examples: readonly Example[], rng: Rng): Example[] {
  const groups = byGroup(examples);
  const names = [...groups.keys()].sort();
  const givers = new Map(rng.shuffle(names).map((giver, i) => [names[i]!, groups.get(giver)!]));
  const taken = new Map<string, number>();
  return examples.map((each) => {
    const secrets = givers.get(each.group)!;
    const place = taken.get(each.group) ?? 0;
    taken.set(each.group, place + 1);
    return { ...each, secret: secrets[place % secrets.length]!.secret };
  });
}

/** The positive control: the secret is the view. */
export const plantedSecrets = (examples: readonly Example[]): Example[] =>
  examples.map(({ secret, group }) => ({ secret, group, symbol: secret }));

/** The examples of each group, in their order. */
export function byGroup<T extends { readonly group: string }>(examples: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of examples) {
    const members = groups.get(each.group);
    if (members) members.push(each);
    else groups.set(each.group, [each]);
  }
  return groups;
}
