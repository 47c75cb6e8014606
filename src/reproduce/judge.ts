/** Whether ours is theirs, by the tolerance that was decided before. */
import type { PublishedValue, Reproduction } from '../../schema/reproduction.ts';
import type { Measured, Measurement } from './measure.ts';

/** One published value beside ours. */
export interface Compared {
  readonly published: PublishedValue;
  /** Undefined where ours was not measured. */
  readonly ours: Measured | undefined;
  /** null where the value stands for comparison only. */
  readonly agrees: boolean | null;
}

/** What came of a target. */
export type Verdict =
  | { readonly is: 'reproduced' }
  | { readonly is: 'not reproduced'; readonly why: string }
  | { readonly is: 'not comparable'; readonly why: string }
  | { readonly is: 'needs data'; readonly command: string };

/** A target that was tried. */
export interface Judged {
  readonly target: Reproduction;
  readonly verdict: Verdict;
  readonly compared: readonly Compared[];
  readonly on?: string | undefined;
  readonly notes: readonly string[];
}

/** The target with ours beside it. */
export function judge(target: Reproduction, measurement: Measurement): Judged {
  const compared = target.published.map((published): Compared => {
    const measured = measurement.values[published.what];
    // A rate of no trials is no number: it is as good as left out.
    const ours = measured && !Number.isNaN(measured.value) ? measured : undefined;
    return { published, ours, agrees: ours === undefined ? null : agrees(published, ours.value) };
  });
  const { on, notes = [] } = measurement;
  return { target, verdict: verdictOf(target, compared), compared, on, notes };
}

/** A target that was not tried for want of data. */
export const untried = (target: Reproduction, command: string): Judged => ({
  target,
  verdict: { is: 'needs data', command },
  compared: target.published.map((published) => ({ published, ours: undefined, agrees: null })),
  notes: [],
});

function agrees({ value, digits, within }: PublishedValue, ours: number): boolean | null {
  if (within) return ours >= within[0] && ours <= within[1];
  if (digits === undefined || value === null) return null;
  return Number(ours.toPrecision(digits)) === Number(value.toPrecision(digits));
}

function verdictOf({ notComparable, order }: Reproduction, compared: readonly Compared[]): Verdict {
  const missing = compared.filter(({ ours }) => ours === undefined).map(({ published }) => published.what);
  if (missing.length > 0) return { is: 'not reproduced', why: `not measured: ${missing.join(', ')}` };
  if (notComparable) return { is: 'not comparable', why: notComparable };
  const wrong = compared.filter((each) => each.agrees === false).map(({ published }) => published.what);
  if (wrong.length > 0) return { is: 'not reproduced', why: `outside the tolerance: ${wrong.join(', ')}` };
  const ranked = order?.map((what) => compared.find(({ published }) => published.what === what)!.ours!.value) ?? [];
  const at = ranked.findIndex((value, i) => i > 0 && value >= ranked[i - 1]!);
  if (at > 0) return { is: 'not reproduced', why: `the order differs: ${order![at]} is not below ${order![at - 1]}` };
  return { is: 'reproduced' };
}
