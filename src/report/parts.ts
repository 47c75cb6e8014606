/** What the report of a kind of experiment is made of; page, Markdown and terminal put the parts together. */
import type { RunRecord } from '../schema/run-record.ts';
import type { Html } from './page/html.ts';
import type { Finding, Page, Section } from './page/shell.ts';
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

/** How wide a terminal is, and whether it shows colour. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly color?: boolean;
}

/** A report in its layout; the same metrics and record give the same bytes. */
export interface Report {
  /** The page before it is laid out: question, answer and sections. */
  page(run: RunRecord): Page;
  markdown(run: RunRecord): string;
  /** File name → text. */
  readonly csv: Readonly<Record<string, string>>;
  /** The headline for a terminal of `columns` characters (120 where none are given). Ends in a newline. */
  terminal(options: TerminalOptions): string;
}
