/** The table of all controls, counted. */
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import { type Line, plain, type ReportTable } from '../benchmark/table.ts';
import type { Cell } from '../format.ts';

/** Every control, counted. */
export function controlTable({ controls: counted }: HashLeakageMetrics): ReportTable {
  const names = { topics: 'topic from hash', inversion: 'picture from hash', membership: 'list membership' } as const;
  const must = {
    topics: ['success not above chance', 'every topic right'],
    inversion: ['no gain over the mean picture', 'all of the error gone, every picture found'],
    membership: ['the interval of the AUC holds ½', 'every member found'],
  } as const;
  return {
    title: 'Controls',
    explains:
      'Negative: the same attack after hashes, or labels, were dealt anew. Positive: the attack is handed the secret itself. Each must come out as said; of negative controls one in twenty may fail by chance where its interval is one of 95 %.',
    head: ['attack', 'negative control', 'holds', 'positive control', 'holds'],
    lines: (Object.keys(names) as (keyof typeof names)[]).map((attack): Line => {
      const { shuffled, identity } = counted[attack];
      const cell = ({ k, n }: { k: number; n: number }): Cell => ({
        ...plain(`${k} of ${n}`),
        ...(k < n ? { tone: 'warn' as const } : {}),
      });
      return {
        name: names[attack],
        cells: [plain(must[attack][0]), cell(shuffled), plain(must[attack][1]), cell(identity)],
      };
    }),
  };
}
