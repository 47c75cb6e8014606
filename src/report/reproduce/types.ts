/** What the report of a reproduction is drawn from; the harness fills it in. */
import type { PublishedValue, Reproduction } from '../../schema/reproduction.ts';

/** A value of ours, with its interval and trials where it was sampled. */
export interface OurValue {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly n?: number | undefined;
  readonly corrected?: OurValue | undefined;
}

/** One target with its verdict. */
export interface ReproducedTarget {
  readonly target: Reproduction;
  readonly verdict:
    | { readonly is: 'reproduced' }
    | { readonly is: 'not reproduced' | 'not comparable'; readonly why: string }
    | { readonly is: 'needs data'; readonly command: string };
  readonly compared: readonly {
    readonly published: PublishedValue;
    readonly ours: OurValue | undefined;
    readonly agrees: boolean | null;
  }[];
  readonly on?: string | undefined;
  readonly notes: readonly string[];
}
