/** The comparison of runs: the page, its CSV and plots, and the JSON behind them. */

import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { type Comparison, comparisonOf } from '../../compare/compare.ts';
import { ComparedMetric } from '../../compare/compared.ts';
import type { FinishedRun, OpenRun } from '../../compare/open-run.ts';
import { chosen, compareCsv, refusal } from '../../compare/selection.ts';
import { closed } from '../../schema/parts.ts';
import { canonicalJson } from '../../util/digest.ts';
import { reasonOf, UserError } from '../../util/errors.ts';
import { failures } from '../limits.ts';
import { Kept } from './cache.ts';
import { comparePage } from './compare-page.ts';
import { comparePlots } from './compare-plot.ts';
import { download, PlotName, page, plotReplies, problem, sendPlot, textReply } from './replies.ts';
import { runName } from './runs.ts';

const name = Type.String({ pattern: runName });
const CompareQuery = Type.Object(
  {
    run: Type.Optional(Type.Union([name, Type.Array(name, { maxItems: 50 })])),
    search: Type.Optional(Type.String({ maxLength: 200 })),
    apart: Type.Optional(Type.Enum(['', 'yes'])),
  },
  closed,
);
type CompareQuery = Static<typeof CompareQuery>;
const Compared = Type.Object({ runs: Type.Array(Type.String()), metrics: Type.Array(ComparedMetric) });

/** Comparisons that are kept: pairing pictures reads the rows of the runs. */
const mostKept = 4;

/** Adds the endpoints. `open` opens a run, or returns undefined if the name is unknown. */
export function serveCompare(app: FastifyInstance, open: (run: string) => Promise<OpenRun | undefined>): void {
  /** Opens the runs of a query. A UserError names a run that is unknown or unfinished. */
  const opened = async ({ run = [] }: CompareQuery): Promise<FinishedRun[]> => {
    const names = typeof run === 'string' ? [run] : run;
    const refused = refusal(names);
    if (refused) throw new UserError(refused);
    return Promise.all(
      names.map(async (each) => {
        const found = await open(each);
        if (!found) throw new UserError(`There is no run '${each}'`);
        if (!found.metrics) throw new UserError(`Run '${each}' is not finished: it has no metrics to compare`);
        return { ...found, metrics: found.metrics };
      }),
    );
  };
  const kept = new Kept<Comparison>(mostKept);
  const comparedRuns = async (query: CompareQuery): Promise<Comparison> => {
    const runs = await opened(query);
    const state = canonicalJson(runs.map(({ record }) => [record.runId, record.metrics]));
    return kept.get(canonicalJson(runs.map(({ name: each }) => each)), state, () => comparisonOf(runs));
  };
  const asked = ({ search, apart }: CompareQuery) => ({ search, apart: apart === 'yes' });
  app.get<{ Querystring: CompareQuery }>(
    '/compare',
    { schema: { querystring: CompareQuery } },
    async ({ query }, reply) => {
      try {
        return page(reply, comparePage(await comparedRuns(query), asked(query)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return problem(reply, 400, `${reasonOf(error)}.`);
      }
    },
  );
  app.get<{ Querystring: CompareQuery }>(
    '/compare.csv',
    {
      schema: {
        summary: 'A comparison of runs, as a table',
        querystring: CompareQuery,
        response: { 200: textReply('text/csv'), ...failures },
      },
    },
    async ({ query }, reply) => {
      const comparison = await comparedRuns(query);
      return download(reply, 'compared.csv', 'csv', compareCsv(comparison, chosen(comparison, asked(query))));
    },
  );
  app.get<{ Querystring: CompareQuery; Params: { file: string } }>(
    '/compare/plots/:file',
    {
      schema: {
        summary: 'A plot of a comparison of runs, as SVG or CSV',
        querystring: CompareQuery,
        params: Type.Object({ file: PlotName }),
        response: plotReplies,
      },
    },
    async ({ query, params }, reply) =>
      sendPlot(reply, 'compared', params.file, comparePlots(await comparedRuns(query), asked(query)).plots),
  );
  app.get<{ Querystring: CompareQuery }>(
    '/api/compare',
    {
      schema: {
        summary: 'A comparison of runs',
        querystring: CompareQuery,
        response: { 200: Compared, ...failures },
      },
    },
    async ({ query }) => {
      const comparison = await comparedRuns(query);
      return { runs: comparison.runs.map((run) => run.name), metrics: chosen(comparison, asked(query)) };
    },
  );
}
