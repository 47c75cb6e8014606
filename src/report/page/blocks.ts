/** The page's building blocks: figure, table cell, scroll box, plain table. */
import type { Cell } from '../format.ts';
import { Html, html } from './html.ts';

/** An SVG inside the page. HTML needs no namespace, and without it the page contains no address at all. */
export const inlineSvg = (text: string): Html => new Html(text.replace(' xmlns="http://www.w3.org/2000/svg"', ''));

/** One plot of a figure, and its title. */
export type Panel = readonly [title: string, svg: string];

/** Plots next to each other if they fit, with one caption that explains how to read them. */
export const figure = (panels: readonly Panel[], caption: Html): Html =>
  html`<figure><div class="plots">${panels.map(
    ([title, text]) => html`<div><h3>${title}</h3>${inlineSvg(text)}</div>`,
  )}</div><figcaption>${caption}</figcaption></figure>`;

/** A table cell with its number, its counts below, and the method in the tooltip. */
export const cellHtml = ({ main, small, hover, tone }: Cell, extra = ''): Html => {
  const classes = [tone, extra].filter(Boolean).join(' ');
  return html`<td${classes && html` class="${classes}"`} title="${hover}"><b>${main}</b>${small.map((line) => html`<small>${line}</small>`)}</td>`;
};

/** A box that scrolls separately, so that a wide table never widens the page; focusable, so that keys scroll it too. */
export const scroll = (label: string, content: Html): Html =>
  html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;

/** A plain table of text; the first column has row headings. Without column titles it has no head. */
export const plainTable = (
  label: string,
  head: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
): Html =>
  scroll(
    label,
    html`<table class="plain">${head.some((title) => title !== '') && html`<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>`}<tbody>${rows.map(
      ([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`,
    )}</tbody></table>`,
  );
