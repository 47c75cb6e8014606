/** The columns of the main table, once: the terminal, Markdown and the page all draw from this list. */

import { calledFrom, noAttack, powerSentence } from '../../report/attack.ts';
import {
  absent,
  bounds,
  bytes,
  type Cell,
  counted,
  differenceCell,
  fraction,
  integer,
  intervalCell,
  millis,
  percent,
  percentRange,
  rateCell,
  rateHover,
  si,
  times,
} from '../../report/format.ts';
import type { Timings } from '../../schema/run-record.ts';
import type { Capacity, EqualityGap, Leakage, Metrics, StrategyMetrics } from './metrics.ts';

/** One column: a title, a sentence on how to read it, and its cell for a strategy. */
export interface Measure {
  readonly title: string;
  readonly explains: string;
  cell(strategy: StrategyMetrics, short?: boolean): Cell;
}

/** Columns that answer one question. */
export interface MeasureGroup {
  readonly title: string;
  readonly measures: readonly Measure[];
}

/** What the held-out attack on one role's view achieved for one secret, if it ran, on messages that nobody handed over. */
export const leakageOf = (
  strategy: StrategyMetrics,
  secret: Leakage['secret'],
  role: Leakage['role'] = 'provider',
): Leakage | undefined =>
  strategy.leakage.find((each) => each.role === role && each.secret === secret && each.scope === 'silent');

/** The attack that got furthest at any role, with every key that it holds used on every account. */
export const worstLeakage = (strategy: StrategyMetrics, secret: Leakage['secret']): Leakage | undefined =>
  strategy.leakage
    .filter((each) => each.secret === secret && each.scope === 'silent' && each.success.n > 0)
    .sort(
      (a, b) =>
        Number(isBlind(a)) - Number(isBlind(b)) ||
        b.lowerBound / b.chance - a.lowerBound / a.chance ||
        preference(a.role) - preference(b.role),
    )[0];

/** What the provider's attacks must reach to be called above chance, in a sentence; '' in older runs. */
export const powerOf = ({ strategies }: Metrics, secrets: readonly Leakage['secret'][]): string =>
  powerSentence(
    secrets.map((secret) => [
      secret === 'identity' ? 'which picture' : 'the topic',
      strategies.flatMap((strategy) => leakageOf(strategy, secret) ?? []),
    ]),
  );

/** Of roles that do equally well the provider is named: it runs the relay. */
const preference = (role: Leakage['role']): number => (role === 'provider' ? 0 : 1);

/** Whether an attack had nothing but the prior to guess by: its success says nothing of the view. */
export const isBlind = ({ blind, success }: Leakage): boolean => blind !== undefined && blind === success.n;

/** From how many right guesses on an attack would have been called above chance; '' in older runs, which did not keep it. */
export const shownFrom = ({ leastAbove, ...leak }: Leakage): string =>
  leastAbove === undefined ? '' : calledFrom({ ...leak, leastAbove });

/** The attack's success as a multiple of chance, e.g. '3.2×', or 'no attack'. */
export const liftText = (leak: Leakage): string => (isBlind(leak) ? 'no attack' : times(leak.lift));

/** Attack success as a cell: how many times chance, then counts; ▲ marks a lower bound above chance. */
export function leakageCell(leak: Leakage | undefined, short = false): Cell {
  if (!leak || leak.success.estimate === null) return absent('not attacked');
  const could = shownFrom(leak);
  if (isBlind(leak))
    return noAttack(
      `nothing in the view did better than guessing without it; of ${integer(leak.success.n)} messages${could && `; ${could}`}`,
    );
  const lift = `${leak.aboveChance ? '▲ ' : ''}${times(leak.lift)}`;
  const { low, high } = bounds(leak.success);
  // The lift already is the estimate: on one line, counts and interval are enough beside it.
  const range = `${fraction(leak.success, short)} ${percentRange(low, high, short)}`;
  const verdict = `chance ${percent(leak.chance)}, ${leak.aboveChance ? 'beaten' : 'not shown to be beaten'}${could && `; ${could}`}`;
  return {
    main: lift,
    small: [fraction(leak.success), percentRange(low, high)],
    plain: `${lift} ${range}`,
    hover: `${rateHover(leak.success)}; ${verdict}; attacker used: ${leak.channel}`,
    ...(leak.aboveChance ? { tone: 'warn' as const } : {}),
  };
}

/** Bounds of the attack's lift over chance: those of its success, divided by chance. */
export function liftBounds(leak: Leakage): { low: number; high: number } {
  const { low, high } = bounds(leak.success);
  return { low: low / leak.chance, high: high / leak.chance };
}

