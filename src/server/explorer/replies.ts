/** Replies shared by several endpoints: a page, an error page, a plot as a file. */
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { html } from '../../report/page/html.ts';
import type { DrawnPlot } from '../../report/page/plot.ts';
import { failures } from '../limits.ts';
import { pageHeaders } from '../page-policy.ts';
import { framed } from './layout.ts';
import { type PlotType, plotFile, plotTypes } from './plots.ts';

/** Name of a plot's file: its index and its type. */
export const PlotName = Type.String({ pattern: '^[0-9]{1,4}\\.(svg|csv)$' });

/** A text reply of some type. */
export const textReply = (type: string) => ({ content: { [type]: { schema: Type.String() } } });

/** Replies of an endpoint that serves plots. */
export const plotReplies = {
  200: { content: { ...textReply('image/svg+xml').content, ...textReply('text/csv').content } },
  ...failures,
};

/** Sends a page with the page policy. */
export const page = (reply: FastifyReply, text: string): FastifyReply =>
  reply.headers(pageHeaders).type('text/html; charset=utf-8').send(text);

/** Sends an error page with one sentence. */
export const problem = (reply: FastifyReply, status: number, sentence: string): FastifyReply =>
  page(reply.code(status), framed({ title: 'presend', content: problemHtml(sentence) }));

const problemHtml = (sentence: string) =>
  html`<main id="main"><h1>This page cannot be shown</h1><p class="problem">${sentence}</p><p><a href="/">All runs</a></p></main>`;

/** Sends a plot of a run, by file name; 404 if it does not exist. */
export function sendPlot(reply: FastifyReply, run: string, file: string, plots: readonly DrawnPlot[] | undefined) {
  const [place, type] = file.split('.') as [string, PlotType];
  const plot = plots?.[Number(place)];
  return plot ? download(reply, `${run}-${file}`, type, plotFile(plot, type)) : reply.callNotFound();
}

/** Sends text as a download. */
export const download = (reply: FastifyReply, file: string, type: PlotType, text: string) =>
  reply.type(plotTypes[type]).header('content-disposition', `attachment; filename="${file}"`).send(text);
