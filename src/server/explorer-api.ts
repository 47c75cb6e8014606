/** The explorer: pages of runs, and the JSON behind them. Reads the folder of the runs and writes nothing. */
import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { stringify } from 'yaml';
import { readInputs } from '../harness/tradeoff-inputs.ts';
import { html } from '../report/page/html.ts';
import { Scores } from '../schema/scores.ts';
import { TradeoffInputsFile } from '../schema/tradeoff-inputs.ts';
import { reasonOf, UserError } from '../util/errors.ts';
import { Kept } from './explorer/cache.ts';
import { chosen, compareCsv, comparePage, comparePlots, comparisonOf, refusal } from './explorer/compare-page.ts';
import { ComparedMetric } from './explorer/compared.ts';
import { framed } from './explorer/layout.ts';
import { type OpenRun, openRun, stateOf } from './explorer/open-run.ts';
import { type PlotType, plotFile, plotTypes } from './explorer/plots.ts';
import { type DrawnRun, drawRun, runPage } from './explorer/run-page.ts';
import { scoresOf } from './explorer/scores.ts';
import { runsPage } from './page.ts';
import { pageHeaders } from './page-policy.ts';
import { isWanted, listRuns, type RunFile, RunLine, RunQuery, runFile, runFileTypes, runName } from './runs.ts';
import type { WebFiles } from './static.ts';

/** What the explorer needs. */
export interface ExplorerOptions {
  /** Folder of the runs. */
  readonly folder: string;
  readonly web: WebFiles;
}

const name = Type.String({ pattern: runName });
const RunPath = Type.Object({ run: name });
const FilePath = Type.Object({ run: name, file: Type.Enum(Object.keys(runFileTypes)) });
const PlotPath = Type.Object({ run: name, file: Type.String({ pattern: '^[0-9]{1,4}\\.(svg|csv)$' }) });
const CompareQuery = Type.Object(
  {
    run: Type.Optional(Type.Union([name, Type.Array(name, { maxItems: 50 })])),
    search: Type.Optional(Type.String({ maxLength: 200 })),
    apart: Type.Optional(Type.Enum(['', 'yes'])),
  },
  { additionalProperties: false },
);
type CompareQuery = Static<typeof CompareQuery>;
const Compared = Type.Object({ runs: Type.Array(Type.String()), metrics: Type.Array(ComparedMetric) });

