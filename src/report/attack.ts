/** How reports say what an attack on a view achieved, and what it could have shown. */
import { type Cell, integer, listed, times } from './format.ts';

/** An attack that was judged against chance. */
interface Judged {
  readonly success: { readonly n: number };
  readonly chance: number;
  /** The fewest right guesses that would have been called above chance; null: no number. */
  readonly leastAbove?: number | null | undefined;
}

/** In place of a success that nothing but the prior had a part in. */
export const noAttack = (why: string): Cell => ({
  main: 'no attack',
  small: [],
  plain: 'no attack',
  hover: why,
  tone: 'muted',
});

/** From how many right guesses on an attack would have been called above chance. */
export const calledFrom = ({ leastAbove, success }: Judged & { readonly leastAbove: number | null }): string =>
  leastAbove === null
    ? 'no number of right guesses would be called above chance'
    : `above chance from ${integer(leastAbove)} of ${integer(success.n)} on`;

/** What attacks must reach to be called above chance, of each secret that with the median number of guesses: less than that may go unseen. */
export function powerSentence(secrets: readonly (readonly [name: string, attacks: readonly Judged[]])[]): string {
  const words = secrets.flatMap(([name, attacks]): string[] => {
    const of = attacks.filter(({ leastAbove }) => leastAbove);
    const typical = of.toSorted((a, b) => a.success.n - b.success.n)[Math.floor(of.length / 2)];
    if (!typical) return [];
    const { leastAbove, chance, success } = typical;
    return [
      `${name} from ${integer(leastAbove!)} of ${integer(success.n)} on (${times(leastAbove! / success.n / chance)} chance)`,
    ];
  });
  return words.length === 0
    ? ''
    : `This run can call it above chance for ${listed(words)}: a smaller leak would not be seen.`;
}
