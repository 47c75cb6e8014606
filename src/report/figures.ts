/** The plots of a report as files that stand alone: SVG with its legend and provenance inside, the data as CSV, and a caption for each. */
import type { RunRecord } from '../schema/run-record.ts';
import { text as markdownText } from './markdown.ts';
import { escapeHtml } from './page/html.ts';
import { type DrawnPlot, keepingPlots } from './page/plot.ts';
import type { Page } from './page/shell.ts';
import type { Report } from './parts.ts';

/** A report with its page, and every plot that was drawn for it; the plots of the page carry their index. Most kinds draw theirs already in `draw`. */
export function drawnReport(
  draw: () => Report,
  run: RunRecord,
): { readonly report: Report; readonly page: Page; readonly plots: readonly DrawnPlot[] } {
  const { result, plots } = keepingPlots(() => {
    const report = draw();
    report.figures?.();
    return { report, page: report.page(run) };
  });
  return { ...result, plots };
}

/** A page without the indices of its plots. Text that looks like one is escaped, and stays. */
export const withoutIndices = (page: string): string => page.replaceAll(/<svg data-plot="\d+" /g, '<svg ');

/** A figure with its file name, without the ending. */
export interface Figure extends DrawnPlot {
  readonly name: string;
  /** One sentence for below it. */
  readonly caption: string;
}

/** Longest name that is made from a label. */
const longestName = 60;

/** A name of letters, digits and hyphens only: what metrics say may be anything, and must not become a path. */
const nameOf = ({ name, label }: DrawnPlot): string =>
  (name ?? label)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestName)
    .replace(/^-+|-+$/g, '') || 'figure';

/** The plots under names that differ, each with a caption that says which run it is of. */
export function figuresOf(plots: readonly DrawnPlot[], run: RunRecord, experiment: string): Figure[] {
  const used = new Map<string, number>();
  return plots.map((plot) => {
    const name = nameOf(plot);
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    const { dataset, runId, seed } = run;
    return {
      ...plot,
      name: count === 1 ? name : `${name}-${count}`,
      caption: `${plot.label}. presend, experiment ${experiment}, run ${runId}, seed ${seed}, dataset ${dataset.name} (sha256 ${dataset.sha256.slice(0, 16)}); benign pictures only.`,
    };
  });
}

/** Height of a line of the legend, in pixels, and the width of a column of it. */
const legendLine = 18;
const legendColumn = 210;

/** The SVG of a figure: legend inside, title and description for readers and editors, colours as in print. */
export function figureSvg({ svg, label, caption, legend = [] }: Figure): string {
  const [opening] = /^<svg[^>]*>/.exec(svg)!;
  const [width, height] = ['width', 'height'].map((side) =>
    Number(new RegExp(` ${side}="([\\d.]+)"`).exec(opening)![1]),
  );
  const columns = Math.max(1, Math.floor(width! / legendColumn));
  const rows = Math.ceil(legend.length / columns);
  const tall = height! + (rows > 0 ? rows * legendLine + 8 : 0);
  const head = opening
    .replace(/ data-plot="\d+"/, '')
    .replace(/ style="[^"]*"/, '')
    .replace(/ height="[^"]*"/, ` height="${tall}"`)
    .replace(/ viewBox="[^"]*"/, ` viewBox="0 0 ${width} ${tall}"`)
    .replace(' fill="currentColor"', ' fill="#1b1f24" color="#1b1f24"');
  const lines = legend.map(({ name, color, dash }, i) => {
    const [x, y] = [8 + (i % columns) * legendColumn, height! + 8 + Math.floor(i / columns) * legendLine];
    return `<line x1="${x}" x2="${x + 30}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="2.2" stroke-dasharray="${dash}"/><text x="${x + 38}" y="${y}" dy="0.32em" text-anchor="start">${escapeHtml(name)}</text>`;
  });
  const body = svg.slice(opening.length).replace(/<\/svg>$/, '');
  const all = `${head}<title>${escapeHtml(label)}</title><desc>${escapeHtml(caption)}</desc><rect width="100%" height="100%" fill="#ffffff"/>${body}<g class="legend">${lines.join('')}</g></svg>`;
  return `${resolved(all)}\n`;
}

/** Colours without the variables of a page, which editors and converters do not know: each its fallback. */
function resolved(svg: string): string {
  let [before, now] = ['', svg];
  while (now !== before) [before, now] = [now, now.replace(/var\(--[a-z0-9-]+, ((?:[^()]|\([^()]*\))*)\)/g, '$1')];
  return now;
}

/** The files of the folder of figures: SVG and CSV of each, and captions.md. */
export function figureFiles(
  plots: readonly DrawnPlot[],
  run: RunRecord,
  experiment: string,
): Readonly<Record<string, string>> {
  const figures = figuresOf(plots, run, experiment);
  if (figures.length === 0) return {};
  return {
    ...Object.fromEntries(
      figures.flatMap((each) => [
        [`${each.name}.svg`, figureSvg(each)],
        [`${each.name}.csv`, each.csv],
      ]),
    ),
    'captions.md': `${figures.map(({ name, caption }) => `- **${name}** ${markdownText(caption)}`).join('\n')}\n`,
  };
}