/** Adds the pages and their endpoints. */
export function serveExplorer(app: FastifyInstance, { folder, web }: ExplorerOptions): void {
  const script = web.script('explorer');
  const drawn = new Kept<DrawnRun | undefined>(6);
  const scores = new Kept<Scores | undefined>(6);

  const drawnRun = async (run: string): Promise<DrawnRun | undefined> =>
    drawn.get(run, await stateOf(folder, run), async () => {
      const opened = await openRun(folder, run);
      return opened && drawRun(opened);
    });
  const page = (reply: FastifyReply, text: string) =>
    reply.headers(pageHeaders).type('text/html; charset=utf-8').send(text);
  /** A page that says in one sentence why there is no other. */
  const problem = (reply: FastifyReply, status: number, sentence: string) =>
    page(reply.code(status), framed({ title: 'presend', content: problemHtml(sentence) }));

  app.get<{ Querystring: RunQuery }>('/', { schema: { querystring: RunQuery } }, async ({ query }, reply) => {
    const all = await listRuns(folder);
    const kinds = [...new Set(all.flatMap(({ kind }) => kind ?? []))].sort();
    return page(
      reply,
      runsPage(
        all.filter((line) => isWanted(line, query)),
        query,
        kinds,
        script,
      ),
    );
  });
  app.get<{ Querystring: RunQuery }>(
    '/runs',
    { schema: { querystring: RunQuery, response: { 200: Type.Array(RunLine) } } },
    async ({ query }) => (await listRuns(folder)).filter((line) => isWanted(line, query)),
  );
  app.get<{ Params: Static<typeof RunPath> }>('/runs/:run', { schema: { params: RunPath } }, async (request, reply) => {
    const { run } = request.params;
    try {
      const found = await drawnRun(run);
      if (!found) return reply.callNotFound();
      const files = await Promise.all(
        Object.keys(runFileTypes).map(async (file) => (await runFile(folder, run, file)) && file),
      );
      return page(
        reply,
        runPage(
          found,
          files.flatMap((file) => file ?? []),
          script,
        ),
      );
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return problem(
        reply,
        400,
        `${reasonOf(error)}. 'presend report ${run}' derives the metrics of a finished run anew.`,
      );
    }
  });
  app.get<{ Params: Static<typeof RunPath> }>(
    '/runs/:run/experiment.yaml',
    { schema: { params: RunPath } },
    async (request, reply) => {
      const found = await drawnRun(request.params.run);
      if (!found) return reply.callNotFound();
      return reply.type('application/yaml; charset=utf-8').send(stringify(found.run.record.experimentResolved));
    },
  );
  app.get<{ Params: Static<typeof PlotPath> }>(
    '/runs/:run/plots/:file',
    { schema: { params: PlotPath } },
    async (request, reply) => {
      const { run, file } = request.params;
      return sendPlot(reply, run, file, (await drawnRun(run))?.plots);
    },
  );
  app.get<{ Params: Static<typeof FilePath> }>(
    '/runs/:run/:file',
    { schema: { params: FilePath } },
    async (request, reply) => {
      const { run, file } = request.params;
      const found = await runFile(folder, run, file);
      if (!found) return reply.code(404).send({ error: `Run '${run}' has no ${file}` });
      return reply
        .type(runFileTypes[file as RunFile])
        .header('content-length', found.bytes)
        .send(createReadStream(found.path, { end: Math.max(0, found.bytes - 1) }));
    },
  );
  app.get<{ Params: Static<typeof RunPath> }>(
    '/api/runs/:run/scores',
    { schema: { params: RunPath, response: { 200: Scores } } },
    async (request, reply) => {
      const { run } = request.params;
      const state = await stateOf(folder, run, ['run.json', 'metrics.json', 'observations.jsonl']);
      const found = await scores.get(run, state, async () => {
        const opened = await openRun(folder, run);
        return opened && scoresOf(folder, opened);
      });
      return found ?? reply.callNotFound();
    },
  );
  app.get('/api/tradeoff-inputs', { schema: { response: { 200: TradeoffInputsFile } } }, () => readInputs());

  /** The runs that a query names, opened; a UserError says which one is none, or not finished. */
  const opened = async ({ run = [] }: CompareQuery): Promise<OpenRun[]> => {
    const names = typeof run === 'string' ? [run] : run;
    const refused = refusal(names);
    if (refused) throw new UserError(refused);
    return Promise.all(
      names.map(async (each) => {
        const found = (await drawnRun(each))?.run;
        if (!found) throw new UserError(`There is no run '${each}'`);
        if (!found.metrics) throw new UserError(`Run '${each}' is not finished: it has no metrics to compare`);
        return found;
      }),
    );
  };
  const asked = ({ search, apart }: CompareQuery) => ({ search, apart: apart === 'yes' });
  app.get<{ Querystring: CompareQuery }>(
    '/compare',
    { schema: { querystring: CompareQuery } },
    async ({ query }, reply) => {
      try {
        return page(reply, comparePage(comparisonOf(await opened(query)), asked(query)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return problem(reply, 400, `${reasonOf(error)}.`);
      }
    },
  );
  app.get<{ Querystring: CompareQuery }>(
    '/compare.csv',
    { schema: { querystring: CompareQuery } },
    async ({ query }, reply) => {
      const comparison = comparisonOf(await opened(query));
      return download(reply, 'compared.csv', 'csv', compareCsv(comparison, chosen(comparison, asked(query))));
    },
  );
  app.get<{ Querystring: CompareQuery; Params: { file: string } }>(
    '/compare/plots/:file',
    { schema: { querystring: CompareQuery, params: Type.Pick(PlotPath, ['file']) } },
    async ({ query, params }, reply) =>
      sendPlot(reply, 'compared', params.file, comparePlots(comparisonOf(await opened(query)), asked(query)).plots),
  );
  app.get<{ Querystring: CompareQuery }>(
    '/api/compare',
    { schema: { querystring: CompareQuery, response: { 200: Compared } } },
    async ({ query }) => {
      const comparison = comparisonOf(await opened(query));
      return { runs: comparison.runs.map((run) => run.name), metrics: chosen(comparison, asked(query)) };
    },
  );
}

const problemHtml = (sentence: string) =>
  html`<main id="main"><h1>That cannot be shown</h1><p class="problem">${sentence}</p><p><a href="/">All runs</a></p></main>`;

function sendPlot(reply: FastifyReply, run: string, file: string, plots: DrawnRun['plots'] | undefined) {
  const [place, type] = file.split('.') as [string, PlotType];
  const plot = plots?.[Number(place)];
  return plot ? download(reply, `${run}-${file}`, type, plotFile(plot, type)) : reply.callNotFound();
}

const download = (reply: FastifyReply, file: string, type: PlotType, text: string) =>
  reply.type(plotTypes[type]).header('content-disposition', `attachment; filename="${file}"`).send(text);
