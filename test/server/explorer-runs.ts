/** A folder of runs made by hand: rows whose distances are known, and the metrics that the harness derives from them. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyDetection } from '../../src/experiment/copy-detection/kind.ts';
import { copyDetectionMetrics } from '../../src/experiment/copy-detection/score.ts';
import { tradeoff } from '../../src/experiment/tradeoff/kind.ts';
import type { TradeoffRow } from '../../src/experiment/tradeoff/rows.ts';
import { metricsOf } from '../../src/experiment/tradeoff/score.ts';
import { setFacts } from '../../src/harness/edit-preset.ts';
import { assembleRows } from '../../src/harness/run-rows.ts';
import type { HashedRow } from '../../src/schema/hashed.ts';
import type { Row, RowType } from '../../src/schema/row.ts';
import type { RunRecord } from '../../src/schema/run-record.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { UserError } from '../../src/util/errors.ts';
import { seededRng } from '../../src/util/rng.ts';
import { counted } from '../experiment/tradeoff/counted.ts';
import { copies, randomRows } from '../harness/hashes/rows.ts';
import { classify, equality, match, message, subject, subjects } from '../harness/scenario/rows.ts';
import { experimentWith } from '../harness/tiny.ts';
import { run as record } from '../report/fixture-run.ts';

export const experiment = experimentWith({
  grid: { hash: ['pdq', 'dhash'], strategy: ['e2ee', 'client-list'] },
  messages: { secondHash: 'pdq' },
});

/** Rows of a trade-off: listed pictures near the list, edits farther, innocents far, by a seed. */
export function tradeoffRows(seed: number): TradeoffRow[] {
  const rng = seededRng(seed, 'explorer rows');
  const pictures = (['calibration', 'evaluation'] as const).flatMap((split) => [
    ...subjects('innocent', split, 30),
    ...Array.from({ length: 10 }, (_, i) => subject('innocent', split, 30 + i, { topic: 'texture' })),
    ...subjects('listed', split, 20),
    ...subjects('new', split, 6),
    ...subjects('near', split, 3),
  ]);
  return pictures.flatMap((each) => {
    const far = each.content !== 'listed' && each.content !== 'near';
    const matches = (['pdq', 'dhash'] as const).flatMap((hash) => {
      const side = hash === 'pdq' ? 4 : 1;
      const at = (edit: number) => side * (far ? 12 + rng.int(20) : rng.int(1 + edit));
      return [
        match(each, far && rng.int(12) === 0 ? 'too flat' : at(0), { hash, ownBits: 0 }),
        match(each, at(14), { hash, transform: 'jpeg(quality=30)', ownBits: 4 }),
        match(each, at(30), { hash, transform: 'flip(axis=0)', ownBits: 90 }),
      ];
    });
    const found = each.content === 'listed' && rng.int(4) > 0;
    return [
      ...matches,
      equality(each, far ? 100 : 0, far ? null : 'entry'),
      classify(each, rng.next()),
      message(each, 'e2ee', {}, { cell: 'of e2ee' }),
      message(
        each,
        'client-list',
        { detected: found, flagged: found, exposed: found, tipped: found },
        { cell: 'of client-list' },
      ),
    ];
  });
}

/** Rows of a copy-detection run. */
export const copyRows = (): HashedRow[] => randomRows(copies, 40);

async function* inOneBatch<R>(rows: R): AsyncGenerator<R> {
  yield rows;
}

/** Writes the folder: `first` and `second` (trade-offs), `copies`, `going-on` (unfinished), `old` (metrics that do not fit), `broken`. */
export async function writeRuns(folder: string): Promise<void> {
  const put = (run: string, file: string, text: string): void => {
    mkdirSync(join(folder, run), { recursive: true });
    writeFileSync(join(folder, run, file), text);
  };
  const write = async (
    run: string,
    facts: Partial<RunRecord>,
    rows: readonly Row[],
    { rows: types, metrics }: { readonly rows: readonly unknown[]; readonly metrics: unknown },
  ): Promise<void> => {
    const text = JSON.stringify(metrics);
    put(run, 'metrics.json', text);
    const observations = await assembleRows(inOneBatch(rows), types as readonly RowType[], {
      out: join(folder, run),
      wrong: (why) => new UserError(why),
    });
    const sealed = { observations, metrics: { sha256: sha256Hex(text) } };
    put(run, 'run.json', JSON.stringify({ ...record, ...facts, ...sealed }));
  };
  for (const [run, seed, day] of [
    ['first', 2019, '01'],
    ['second', 7, '02'],
  ] as const) {
    const rows = tradeoffRows(seed);
    const dataset = { name: 'made up', sha256: sha256Hex(run) };
    const own = { ...experiment, seed };
    const metrics = metricsOf(counted(rows, own), {
      experiment: own,
      dataset,
      listEntries: 20,
      listBytes: 900,
      notes: ['<b>not bold</b>'],
    });
    const created = `2026-02-${day}T08:00:00.000Z`;
    await write(
      run,
      { seed, created, dataset, experimentResolved: own, command: `presend run tiny --seed ${seed}` },
      rows,
      { rows: tradeoff.rows, metrics },
    );
  }
  const rows = copyRows();
  const dataset = { name: 'made up', sha256: sha256Hex('copies') };
  const copied = copyDetectionMetrics(rows, { experiment: copies, dataset, notes: [], sets: setFacts(copies) });
  const facts = { created: '2026-03-01T08:00:00.000Z', dataset, experimentResolved: copies };
  await write('copies', facts, rows, { rows: copyDetection.rows, metrics: copied });
  put('going-on', 'run.json', JSON.stringify({ ...record, created: '2026-04-01T08:00:00.000Z' }));
  put('going-on/partial', 'run.progress.jsonl', '');
  put('old', 'run.json', JSON.stringify({ ...record, created: '2025-01-01T08:00:00.000Z' }));
  put('old', 'metrics.json', '{"schemaVersion":1}');
  put('broken', 'run.json', '{');
}
