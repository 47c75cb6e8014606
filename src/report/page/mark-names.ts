/** Names of marks in plots that a page draws itself. */

/** Renames the names that Plot gives to its marks, as the server does (plot.ts): a picture has one name, and others are none that a screen reader may say. */
export function withoutNames(svg: Element): void {
  for (const mark of svg.querySelectorAll('g[aria-label]')) {
    mark.setAttribute('data-mark', mark.getAttribute('aria-label')!);
    mark.removeAttribute('aria-label');
  }
}
