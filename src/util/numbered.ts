/** Numbers for names, so that state about millions of named things fits in typed arrays. */

/** Numbers names from 0, in the order of their first occurrence. */
export class Numbered {
  readonly #numbers = new Map<string, number>();

  /** How many names there are. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The number of a name; a new one for a new name. */
  of(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    return number;
  }

  /** The number of a known name; undefined of an unknown one. */
  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /** The names in the order of their numbers; with a condition, those whose number fulfils it. */
  *names(holds: (number: number) => boolean = () => true): Generator<string> {
    for (const [name, number] of this.#numbers) if (holds(number)) yield name;
  }

  /** Takes over the names of others, behind its own. Returns its number for each number of the others. */
  merge(others: Numbered): Renumbering {
    return Uint32Array.from(others.#numbers.keys(), (name) => this.of(name));
  }
}

/** The new number for each old one. */
export type Renumbering = Uint32Array;
