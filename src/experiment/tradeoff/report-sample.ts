/** Whether a run scored enough pictures to say which strategy does better. Every surface asks here before it names or orders anything. */
import { counted } from '../../report/format.ts';
import type { Metrics } from './metrics.ts';

/** Pictures of the evaluation. */
export interface Scored {
  readonly listed: number;
  readonly innocent: number;
}

/**
 * Fewest pictures that are compared. Of 30 listed pictures a rate has an interval up to 37 points wide: with fewer, an order by what is found is chance. A design
 * that flags 1.5 % of innocent pictures flags one of 200 with a probability of 95 %, and 0 of 200 leave up to that rate open (one-sided 95 %). 300 would leave 1.0 %
 * open instead. That is no better a reason to accuse nobody, since both are far above any rate that a service could bear, and it is more innocents than the default
 * corpus has left for the evaluation.
 */
export const leastScored: Scored = { listed: 30, innocent: 200 };

/** What a run scored. */
export const scoredIn = ({ dataset: { content } }: Pick<Metrics, 'dataset'>): Scored => ({
  listed: content.listed?.evaluation ?? 0,
  innocent: content.innocent?.evaluation ?? 0,
});

/** Why nothing is compared, as a sentence; undefined where there are enough pictures, or nobody wrote down how many there were. */
export function tooFew(scored: Scored | undefined): string | undefined {
  if (!scored || (scored.listed >= leastScored.listed && scored.innocent >= leastScored.innocent)) return undefined;
  return `Too few pictures to compare: ${counted(scored.listed, 'listed picture')} and ${counted(scored.innocent, 'innocent picture')} were scored, and an order of strategies needs at least ${leastScored.listed} and ${leastScored.innocent}.`;
}
