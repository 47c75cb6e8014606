/** The layout of every page: head, navigation, the reports' stylesheet, and script addresses. */
import { Html, html } from '../../report/page/html.ts';
import { stylesheet } from '../../report/page/style.ts';
import { pageStyles } from './style.ts';

/** A page without its layout. */
interface FramedPage {
  readonly title: string;
  /** Address of the page's navigation entry. */
  readonly at?: string;
  readonly content: Html;
  /** Address of the script; undefined if the page needs none, or none is available. */
  readonly script?: string | undefined;
  /** A script that the policy of pages names by its digest. */
  readonly inline?: string;
}

const places = [
  ['/', 'Runs'],
  ['/demo', 'Live demo'],
] as const;

// Three lanes and a packet, as an inline drawing, so that browsers request no file.
const icon = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M3 2v12M13 2v12" stroke="#0b5cad" stroke-width="2"/><rect x="5" y="6" width="6" height="4" rx="1" fill="#a63c00"/></svg>')}`;

/** The page as text. */
export const framed = ({ title, at, content, script, inline }: FramedPage): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${icon}">
<style>${new Html(stylesheet)}${new Html(pageStyles)}</style>
${script === undefined ? '' : html`<script type="module" src="${script}"></script>`}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<nav class="bar" aria-label="Pages"><b>presend</b>${places.map(
    ([href, name]) => html`<a href="${href}"${href === at && html` aria-current="page"`}>${name}</a>`,
  )}</nav>
${content}
${inline !== undefined && html`<script>${new Html(inline)}</script>`}
</body>
</html>
`.text;
