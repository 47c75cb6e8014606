/** The common frame of report pages: head, policy, question, answer, navigation, sections. */

import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';
import { stylesheet } from './style.ts';

/**
 * Nothing can load except pictures embedded in the page, if any, and nothing can run except the page's own script, if any. This holds
 * whatever a dataset's file names contain.
 */
const policyOf = (pictures: boolean, script?: string): string =>
  `default-src 'none'; style-src 'unsafe-inline'; ${pictures ? 'img-src data:; ' : ''}${script === undefined ? '' : `script-src 'sha256-${digest(script)}'; `}base-uri 'none'; form-action 'none'`;

/** Start of an embedded picture; a dataset's text cannot contain it, because its quotes are escaped. */
const inPage = '<img src="data:image/png;base64,';

const digest = (script: string): string => createHash('sha256').update(script).digest('base64');

/** One part of the answer: its topic, and its sentences as plain text. */
export interface Finding {
  readonly label: string;
  readonly text: string;
}

/** One part of a page. */
export type Section = readonly [id: string, title: string, content: Html];

/** A page without its layout. */
export interface Page {
  readonly experiment: string;
  readonly runId: string;
  readonly question: string;
  /** A short title in the place of a long question, which then follows the lead folded, with the findings. */
  readonly title?: string;
  /** The first screen: the answer before anything that explains it. With a short title the findings follow folded, otherwise the lead says them. */
  readonly lead?: Html;
  /** Sections are closed until they are asked for. */
  readonly folded?: boolean;
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
  /** One sentence at the end. */
  readonly footer: string;
  /** A script that runs after the page has loaded. */
  readonly script?: string;
}

/** The page as one standalone HTML file: it loads nothing; light or dark by the reader's preference. */
export function pageText(of: Page): string {
  const { experiment, runId, sections, footer, script } = of;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(
    policyOf(
      sections.some(([, , content]) => content.text.includes(inPage)),
      script,
    ),
  )}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${experiment}: presend report</title>
<style>${new Html(stylesheet)}</style>
</head>
<body>
<header>
<p class="eyebrow">presend · experiment ${experiment} · run ${runId}</p>
${answerHtml(of)}
${!of.folded && html`<nav aria-label="Sections">${sections.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>`}
</header>
<main>
${sections.map((section) => sectionHtml(section, of.folded ?? false))}</main>
<footer>${footer}</footer>
${script === undefined ? '' : new Html(`<script>${script}</script>\n`)}</body>
</html>
`;
  return page.text;
}

/** Title, first screen, question and findings: what stands above the sections. */
export function answerHtml({ question, title, lead, findings }: Omit<Page, 'sections'>): Html {
  const words = html`<dl class="answer">${findings.map(({ label, text }) => html`<div><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>`;
  if (!lead)
    return html`<h1>${question}</h1>
${words}`;
  if (title === undefined)
    return html`<h1>${question}</h1>
${lead}`;
  return html`<h1>${title}</h1>
${lead}
<details class="question"><summary>The question, and the answer in words</summary><p>${question}</p>${words}</details>`;
}

/** One section, closed until it is asked for where `folded`; a link to it opens it. */
export const sectionHtml = ([id, title, content]: Section, folded: boolean): Html =>
  folded
    ? html`<section aria-labelledby="${id}-title"><details class="fold"><summary><h2 id="${id}-title">${title}</h2></summary><div id="${id}">${content}</div></details></section>
`
    : html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>
`;
