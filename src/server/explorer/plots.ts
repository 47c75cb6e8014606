/** Plots as files: every plot of a page can be downloaded as SVG and as CSV. */
import { Html } from '../../report/page/html.ts';
import type { DrawnPlot } from '../../report/page/plot.ts';

const pattern = /<svg [^>]*?data-plot="(\d+)"[^>]*>[\s\S]*?<\/svg>/g;

/** Adds two links after every stored plot. `addressOf` returns the address of a plot's files without the file extension. */
export const withDownloads = (content: Html, addressOf: (plot: string) => string): Html =>
  new Html(
    content.text.replace(pattern, (svg, plot: string) => {
      const address = addressOf(plot);
      const link = (ending: 'svg' | 'csv'): string => {
        const [path, query = ''] = address.split('?');
        const full = `${path}.${ending}${query && `?${query}`}`;
        return `<a href="${full}" download>${ending.toUpperCase()}</a>`;
      };
      return `${svg}<p class="downloads">${link('svg')}${link('csv')}</p>`;
    }),
  );

/** File types of a plot. */
export const plotTypes = { svg: 'image/svg+xml; charset=utf-8', csv: 'text/csv; charset=utf-8' } as const;
export type PlotType = keyof typeof plotTypes;

/** A plot's file. The SVG is standalone and uses the colours of a light page. */
export const plotFile = (plot: DrawnPlot, type: PlotType): string => (type === 'svg' ? `${plot.svg}\n` : plot.csv);
