/** Reads CSV (RFC 4180) piece by piece: the memory does not depend on the length of the file. */
import { CsvError, type Info, parse } from 'csv-parse';

/** A row and its last line number; 1 is the first line of the file. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A part of the file that is no row, e.g. because a quote is never closed. */
export interface BadCsv {
  readonly line: number;
  readonly reason: string;
}

/** Maximum length of a row, in bytes: a quote that is never closed would otherwise put the rest of the file into one cell. */
const longestRow = 2 ** 20;

/** The rows in their order, a piece of the file at a time. */
export async function* csvRows(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<(CsvRow | BadCsv)[]> {
  let read: (CsvRow | BadCsv)[] = [];
  const refuse = (error: CsvError): void => {
    read.push({ line: (error as { lines?: number }).lines ?? 0, reason: error.message });
  };
  const parser = parse({
    bom: true,
    relax_column_count: true,
    // A stray quote is part of its cell; otherwise, csv-parse would read everything after it as one quoted cell.
    relax_quotes: true,
    // Each of these can end a row, anywhere in the file; csv-parse would use the first that it finds for all rows.
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_records_with_error: true,
    max_record_size: longestRow,
    on_record: (cells: string[], { lines: line }: Info) => {
      read.push({ line, cells });
      return null;
    },
    on_skip: (error) => {
      if (error) refuse(error);
      return undefined;
    },
  });
  let failed: Error | undefined;
  parser.on('error', (error) => {
    failed = error;
  });
  // Every row goes through on_record, so that nothing comes out of the stream but its end.
  parser.resume();
  /** Waits until the parser has taken everything that it was given. */
  const taken = (give: (done: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      parser.once('close', resolve);
      give(() => {
        parser.off('close', resolve);
        resolve();
      });
    });
  for await (const piece of pieces) {
    if (parser.destroyed) break;
    await taken((done) => parser.write(piece, done));
    yield read;
    read = [];
  }
  if (!parser.destroyed) await taken((done) => parser.end(done));
  if (failed instanceof CsvError) refuse(failed);
  else if (failed) throw failed;
  yield read;
}
