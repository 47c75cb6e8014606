/** A plot in the page, drawn from the same options as on the server, with downloads of its SVG and data. */
import * as Plot from '@observablehq/plot';
import { withoutNames } from '../../report/page/mark-names.ts';
import { plotCsv } from '../../report/page/plot-data.ts';
import { element } from './dom.ts';

/** Redraws a plot into a place, and offers it as files called `name`. */
export function putPlot(place: HTMLElement, options: Plot.PlotOptions, label: string, name: string): void {
  const svg = Plot.plot(options) as SVGSVGElement;
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  withoutNames(svg);
  const link = (ending: 'svg' | 'csv', type: string, text: () => string): HTMLAnchorElement =>
    element('a', { href: '#', download: `${name}.${ending}` }, [ending.toUpperCase()], {
      onclick(event) {
        // The files are created on request, not while a slider moves.
        const address = URL.createObjectURL(new Blob([text()], { type }));
        const target = event.currentTarget as HTMLAnchorElement;
        target.href = address;
        setTimeout(() => {
          URL.revokeObjectURL(address);
          target.href = '#';
        }, 1000);
      },
    });
  const links = element('p', { class: 'downloads' }, [
    link('svg', 'image/svg+xml', () => standalone(svg)),
    link('csv', 'text/csv', () => plotCsv(options)),
  ]);
  // Redrawing must not take the keyboard focus from a link.
  const before = place.querySelector('.downloads');
  if (before?.contains(document.activeElement)) place.querySelector('svg')!.replaceWith(svg);
  else place.replaceChildren(svg, links);
}

/** The SVG as a standalone file; colours are variables with a fallback for a light page. */
function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${new XMLSerializer().serializeToString(copy)}\n`;
}
