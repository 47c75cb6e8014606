/** What the report of a kind of experiment is made of; page, Markdown and terminal put the parts together. */

import type { Html } from './page/html.ts';
import type { Section } from './page/shell.ts';
import type { ReportTable } from './table.ts';

export interface Parts {
  /** The answer, a sentence or two each. */
  readonly findings: readonly Finding[];
  /** The tables, the most telling first: a terminal shows two. */
  readonly tables: readonly ReportTable[];
  /** Sections of the page between the answer and the data. */
  readonly sections: readonly Section[];
  /** What the data were. */
  readonly data: Html;
  /** File name → text. */
  readonly csv: Readonly<Record<string, string>>;
}

/** One part of the answer: what it is about, and its sentences as plain text. */
export interface Finding {
  readonly label: string;
  readonly text: string;
}
