/** The answer as CSV and as a LaTeX table. */
import type { Interval } from '../../metric/interval.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields } from '../csv.ts';
import { ppvOf, type TradeoffAnswer } from './answer.ts';
import { answerTable } from './tables.ts';

/** Every number of every strategy, in long form. */
export function tradeoffCsv({ strategies }: TradeoffAnswer): string {
  const rows = strategies.flatMap(({ id, name, recovered, model, named }): Field[][] => {
    const numbers: [string, Field[]][] = [
      ...recovered.map(({ of, reports }): [string, Field[]] => [`recovered.of.${of}`, intervalFields(reports)]),
      ...(Object.entries(model) as [string, Interval | null][]).flatMap(([key, value]): [string, Field[]][] =>
        // Where nothing is flagged there is no share that is right.
        key === 'ppv' && ppvOf(model) === 'nothing is flagged' ? [] : [[key, intervalFields(value)]],
      ),
      ...(named ? [['named', rateFields(named)] as [string, Field[]]] : []),
    ];
    return numbers.map(([measure, fields]) => [id, name, measure, ...fields]);
  });
  return csvTable(['id', 'strategy', 'measure', ...numberColumns], rows);
}

/** Characters that LaTeX would take for commands. */
const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '–': '--',
  '−': '$-$',
  '⁹': '$^{9}$',
  '≤': '$\\leq$',
};
const latexText = (text: string): string => text.replace(/[\\&%$#_{}~^–−⁹≤]/g, (each) => special[each]!);

/** The main table, to be set with the package booktabs. */
export function tradeoffLatex(answer: TradeoffAnswer): string {
  const { head, lines, explains } = answerTable(answer);
  const row = (cells: readonly string[]): string => `${cells.map(latexText).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    `\\caption{${latexText(`${answer.question} ${explains} Detection measured on benign pictures.`)}}`,
    `\\begin{tabular}{l${'r'.repeat(head.length - 1)}}`,
    '\\toprule',
    row(head),
    '\\midrule',
    ...lines.map(({ name, cells }) => row([name, ...cells.map((cell) => cell.plain)])),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}
