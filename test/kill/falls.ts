/**
 * Where kills fell. A request that a kill cut off is made again, and its answer then tells whether its first attempt had been committed: a
 * post is `known`, an acknowledgement finds nothing that waits.
 */

/** Moments that a kill is aimed at. The last four are about the next post or acknowledgement that reaches the relay. */
export const aims = [
  /** Some milliseconds after some answers. */
  'any',
  /** A post goes to the store. */
  'posting',
  /** A post is newly committed, and not answered yet. */
  'posted',
  /** An acknowledgement goes to the store. */
  'acknowledging',
  /** An acknowledgement is newly committed, and not answered yet. */
  'acknowledged',
] as const;
export type Aim = (typeof aims)[number];

/** Aims in turn: every third kill falls anywhere, and the first two between a commit and its answer. */
export const turns: readonly Aim[] = ['posted', 'acknowledged', 'any', 'posting', 'acknowledging', 'any'];

/** What a request was about. */
export type Kind = 'post' | 'acknowledgement';

/** Kills that cut off at least one such request; a kill under load can be in several. */
export interface FallCounts {
  /** Its commit had not happened. */
  readonly uncommitted: Readonly<Record<Kind, number>>;
  /** It was committed, and not answered. */
  readonly committed: Readonly<Record<Kind, number>>;
}

/** Collects what the second attempts tell. */
export class Falls {
  readonly #kills = { uncommitted: both(), committed: both() };

  /** A kill fell while the relay held the answer to something that it had just committed. */
  held(kind: Kind, kill: number): void {
    this.#kills.committed[kind].add(kill);
  }

  /** A request was answered in the end; `cut` are the numbers of the kills that cut its attempts off, and whether one of these was committed. */
  note(kind: Kind, cut: ReadonlySet<number>, committed: boolean): void {
    // Of several attempts it is not known which one was committed.
    if (committed && cut.size > 1) return;
    for (const kill of cut) this.#kills[committed ? 'committed' : 'uncommitted'][kind].add(kill);
  }

  counts(): FallCounts {
    const sizes = ({ post, acknowledgement }: Record<Kind, Set<number>>) => ({
      post: post.size,
      acknowledgement: acknowledgement.size,
    });
    return { uncommitted: sizes(this.#kills.uncommitted), committed: sizes(this.#kills.committed) };
  }
}

const both = (): Record<Kind, Set<number>> => ({ post: new Set(), acknowledgement: new Set() });
