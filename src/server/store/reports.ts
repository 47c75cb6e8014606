/** Reports to the curator: kept once each, in order of arrival. */
import type { Kysely, Transaction } from 'kysely';
import type { Tip } from '../../schema/tip.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { groupCommit } from './group-commit.ts';
import type { Tables } from './tables.ts';

/** What became of a report, and its number where it is kept. taken: another report has its id. */
export type Intake =
  | { readonly state: 'new' | 'known'; readonly number: number }
  | { readonly state: 'taken' }
  | { readonly state: 'full' };

/** A report with its number and the second of its arrival. */
export interface NumberedTip {
  readonly number: number;
  readonly received: number;
  readonly tip: Tip;
}

export class Reports {
  readonly #db: Kysely<Tables>;
  readonly #most: number;
  /** Keeps a report; resolves once it is durable. */
  readonly add: (report: { readonly tip: Tip; readonly received: number }) => Promise<Intake>;

  /** `most`: reports that are kept at most; a store that runs into it says so instead of filling the disk. */
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
      return { report_id: tip.reportId, digest: sha256Hex(text), tip: text, received };
    });
    const room = this.#most - (await count(step));
    const added =
      room <= 0
        ? []
        : await step
            .insertInto('reports')
            .values(rows.slice(0, room))
            .onConflict((conflict) => conflict.doNothing())
            .returning('report_id')
            .execute();
    const fresh = new Set(added.map(({ report_id }) => report_id));
    const kept = await step
      .selectFrom('reports')
      .select(['number', 'report_id', 'digest'])
      .where(
        'report_id',
        'in',
        rows.map(({ report_id }) => report_id),
      )
      .execute();
    const byId = new Map(kept.map((each) => [each.report_id, each]));
    return rows.map(({ report_id, digest }): Intake => {
      const there = byId.get(report_id);
      if (!there) return { state: 'full' };
      if (there.digest !== digest) return { state: 'taken' };
      return { state: fresh.delete(report_id) ? 'new' : 'known', number: there.number };
    });
  }

  /** Reports behind number `after`, in order. */
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
