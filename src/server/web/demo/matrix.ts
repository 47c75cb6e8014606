/** One picture through every strategy: who saw what of it, as a table. */
import { scansNothing } from '../../../report/metadata-signals.ts';
import { metadataSignals } from '../../../schema/metadata-signals.ts';
import type { Family, Role } from '../../../schema/vocabulary.ts';
import { strategies } from '../../../strategy/index.ts';
import type { Strategy } from '../../../strategy/strategy.ts';
import { element } from '../dom.ts';
import { inferences } from './infer.ts';
import { type Sees, seesOf } from './sees.ts';
import type { Shown } from './shown.ts';

/** What was seen under one strategy. */
interface MatrixRow {
  readonly strategy: Strategy;
  /** Whether the phone found a match; undefined where it cannot know. */
  readonly matched: string;
  readonly sees: Readonly<Record<Watched, Sees>>;
}

/** Roles between the phones; the recipient sees the picture under every strategy. */
const watched = ['relay', 'provider', 'curator', 'court'] as const satisfies readonly Role[];
type Watched = (typeof watched)[number];

const heads: Readonly<Record<Watched, string>> = {
  relay: 'relay',
  provider: 'provider',
  curator: 'curator',
  court: 'court, with an order',
};

const families: Readonly<Record<Family, string>> = {
  server: 'Scan on the server',
  phone: 'List or network on the phone',
  private: 'Private matching',
  people: 'People and courts',
};

const outcomes = { none: '–', match: 'match', clear: 'no match', refused: 'refused' } as const;

/** What was seen when the picture was sent, and what once a court order was served, where a court can open anything. */
interface Sent {
  readonly sent: Shown;
  readonly ordered?: Shown | undefined;
}

/** Sends a picture under one strategy after the other. `run` sets a strategy up and sends; `progress` hears which one is at work. */
export async function matrixOf(
  run: (strategy: Strategy) => Promise<Sent>,
  progress: (strategy: Strategy, done: number, all: number) => void,
): Promise<MatrixRow[]> {
  const all = Object.values<Strategy>(strategies);
  const rows: MatrixRow[] = [];
  for (const [done, strategy] of all.entries()) {
    progress(strategy, done, all.length);
    const { sent, ordered } = await run(strategy);
    const { message, outcome } = sent;
    const sees = Object.fromEntries(
      watched.map((role): [Watched, Sees] => {
        // Only the court's column is about an order: the others say what they see without one.
        const { roles } = (role === 'court' && ordered) || sent;
        const entries = roles.find((each) => each.role === role)?.entries ?? [];
        return [
          role,
          seesOf(
            inferences(
              role,
              entries.filter((each) => each.message === message),
              strategy,
            ),
          ),
        ];
      }),
    ) as Record<Watched, Sees>;
    const scanned = outcome?.scanned ?? 'none';
    // A phone that tests for equality under encryption is not told the outcome.
    const unknown = strategy.detector === 'equality' && scanned === 'clear';
    rows.push({ strategy, matched: unknown ? 'not told' : outcomes[scanned], sees });
  }
  return rows;
}

/** The table, in the four families. */
export function matrixTable(rows: readonly MatrixRow[]): HTMLElement {
  const cell = (sees: Sees): HTMLElement => element('td', { class: `sees-${sees}`, 'data-sees': sees }, [words[sees]]);
  return element('table', { class: 'matrix', id: 'matrix-table' }, [
    element('caption', {}, [
      'Who saw what of this one picture. picture: in the clear; hash: its whole perceptual hash; a little: some bits of it, or whether it matched; nothing: at most who wrote to whom, and when. Threshold strategies open pictures only from several matches on; this is one. Court: what an order opens of a message that was delivered before it; a provider that keeps pictures, as under server-scan, can be ordered to hand them over too (see the orders below).',
    ]),
    element('thead', {}, [
      element('tr', {}, [
        element('th', { scope: 'col' }, ['strategy']),
        element('th', { scope: 'col' }, ['on the phone']),
        ...watched.map((role) => element('th', { scope: 'col' }, [heads[role]])),
      ]),
    ]),
    ...Object.entries(families).map(([family, title]) =>
      element('tbody', {}, [
        element('tr', {}, [element('th', { scope: 'rowgroup', colspan: 2 + watched.length }, [title])]),
        ...rows
          .filter(({ strategy }) => strategy.family === family)
          .map(({ strategy, matched, sees }) =>
            element('tr', { 'data-strategy': strategy.name }, [
              element('th', { scope: 'row', title: strategy.summary }, [strategy.name]),
              element('td', {}, [matched]),
              ...watched.map((role) => cell(sees[role])),
            ]),
          ),
      ]),
    ),
    // It scans no message, so that there is nothing to send under it.
    element('tfoot', {}, [
      element('tr', {}, [
        element('th', { scope: 'row', title: metadataSignals.summary }, [metadataSignals.name]),
        element('td', { colspan: 1 + watched.length }, [`not sent: ${scansNothing}`]),
      ]),
    ]),
  ]);
}

const words: Readonly<Record<Sees, string>> = {
  content: 'picture',
  hash: 'hash',
  some: 'a little',
  nothing: 'nothing',
};
