/**
 * What a strategy's roles saw and what crossed between them, over all cohorts of accounts: a strategy that runs on several cohorts has the rows of
 * each, and is one strategy in the metrics.
 */
import { ValueCounts } from '../../metric/value-counts.ts';
import type { DeploymentRow, TrafficRow, ViewRow } from '../../schema/observation.ts';
import { foundByComparing, joinAlike } from '../../score/alike.ts';
import type { Traffic } from './metrics.ts';

/** The view rows of one strategy, summed, with what a role finds by comparing the messages of all cohorts. */
export class ViewSums {
  readonly #rows = new Map<string, ViewRow>();

  add(row: ViewRow): void {
    const key = `${row.role} ${row.when} ${row.knowledge}`;
    const known = this.#rows.get(key);
    this.#rows.set(key, known ? joinViews(known, row) : row);
  }

  merge(following: ViewSums): void {
    for (const row of following.#rows.values()) this.add(row);
  }

  /** One row for each role, moment and kind of knowledge, in the order of the rows. */
  rows(): ViewRow[] {
    return [...this.#rows.values()].map(({ alike, ...row }) => {
      if (!alike) return row;
      const { found, outside } = foundByComparing(alike);
      return { ...row, found: row.found + found, outside: row.outside + outside };
    });
  }
}

/** Sums of two cohorts; what devices know of the list is a count of entries, and every cohort has the same list. */
function joinViews(first: ViewRow, next: ViewRow): ViewRow {
  const join = first.knowledge === 'list' ? Math.max : (a: number, b: number) => a + b;
  return {
    ...first,
    messages: join(first.messages, next.messages),
    allowed: join(first.allowed, next.allowed),
    found: join(first.found, next.found),
    outside: join(first.outside, next.outside),
    ...(first.alike || next.alike ? { alike: [...joinAlike(first.alike, next.alike)] } : {}),
  };
}

/** Crossings of one packet in one phase between two roles. */
type Arrow = Pick<TrafficRow, 'phase' | 'from' | 'to' | 'packet' | 'crossings' | 'messages' | 'bytes'> & {
  readonly medians: ValueCounts;
};

/**
 * The traffic rows of one strategy, merged. `medianBytes` of several cohorts is the median of their medians, each weighted by its crossings: the
 * median over all crossings is not in the rows. Of one cohort it is that cohort's.
 */
export class TrafficSums {
  readonly #arrows = new Map<string, Arrow>();
  /** Keys in the order of a diagram. */
  readonly #order: string[] = [];
  /** The key of the row before, so that a step that only a later cohort has stands behind its predecessor. */
  #before: string | undefined;

  add({ step, phase, from, to, packet, crossings, messages, bytes, medianBytes }: TrafficRow): void {
    if (step === 0) this.#before = undefined;
    const medians = new ValueCounts();
    medians.add(medianBytes, crossings);
    this.#join({ phase, from, to, packet, crossings, messages, bytes, medians });
  }

  merge(following: TrafficSums): void {
    // Rows of a cohort that began in the state before go on; other steps begin a new order.
    for (const key of following.#order) this.#join(following.#arrows.get(key)!);
    this.#before = following.#before;
  }

  #join(arrow: Arrow): void {
    const { phase, from, to, packet, crossings, messages, bytes, medians } = arrow;
    const key = [phase, from, to, packet].join(' ');
    const known = this.#arrows.get(key);
    if (known) {
      known.medians.merge(medians);
      this.#arrows.set(key, {
        ...known,
        crossings: known.crossings + crossings,
        messages: known.messages + messages,
        bytes: known.bytes + bytes,
      });
    } else {
      this.#arrows.set(key, arrow);
      this.#order.splice(
        this.#before === undefined ? this.#order.length : this.#order.indexOf(this.#before) + 1,
        0,
        key,
      );
    }
    this.#before = key;
  }

  /** One arrow for each packet, phase and pair of roles. */
  arrows(): Traffic[] {
    return this.#order.map((key) => {
      const { medians, ...arrow } = this.#arrows.get(key)!;
      return { ...arrow, medianBytes: medians.median ?? 0 };
    });
  }
}

/** The deployment rows of one strategy as one: the largest device, all rejections, the hidden capacity of the first cohort. */
export function joinDeployments(first: DeploymentRow | undefined, next: DeploymentRow): DeploymentRow {
  if (!first) return next;
  const rejected = [first, next].flatMap((row) => row.rejected ?? []);
  return {
    ...first,
    deviceBytes: Math.max(first.deviceBytes, next.deviceBytes),
    ...(rejected.length > 0 ? { rejected: rejected.reduce((sum, each) => sum + each, 0) } : {}),
  };
}
