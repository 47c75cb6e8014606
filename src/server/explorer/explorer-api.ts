/** The explorer: pages of runs, and the JSON behind them. It reads the folder of the runs and writes nothing. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { stringify } from 'yaml';
import { openRun, rowLinesOf, stateOf } from '../../compare/open-run.ts';
import { inputsOfRun, readInputs } from '../../experiment/tradeoff/model-inputs.ts';
import { RunFolder, runFiles } from '../../harness/run-folder.ts';
import { Scores } from '../../schema/scores.ts';
import { TradeoffInputsFile } from '../../schema/tradeoff-inputs.ts';
import { reasonOf, UserError } from '../../util/errors.ts';
import { failures } from '../limits.ts';
import { reportHeaders } from '../page-policy.ts';
import type { WebFiles } from '../static.ts';
import { Kept } from './cache.ts';
import { serveCompare } from './compare-api.ts';
import { runsPage } from './page.ts';
import { PlotName, page, plotReplies, problem, sendPlot, textReply } from './replies.ts';
import { type DrawnRun, drawRun, runPage } from './run-page.ts';
import {
  filesOf,
  isWanted,
  listRuns,
  observationsFile,
  type RunFile,
  RunLine,
  RunQuery,
  runFileTypes,
  runName,
  unlistedRuns,
} from './runs.ts';
import { scoresOf } from './scores.ts';

/** Options of the explorer. */
interface ExplorerOptions {
  /** Folder of the runs. */
  readonly folder: string;
  readonly web: WebFiles;
}

const name = Type.String({ pattern: runName });
const RunPath = Type.Object({ run: name });
const FilePath = Type.Object({ run: name, file: Type.Enum(Object.keys(runFileTypes)) });
const PlotPath = Type.Object({ run: name, file: PlotName });
/** Adds the pages and their endpoints. */
export function serveExplorer(app: FastifyInstance, { folder, web }: ExplorerOptions): void {
  const script = web.script('explorer');
  const drawn = new Kept<DrawnRun | undefined>(6);
  const scores = new Kept<Scores | undefined>(6);

  const drawnRun = async (run: string): Promise<DrawnRun | undefined> =>
    drawn.get(run, await stateOf(RunFolder.among(folder, run)), async () => {
      const opened = await openRun(RunFolder.among(folder, run));
      return opened && drawRun(opened);
    });
  app.get<{ Querystring: RunQuery }>('/', { schema: { querystring: RunQuery } }, async ({ query }, reply) => {
    const all = await listRuns(folder);
    const kinds = [...new Set(all.flatMap(({ kind }) => kind ?? []))].sort();
    return page(
      reply,
      runsPage(
        all.filter((line) => isWanted(line, query)),
        { query, kinds, unlisted: await unlistedRuns(folder), script },
      ),
    );
  });
  app.get<{ Querystring: RunQuery }>(
    '/runs',
    {
      schema: {
        summary: 'The runs in the folder, filtered',
        querystring: RunQuery,
        response: { 200: Type.Array(RunLine), ...failures },
      },
    },
    async ({ query }) => (await listRuns(folder)).filter((line) => isWanted(line, query)),
  );
  app.get<{ Params: Static<typeof RunPath> }>('/runs/:run', { schema: { params: RunPath } }, async (request, reply) => {
    const { run } = request.params;
    try {
      const found = await drawnRun(run);
      if (!found) return reply.callNotFound();
      const files = await filesOf(RunFolder.among(folder, run), found.run.record);
      return page(reply, runPage(found, files, script));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return problem(
        reply,
        400,
        `${reasonOf(error)}. 'presend report ${run}' computes the metrics of a finished run again.`,
      );
    }
  });
  app.get<{ Params: Static<typeof RunPath> }>(
    '/runs/:run/experiment.yaml',
    {
      schema: {
        summary: 'The experiment file of a run',
        params: RunPath,
        response: { 200: textReply('application/yaml'), ...failures },
      },
    },
    async (request, reply) => {
      const found = await drawnRun(request.params.run);
      if (!found) return reply.callNotFound();
      return reply.type('application/yaml; charset=utf-8').send(stringify(found.run.record.experimentResolved));
    },
  );
  app.get<{ Params: Static<typeof PlotPath> }>(
    '/runs/:run/plots/:file',
    { schema: { summary: 'A plot of a run, as SVG or CSV', params: PlotPath, response: plotReplies } },
    async (request, reply) => {
      const { run, file } = request.params;
      return sendPlot(reply, run, file, (await drawnRun(run))?.plots);
    },
  );
  app.get<{ Params: Static<typeof FilePath> }>(
    '/runs/:run/:file',
    {
      schema: {
        summary: 'A file of a run: its report, metrics or rows',
        params: FilePath,
        response: {
          200: {
            content: Object.assign(
              {},
              ...Object.values(runFileTypes).map((type) => textReply(type.split(';')[0]!).content),
            ),
          },
          ...failures,
        },
      },
    },
    async (request, reply) => {
      const { run, file } = request.params;
      if (file === observationsFile) {
        const opened = await openRun(RunFolder.among(folder, run));
        const lines = opened && rowLinesOf(opened);
        if (!lines) return reply.code(404).send({ error: `Run '${run}' has no ${file}` });
        return reply.type(runFileTypes[file]).send(Readable.from(lines));
      }
      const found = await RunFolder.among(folder, run).find(file);
      if (!found) return reply.code(404).send({ error: `Run '${run}' has no ${file}` });
      if (file === 'report.html') reply.headers(reportHeaders);
      return reply
        .type(runFileTypes[file as RunFile])
        .header('content-length', found.bytes)
        .send(createReadStream(found.path, { end: Math.max(0, found.bytes - 1) }));
    },
  );
  app.get<{ Params: Static<typeof RunPath> }>(
    '/api/runs/:run/scores',
    {
      schema: {
        summary: 'Detection and false alarms of a run by threshold, with its marks',
        params: RunPath,
        response: { 200: Scores, ...failures },
      },
    },
    async (request, reply) => {
      const { run } = request.params;
      const state = await stateOf(RunFolder.among(folder, run), [runFiles.record, runFiles.metrics]);
      const found = await scores.get(run, state, async () => {
        const opened = await openRun(RunFolder.among(folder, run));
        return opened && scoresOf(opened);
      });
      return found ?? reply.callNotFound();
    },
  );
  const inputs = {
    summary: 'The numbers of the letter and the other assumptions',
    response: { 200: TradeoffInputsFile },
  };
  app.get('/api/tradeoff-inputs', { schema: inputs }, () => readInputs());
  app.get<{ Params: Static<typeof RunPath> }>(
    '/api/runs/:run/tradeoff-inputs',
    { schema: { ...inputs, params: RunPath, response: { ...inputs.response, ...failures } } },
    async (request, reply) => {
      const opened = await openRun(RunFolder.among(folder, request.params.run));
      if (!opened) return reply.callNotFound();
      // Of a trade-off those that it was scored with, so that page and report say the same.
      const { metrics, record } = opened;
      return metrics && !('kind' in metrics) ? inputsOfRun(record.experimentResolved, opened.name) : readInputs();
    },
  );
  serveCompare(app, async (run) => (await drawnRun(run))?.run);
}
