/** The legend of a figure's lines. */
import { Html, html } from './html.ts';

/** Samples of lines with their names, in one wrapping row. */
export const legend = (
  lines: readonly { readonly name: string; readonly color: string; readonly dash: string }[],
): Html =>
  html`<p class="keys">${lines.map(({ name, color, dash }) => {
    const sample = new Html(
      `<svg width="34" height="10" aria-hidden="true"><line x1="0" x2="34" y1="5" y2="5" stroke="${color}" stroke-width="2.2" stroke-dasharray="${dash}"/></svg>`,
    );
    return html`<span><span class="key">${sample}</span>${name}</span> `;
  })}</p>`;
