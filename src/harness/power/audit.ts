/** An auditor who holds the originals of some entries of a list that can be read, drawn at random: simulated. */
import type { AuditRow } from '../../schema/power-rows.ts';
import { seededRng } from '../../util/rng.ts';

/** One list. */
export interface AuditTask {
  readonly seed: number;
  readonly entries: number;
  readonly planted: number;
  readonly audited: number;
  readonly trials: number;
}

/** Draws the audited entries of every trial without replacement; the planted ones are the first, without loss of generality. */
export function simulateAudit({ seed, entries, planted, audited, trials }: AuditTask): AuditRow {
  const rng = seededRng(seed, `power/audit/${entries}/${planted}/${audited}`);
  let found = 0;
  for (let trial = 0; trial < trials; trial++) {
    const drawn = new Set<number>();
    let hit = false;
    while (drawn.size < audited && !hit) {
      const entry = rng.int(entries);
      if (drawn.has(entry)) continue;
      drawn.add(entry);
      hit = entry < planted;
    }
    if (hit) found++;
  }
  return { row: 'audit', entries, planted, audited, trials, found };
}
