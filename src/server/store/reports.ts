/** Reports in the database. */
import type { Kysely, Transaction } from 'kysely';
import type { Tip } from '../../schema/tip.ts';
import { type Intake, type NumberedTip, nameOfReport, type Reports } from '../../store/store.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { groupCommit } from './group-commit.ts';
import type { Tables } from './tables.ts';

export class StoredReports implements Reports {
  readonly #db: Kysely<Tables>;
  readonly #most: number;
  readonly add: (report: { readonly tip: Tip; readonly received: number }) => Promise<Intake>;

  /** `most`: maximum number of stored reports. A full store returns an error instead of filling the disk. */
  constructor(db: Kysely<Tables>, most: number) {
    this.#db = db;
    this.#most = most;
    this.add = groupCommit((reports) => db.transaction().execute((step) => this.#insert(step, reports)), { most: 256 });
  }

  async #insert(
    step: Transaction<Tables>,
    reports: readonly { readonly tip: Tip; readonly received: number }[],
  ): Promise<Intake[]> {
    const rows = reports.map(({ tip, received }) => {
      const text = canonicalJson(tip);
      return { report_id: tip.reportId, name: nameOfReport(tip), digest: sha256Hex(text), tip: text, received };
    });
    const before = await this.#kept(step, rows);
    const names = [...new Set(rows.map(({ name }) => name))].filter((name) => !before.has(name));
    const room = Math.max(0, this.#most - (await count(step)));
    const fits = new Set(names.slice(0, room));
    // Only the first of a name is stored; a later equal one in the group is known.
    const wanted = rows.filter(({ name }) => fits.delete(name));
    const added =
      wanted.length === 0
        ? []
        : await step
            .insertInto('reports')
            .values(wanted)
            .onConflict((conflict) => conflict.doNothing())
            .returning('name')
            .execute();
    const fresh = new Set(added.map(({ name }) => name));
    const byName = wanted.length === 0 ? before : await this.#kept(step, rows);
    return rows.map(({ name, digest }): Intake => {
      const there = byName.get(name);
      if (!there) return { state: 'full' };
      if (there.digest !== digest) return { state: 'taken' };
      return { state: fresh.delete(name) ? 'new' : 'known', number: there.number };
    });
  }

  async #kept(
    step: Transaction<Tables>,
    rows: readonly { readonly name: string }[],
  ): Promise<ReadonlyMap<string, { readonly number: number; readonly digest: string }>> {
    const kept = await step
      .selectFrom('reports')
      .select(['number', 'name', 'digest'])
      .where(
        'name',
        'in',
        rows.map(({ name }) => name),
      )
      .execute();
    return new Map(kept.map((each) => [each.name, each]));
  }

  /** Reports after number `after`, in order. */
  async page(after: number, most: number): Promise<NumberedTip[]> {
    const rows = await this.#db
      .selectFrom('reports')
      .select(['number', 'received', 'tip'])
      .where('number', '>', after)
      .orderBy('number')
      .limit(most)
      .execute();
    return rows.map(({ tip, ...rest }) => ({ ...rest, tip: JSON.parse(tip) as Tip }));
  }

  count(): Promise<number> {
    return count(this.#db);
  }
}

async function count(db: Kysely<Tables>): Promise<number> {
  const { n } = await db
    .selectFrom('reports')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}