/** What a number of hidden targets counts, by kind. */
const room: Readonly<Record<Capacity['kind'], string>> = {
  none: 'no list',
  auditable: 'auditable',
  slots: 'free slots',
  filter: 'filter room',
  model: 'no bound',
  unbounded: 'any target',
};

/** Capacity for hidden targets as a cell: '9 auditable', '3,600 slots', '∞'. */
export function capacityCell({ kind, entries, note }: Capacity): Cell {
  const unbounded = kind === 'model' || kind === 'unbounded';
  if (entries === undefined && !unbounded)
    return { main: '–', small: [room[kind], 'not counted'], plain: `${kind}, not counted`, hover: note };
  const main = entries === undefined ? '∞' : integer(entries);
  const plain = kind === 'none' || kind === 'unbounded' ? main : `${main} ${kind}`;
  return { main, small: [room[kind]], plain, hover: note };
}

/** A number of a strategy with an account threshold, with that threshold. */
export const thresholdCell = (cell: Cell, matches: number | undefined): Cell =>
  matches === undefined
    ? cell
    : { ...cell, small: [...cell.small, `from ${counted(matches, 'match')}`], plain: `${cell.plain} from ${matches}` };

const value = (text: string, hover: string): Cell => ({ main: text, small: [], plain: text, hover });

const unattacked = '“No attack”: the attacker found nothing in the view to guess by, and only named the likeliest.';

/** Every group of columns, in the order of the table. Times are left out where none were kept. */
export function measureGroups(metrics: Metrics, timings?: Timings): MeasureGroup[] {
  const volumes = metrics.strategies[0]?.recovered.map((each) => each.of) ?? [];
  const recovered = volumes.map(
    (of, index): Measure => ({
      title: `reports, of ${si(of)}`,
      explains:
        index === 0
          ? `Of ${si(of)} reports that scanning on the server found and that end-to-end encryption would lose, those that this design would bring back; of one with an account threshold, from as many matches as the model takes.`
          : `Of ${si(of)} reports, those that are left: those that come in any case, and those that this design would bring back.`,
      cell: ({ recovered: all, threshold }) =>
        all[index]
          ? thresholdCell(intervalCell(all[index].reports, `reports of ${si(of)}`), threshold?.modelled)
          : absent('not modelled'),
    }),
  );
  const time: Measure = {
    title: 'ms / message',
    explains: "Median time for one message on the sender's device; the tooltip adds the other roles.",
    cell: ({ name }) => {
      const spent = timings?.perMessageMillis[name];
      if (!spent) return absent('not timed');
      return value(millis(spent.senderMedian), `all other roles together: ${millis(spent.otherRolesMedian)}`);
    },
  };
  const latent: Measure = {
    title: 'one update away',
    explains:
      'For a strategy that only warns: messages that the same scan would report after one app update (tooltip: as which strategy).',
    cell: ({ latent: each }, short) => {
      if (!each) return absent('none');
      const cell = rateCell(each.messages, short);
      return {
        ...cell,
        hover: `reported under ${each.becomes}, ${integer(each.listed)} of them listed; ${cell.hover}`,
      };
    },
  };
  return [
    {
      title: 'Finds',
      measures: [
        {
          title: 'listed, as sent',
          explains: 'Listed pictures found when sent unedited.',
          cell: (s, short) => rateCell(s.detection.asSent, short),
        },
        {
          title: 'listed, edited',
          explains: 'Listed pictures found, over all edits together.',
          cell: (s, short) => rateCell(s.detection.allEdits, short),
        },
        {
          title: 'new content',
          explains: 'Target pictures on no list that are found.',
          cell: (s, short) => rateCell(s.detection.newContent, short),
        },
        {
          title: 'false positives',
          explains: 'Innocent messages classified as target content, whoever is informed.',
          cell: (s, short) => rateCell(s.falsePositives.all, short),
        },
      ],
    },
    {
      title: 'Reveals',
      measures: [
        {
          title: 'provider: identity',
          explains:
            `The provider's best attack on which picture was sent, of messages that were not disclosed to it, as a multiple of chance; ▲ above chance. ${unattacked} ${powerOf(metrics, ['identity'])}`.trim(),
          cell: (s, short) => leakageCell(leakageOf(s, 'identity'), short),
        },
        {
          title: 'provider: topic',
          explains:
            `The provider's best attack on the picture's topic, of messages that were not disclosed to it, as a multiple of chance; ▲ above chance. ${unattacked} ${powerOf(metrics, ['topic'])}`.trim(),
          cell: (s, short) => leakageCell(leakageOf(s, 'topic'), short),
        },
        {
          title: 'if every key is used',
          explains:
            'The best attack on which picture was sent, at any role except sender and recipient (the role is named), after that role used all of its keys on all accounts.',
          cell: (s, short) => {
            const worst = worstLeakage(s, 'identity');
            const cell = leakageCell(worst, short);
            if (!worst || isBlind(worst)) return cell;
            const who = worst.aboveChance ? worst.role : 'no role shown';
            return { ...cell, small: [who, ...cell.small], plain: worst.aboveChance ? `${cell.main} ${who}` : who };
          },
        },
        {
          title: 'exposed / 10⁹',
          explains: 'Innocent pictures seen by somebody other than sender and recipient, per 10⁹ messages.',
          cell: (s) => intervalCell(s.exposed.perBillion, 'innocent pictures per 10⁹ messages'),
        },
      ],
    },
    {
      title: 'Yield and cost',
      measures: [
        ...recovered,
        {
          title: 'innocents',
          explains:
            'Innocent accounts flagged in a year, in the trade-off model, on a list as long as its inputs say; bounds where nothing more is known.',
          cell: (s) => thresholdCell(intervalCell(s.innocentAccounts, 'innocent accounts'), s.threshold?.modelled),
        },
        {
          title: 'review hours',
          explains: 'Hours of human review, in the trade-off model.',
          cell: (s) => intervalCell(s.reviewHours, 'hours'),
        },
        {
          title: 'added bytes',
          explains: 'Median bytes per message beyond plain end-to-end encryption.',
          cell: (s) =>
            value(
              bytes(s.cost.overheadBytesMedian),
              `median sent ${bytes(s.cost.sentBytesMedian)}, received ${bytes(s.cost.receivedBytesMedian)}`,
            ),
        },
        ...(timings ? [time] : []),
        {
          title: 'on device',
          explains: 'Bytes that set-up puts on a device: the list, or a filter or table that represents it.',
          cell: (s) => value(bytes(s.cost.listBytes), 'list, or its filter or table, on the device'),
        },
      ],
    },
    {
      title: 'If misused',
      measures: [
        {
          title: 'hidden targets',
          explains:
            'Targets that an insider could add to the list without being noticed. For a readable list: as many as a check of the originals of every tenth entry would miss with a probability above 5 %. For an unreadable list: its free capacity. ∞: no list limits it.',
          cell: (s) => capacityCell(s.capacity),
        },
        ...(metrics.strategies.some(({ latent }) => latent) ? [latent] : []),
      ],
    },
  ];
}

