/** Looking a name up in a registry, with help when it is not there. */
import { UserError } from './errors.ts';

/** The registry's entry of that name; a UserError names the nearest entries and lists all when there is none. */
export function lookUp<T>(registry: Readonly<Record<string, T>>, kind: string, name: string): T {
  const found = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(registry);
  const near = names.filter((each) => editDistance(each, name) <= Math.max(1, Math.floor(each.length / 3)));
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new UserError(`Unknown ${kind} '${name}'.${hint} Available: ${names.join(', ')}.`);
}

/** Levenshtein distance: insertions, deletions and substitutions between two strings. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
