/** What tells two rows of a run apart. A row that comes twice would be counted twice, so that it is refused. */
import type { Observation } from '../schema/observation.ts';

type Row<T extends Observation['row']> = Extract<Observation, { row: T }>;
type Identity = { readonly [T in Observation['row']]: (row: Row<T>) => readonly unknown[] | null };

/** By type of row, what occurs once in a run; null for what may occur more than once. */
const identity: Identity = {
  // A reader may refuse one file under two names.
  refused: () => null,
  match: ({ cell, picture, transform, hash }) => [cell, picture, transform, hash],
  classify: ({ cell, picture, transform, classifier }) => [cell, picture, transform, classifier],
  equality: ({ cell, picture, transform }) => [cell, picture, transform],
  message: ({ cell, message }) => [cell, message],
  view: ({ cell, role, when, knowledge }) => [cell, role, when, knowledge],
  attack: ({ cell, role, when, secret, control, channel, picture }) => [
    cell,
    role,
    when,
    secret,
    control,
    channel,
    picture,
  ],
  traffic: ({ cell, step }) => [cell, step],
  deployment: ({ cell }) => [cell],
  // A deep hash comes in a row of its own, and may fail as the others do.
  hashed: ({ picture, part, set, transform, outcome }) =>
    outcome.state === 'hashed' ? [picture, part, set, transform, Object.keys(outcome.hashes)] : null,
  accounts: ({ cell, batch }) => [cell, batch],
  'voucher-account': ({ cell, account, level }) => [cell, account, level],
  'power-scene': () => [],
  power: ({ cell, power }) => [cell, power],
  'no-power': ({ cell, power }) => [cell, power],
  room: ({ cell }) => [cell],
  gossip: ({ share, clients, stale }) => [share, clients, stale],
  audit: ({ entries, planted, audited }) => [entries, planted, audited],
  scorer: ({ network, backend, decoder, kernel }) => [network, backend, decoder, kernel],
  scored: ({ picture, set, transform, network }) => [picture, set, transform, network],
  looked: ({ picture, transform }) => [picture, transform],
  head: ({ held, network }) => [held, network],
  scanned: ({ picture, use, edit }) => [picture, use, edit],
  'hidden-head': ({ target, targetKind, repeat, poisoned }) => [target, targetKind, repeat, poisoned],
  attempt: ({ goal, target, picture, aim, attack }) => [goal, target, picture, aim, attack],
  'attack-control': ({ goal, target, picture, aim }) => [goal, target, picture, aim],
  'leak-message': ({ message }) => [message],
  'leak-fates': ({ cell }) => [cell],
  'leak-view': ({ cell, adversary, when }) => [cell, adversary, when],
  'leak-attack': ({ cell, adversary, when, secret, observable, control }) => [
    cell,
    adversary,
    when,
    secret,
    observable,
    control,
  ],
  'leak-membership': ({ cell, means, control }) => [cell, means, control],
  'hash-leak-pictures': ({ source, picture }) => [source, picture],
  'hash-leak-topic': ({ source, hash, control }) => [source, hash, control],
  'hash-leak-inversion': ({ source, hash, control }) => [source, hash, control],
  'hash-leak-inversion-control': ({ source, hash }) => [source, hash],
  'hash-leak-features': ({ source, hash, classifier }) => [source, hash, classifier],
  'hash-leak-shown': ({ source, picture }) => [source, picture],
  'hash-leak-membership': ({ source, strategy, control, means }) => [source, strategy, control, means],
  'equality-features': ({ picture }) => [picture],
  'equality-fit': ({ family }) => [family],
  'equality-picture': ({ picture }) => [picture],
  'equality-unrelated': ({ source, from }) => [source, from],
  'equality-network': ({ source, design, pair }) => [source, design, pair],
};

/** What is counted once of a row, as text; undefined where there is nothing of the kind. */
function identityOf(row: Observation): string | undefined {
  const of = identity[row.row] as ((row: Observation) => readonly unknown[] | null) | undefined;
  const found = of?.(row);
  return found ? JSON.stringify([row.row, ...found]) : undefined;
}

/** Notices a row that came before: returns why it is refused. */
export function twiceChecker(): (row: Observation, line: number) => string | undefined {
  const seen = new Map<string, number>();
  return (row, line) => {
    const key = identityOf(row);
    if (key === undefined) return undefined;
    const before = seen.get(key);
    if (before !== undefined)
      return `line ${line} holds the ${row.row} row of line ${before} once more (${shown(row)}), and would be counted twice`;
    seen.set(key, line);
    return undefined;
  };
}

/** The words of a row that a reader knows it by. */
const shown = (row: Observation): string =>
  Object.entries(row)
    .flatMap(([key, value]) =>
      key !== 'row' && ['string', 'number'].includes(typeof value) ? [`${key} ${String(value).slice(0, 60)}`] : [],
    )
    .slice(0, 6)
    .join(', ');
