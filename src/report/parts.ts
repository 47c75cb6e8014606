/** Parts of the report of a kind of experiment; page, Markdown and terminal combine them. */
import type { RunRecord } from '../schema/run-record.ts';
import type { Html } from './page/html.ts';
import type { Finding, Page, Section } from './page/shell.ts';
import type { ReportTable } from './table.ts';

export interface Parts {
  /** The answer, one or two sentences per part. */
  readonly findings: readonly Finding[];
  /** The tables, most important first: a terminal displays two. */
  readonly tables: readonly ReportTable[];
  /** Sections of the page between the answer and the data. */
  readonly sections: readonly Section[];
  /** Description of the data. */
  readonly data: Html;
  /** File name → text. */
  readonly csv: Readonly<Record<string, string>>;
}

/** Width of a terminal, and whether it supports colour. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly color?: boolean;
  /** Everything, not only the answer. */
  readonly full?: boolean;
}

/** A report in its layout; the same metrics and record give the same bytes. */
export interface Report {
  /** The page without its layout: question, answer and sections. */
  page(run: RunRecord): Page;
  markdown(run: RunRecord): string;
  /** File name → text. */
  readonly csv: Readonly<Record<string, string>>;
  /** Draws plots that stand in the folder of figures only, not on the page. */
  figures?(): void;
  /** The headline for a terminal of `columns` characters (default 120). Ends with a newline. */
  terminal(options: TerminalOptions): string;
}
