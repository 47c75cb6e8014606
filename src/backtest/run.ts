/** A back-test: what the model predicts of every episode, beside what was counted. */
import { compare, mechanisms, predict } from '../metric/tradeoff/backtest.ts';
import type { BacktestFile, BacktestResult, Judgement, Verdict } from '../schema/backtest.ts';

/** Every prediction judged, what failed first and the largest factor first of all. The same file, seed and draws give the same result. */
export function backtest(
  file: BacktestFile,
  options: { readonly seed: number; readonly draws: number },
): BacktestResult {
  const judgements = file.episodes.flatMap((episode) =>
    episode.predictions.flatMap(({ name, mechanism, inputs }): Judgement[] => {
      const predicted = predict(mechanisms[mechanism]!, inputs, options);
      const assumed = Object.keys(inputs).filter((input) => inputs[input]!.assumed !== undefined);
      const judged = { episode: episode.name, prediction: name, predicted, assumed };
      const { observed } = episode;
      if ('notMeasured' in observed)
        return [{ ...judged, observed: null, verdict: { is: 'not measured', why: observed.notMeasured } }];
      return observed.map(({ what, value }) => ({
        ...judged,
        observed: { what, value },
        verdict: compare(predicted, value),
      }));
    }),
  );
  const count = (is: Verdict['is']): number => judgements.filter(({ verdict }) => verdict.is === is).length;
  return {
    version: 1,
    ...options,
    failed: count('outside'),
    held: count('inside'),
    open: count('not measured'),
    judgements: judgements.toSorted((a, b) => place(a) - place(b)),
    episodes: file.episodes,
  };
}

/** What failed by the largest factor first, then what held, then what is open; the file's order otherwise. */
function place({ verdict }: Judgement): number {
  if (verdict.is === 'outside') return verdict.factor === null ? Number.NEGATIVE_INFINITY : -verdict.factor;
  return verdict.is === 'inside' ? 1 : 2;
}
