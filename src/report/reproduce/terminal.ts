/** A reproduction on a terminal: each claim with its verdict, and below it every value. */
import { printable } from '../../util/printable.ts';
import { wrap } from '../terminal.ts';
import { allowed, counts, digits, ours, verdictText } from './tables.ts';
import type { ReproducedTarget } from './types.ts';

/** All targets, the summary last. Ends in a newline. */
export function reproductionTerminal(judged: readonly ReproducedTarget[], columns = 120): string {
  const blocks = judged.map((each) => {
    const { target, compared, on, notes } = each;
    const values = compared.map(({ published: { what, value, ...rest }, ours: own, agrees }) => {
      const mark = agrees === false ? '!' : agrees ? '=' : ' ';
      const corrected = own?.corrected ? `; corrected ${ours(own.corrected)}` : '';
      return `  ${mark} ${printable(what)}: published ${value === null ? '–' : digits(value)}, ours ${ours(own)}${corrected} (${allowed({ what, value, ...rest })})`;
    });
    const asides = [target.flaw, on && `On ${on}.`, ...notes].flatMap((aside) =>
      aside ? [wrap(`    ${aside}`, columns)] : [],
    );
    const rank = target.rank === undefined ? '' : ` (${target.rank})`;
    return [
      wrap(`${target.name}${rank}: ${verdictText(each)}`, columns),
      wrap(`    ${target.claim} ${target.source.text}.`, columns),
      ...(each.verdict.is === 'needs data' ? [] : [...values, ...asides]),
    ].join('\n');
  });
  return `${[...blocks, wrap(`${counts(judged)} =: within the tolerance, !: outside it.`, columns)].join('\n\n')}\n`;
}
