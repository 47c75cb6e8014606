/** What each column of a type of row means, as far as the row's schema says it. */
import type { RowShape } from './columns.ts';

/** The part of a JSON Schema that descriptions are in. */
interface Described {
  readonly description?: string;
  readonly anyOf?: readonly Described[];
  readonly properties?: Readonly<Record<string, Described>>;
}

/** Column → description, under the names that `tableOf` gives the columns. Columns without a description are left out. */
export function meanings(type: RowShape): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  collect(type.schema as Described, '', found);
  return found;
}

function collect(schema: Described, prefix: string, found: Map<string, string>): void {
  for (const each of schema.anyOf ?? [schema])
    for (const [key, member] of Object.entries(each.properties ?? {})) {
      const name = `${prefix}${key}`;
      const description = member.description ?? member.anyOf?.find((one) => one.description)?.description;
      if (description !== undefined) found.set(name, description);
      collect(member, `${name}_`, found);
    }
}
