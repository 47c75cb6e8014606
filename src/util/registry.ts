/** Looks up a name in a registry, and suggests names if it is unknown. */
import { UserError } from './errors.ts';

/** The registry's entry of that name. If it is unknown, a UserError suggests the nearest entries and lists all. */
export function lookUp<T>(registry: Readonly<Record<string, T>>, kind: string, name: string): T {
  const found = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(registry);
  throw new UserError(`Unknown ${kind} '${name}'.${didYouMean(names, name)} Available: ${names.join(', ')}.`);
}

/** ' Did you mean x?' for names that differ by a typing error, ignoring case; '' if there are none. */
export function didYouMean(names: readonly string[], name: string): string {
  const lower = name.toLowerCase();
  const slips = (each: string): number => editDistance(each.toLowerCase(), lower);
  const same = names.filter((each) => each.toLowerCase() === lower);
  const near = same.length > 0 ? same : names.filter((each) => slips(each) <= Math.max(1, Math.floor(each.length / 3)));
  return near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
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
