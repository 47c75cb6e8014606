/** Groups of related pictures: merges groups with copies, and draws whole groups. Pure. */
import { groupBy } from '../util/group-by.ts';
import { seededRng } from '../util/rng.ts';
import { keyedNumber } from './keyed.ts';
import type { Picture } from './picture.ts';

/**
 * Gives groups with byte-identical files the same name, so that copies never straddle a split. Union-find; the merged group takes the name
 * of its first picture's group.
 */
export function uniteCopies<P extends Pick<Picture, 'group' | 'sha256'>>(pictures: readonly P[]): P[] {
  const parent = new Map<string, string>();
  const find = (group: string): string => {
    let root = group;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    // Path compression: a chain of many copies stays linear.
    for (let at = group; at !== root; ) {
      const up = parent.get(at)!;
      parent.set(at, root);
      at = up;
    }
    return root;
  };
  const holder = new Map<string, string>();
  const rank = new Map<string, number>();
  for (const { group, sha256 } of pictures) {
    if (!rank.has(group)) rank.set(group, rank.size);
    const first = holder.get(sha256);
    if (first === undefined) {
      holder.set(sha256, group);
      continue;
    }
    const [a, b] = [find(first), find(group)];
    if (a !== b) rank.get(a)! < rank.get(b)! ? parent.set(b, a) : parent.set(a, b);
  }
  return pictures.map((each) => (parent.has(each.group) ? { ...each, group: find(each.group) } : each));
}

/** Pictures by group, groups in the order of their first picture. */
export const groupsOf = <P extends Pick<Picture, 'group'>>(pictures: readonly P[]): Map<string, P[]> =>
  groupBy(pictures, ({ group }) => group);

/**
 * How groups are drawn: 'shuffle' puts all of them in a random order and takes an exact share; 'keyed-hash' looks at each group's own number
 * (keyed.ts).
 */
export type DrawnBy = 'shuffle' | 'keyed-hash';

/** Groups by their keyed numbers, smallest first. */
function byKey<P extends Pick<Picture, 'group'>>(groups: readonly P[][], seed: number, purpose: string): P[][] {
  const keyed = groups.map((group) => ({ group, key: keyedNumber(seed, purpose, group[0]!.group) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ group }) => group);
}

/**
 * At most `limit` pictures in whole groups, with about the same share of each topic. Groups are shuffled within their topic, or ordered by
 * their keyed numbers, and selected in the order of their quantile there. A smaller limit selects a subset of these groups, unless a group is
 * too large to fit.
 */
export function subsample<P extends Pick<Picture, 'id' | 'group' | 'topic'>>(
  pictures: readonly P[],
  { seed, limit, by = 'shuffle' }: { readonly seed: number; readonly limit: number; readonly by?: DrawnBy },
): P[] {
  if (pictures.length <= limit) return [...pictures];
  const sorted = [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
  const topics = new Map<string, P[][]>();
  for (const group of groupsOf(sorted).values()) {
    const groups = topics.get(group[0]!.topic);
    if (groups) groups.push(group);
    else topics.set(group[0]!.topic, [group]);
  }
  const queue = [...topics].flatMap(([topic, groups]) => {
    const rng = seededRng(seed, `subsample/${topic}`);
    // The offset prevents small topics from all waiting for the same quantile.
    const offset = rng.next();
    const ordered = by === 'shuffle' ? rng.shuffle(groups) : byKey(groups, seed, `subsample/${topic}`);
    return ordered.map((group, rank) => ({ group, topic, at: (rank + offset) / groups.length }));
  });
  queue.sort((a, b) => a.at - b.at || (a.topic < b.topic ? -1 : 1));
  const kept: P[] = [];
  for (const { group } of queue) if (kept.length + group.length <= limit) kept.push(...group);
  return kept.sort((a, b) => (a.id < b.id ? -1 : 1));
}
