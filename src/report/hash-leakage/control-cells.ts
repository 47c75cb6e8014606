/** Cells that tell whether a control came out as it must. */
import { plain } from '../benchmark/table.ts';
import type { Cell } from '../format.ts';

/** A mark and a word; empty for an attack, which is no control. */
export const verdict = (passed: boolean | null, yes: string): Cell =>
  passed === null ? plain('') : passed ? plain(`✓ ${yes}`) : { ...plain('✗ fails'), tone: 'warn' };

/** The number of a control behind a mark that says whether it came out as it must; empty where there was none. */
export function controlCell<T extends { readonly passed: boolean | null }>(
  control: T | undefined,
  of: (it: T) => Cell,
): Cell {
  if (!control) return plain('');
  const cell = of(control);
  const mark = control.passed ? '✓' : '✗';
  return {
    ...cell,
    main: `${mark} ${cell.main}`,
    plain: `${mark} ${cell.plain}`,
    ...(control.passed ? {} : { tone: 'warn' as const }),
  };
}