// What equality finds of what a near match finds: the lines of the table, shared by terminal, Markdown and page.

/** One line: the same pictures under both hashes. */
export interface EqualityLine {
  readonly what: string;
  readonly near: Cell;
  readonly equality: Cell;
  readonly lost: Cell;
}

/** Listed pictures as sent, after each edit and after all, then innocents. */
export function equalityLines({ listed, forwarded, allEdits, innocent }: EqualityGap, short = false): EqualityLine[] {
  const line = (what: string, { near, equality, lost }: EqualityGap['allEdits']): EqualityLine => ({
    what,
    near: rateCell(near, short),
    equality: rateCell(equality, short),
    lost: differenceCell(lost, short),
  });
  const [asSent, ...edited] = listed.map((each) =>
    line(each.transform === 'none' ? 'listed, as sent' : `listed, ${each.transform}`, each),
  );
  return [
    ...(asSent ? [asSent] : []),
    ...(forwarded ? [line('of these, forwarded byte for byte', forwarded)] : []),
    ...edited,
    ...(listed.some(({ transform }) => transform !== 'none') ? [line('listed, all edits', allEdits)] : []),
    line('innocent', innocent),
  ];
}

/** Headings of the two rates: 'pdq ≤ 31', 'phash the same'. */
export const equalityTitles = ({ near, equality }: EqualityGap): readonly [near: string, equality: string] => [
  near.thresholdBits < 0 ? `${near.hash}: nothing matches` : `${near.hash} ≤ ${near.thresholdBits} of the list`,
  `${equality.hash} the same`,
];

/** What the table says, in a sentence. */
export const equalityExplained =
  'Protocols that can only test for equality find a picture if all bits of its hash equal those of a list entry. For comparison, on the same pictures as sent: ' +
  'what a near match in the clear finds. The difference is paired, in percentage points.';

/** Lines of text for a terminal, to be wrapped. */
export function equalityText(gap: EqualityGap): string[] {
  const [near, equality] = equalityTitles(gap);
  return [
    `Equality instead of a near match: found with ${near}, found with ${equality}, and lost.`,
    ...equalityLines(gap, true).map(
      (line) => `${line.what}: ${line.near.plain}; ${line.equality.plain}; ${line.lost.plain}`,
    ),
  ];
}
