/** Tables of a power run beside the matrix. */
import type {
  AuditPoint,
  BlastRadius,
  GossipPoint,
  PowerMetrics,
  PowerResult,
  Room,
} from '../../schema/power-metrics.ts';
import type { PowerName } from '../../schema/power-rows.ts';
import { type Line, plain, type ReportTable } from '../benchmark/table.ts';
import { absent, type Cell, integer, percent, rateCell } from '../format.ts';
import { noticeLegend, noticeLetters, noticeProse, powerWords, strategyTitle, totals } from './words.ts';

/** Secrets that differ: a device's is the same wherever messages are sealed, and a strategy that only warns has those of its other half. */
export function differentSecrets({ blast, strategies }: PowerMetrics): BlastRadius[] {
  const device = blast.find(({ power }) => power === 'device-key');
  const warns = new Set(strategies.flatMap(({ name, latent }) => (latent === undefined ? [] : [name])));
  const others = blast.filter(({ power, strategy }) => power !== 'device-key' && !warns.has(strategy));
  return device ? [device, ...others] : others;
}

/** A dash, whose reason only a tooltip tells: a whole column may have it. */
const dash = (why: string): Cell => ({ ...absent(why), small: [] });

const of = (k: number, n: number): Cell => plain(`${integer(k)}/${integer(n)}`);

/** Stolen secrets, and what they open. */
export const blastTable = (metrics: PowerMetrics): ReportTable => ({
  title: 'Blast radius: messages readable per stolen secret',
  explains:
    'Of all messages of the run, before and after the theft; the thief has all that crossed relay and provider. A device key is of one account of the run: its share of messages is that of its traffic. List entries: those that the key confirms, or opens, to who holds the pictures. Intervals: Clopper–Pearson.',
  head: ['strategy', 'secret', 'readable', 'named, rightly', 'list entries shown', 'reports forged'],
  lines: differentSecrets(metrics).map(({ strategy, power, secret, readable }): Line => {
    const result = metrics.powers.find((each) => each.strategy === strategy && each.power === power)!;
    const { named, right } = totals(result);
    return {
      name: power === 'device-key' ? 'all that seal messages' : strategyTitle(metrics, strategy),
      cells: [
        plain(secret),
        rateCell(readable),
        named === 0 ? plain('0') : of(right, named),
        result.listed ? of(result.listed.k, result.listed.n) : dash('opens no list'),
        result.forged ? of(result.forged.k, result.forged.n) : dash('makes no report'),
      ],
    };
  }),
});

/** Powers that change what devices look for. */
const changes: readonly PowerName[] = ['new-list', 'own-list', 'no-second-opinion', 'report-update', 'new-network'];

/** How fast targeted messages are got, and who could notice; strategies where nothing is got are left out. */
export const speedTable = (metrics: PowerMetrics): ReportTable => ({
  title: 'Lists, networks and updates: what is got, how fast, and who could notice',
  explains: `Messages from the moment on; hidden targets that were opened or named of those sent, innocent messages among all that were opened. Fast: messages of all accounts, and of the account itself, until the first of them, and hours at ${metrics.messagesPerHour.value} messages an hour. To the curator: messages got that were reported there, for whoever is behind it; elsewhere a reviewer saw an innocent picture and stopped. Noticed by: ${noticeLegend}.`,
  head: [
    'strategy',
    'power',
    'hidden targets',
    'innocent',
    'first after',
    'of the account',
    'hours',
    'to the curator',
    'noticed by',
  ],
  lines: metrics.powers
    .filter((result) => changes.includes(result.power) && totals(result).opened + totals(result).named > 0)
    .map((result): Line => {
      const { opened, innocent, named, right, hidden, hiddenSent } = totals(result);
      const found = opened > 0 ? hidden : right;
      const latent = result.power === 'report-update';
      return {
        name: strategyTitle(metrics, result.strategy),
        cells: [
          plain(powerWords[result.power][0]),
          latent ? plain(`${opened || named} matches`) : of(found, result.after.hidden.n || hiddenSent),
          opened > 0 ? of(innocent, opened) : dash('nothing is opened'),
          result.first ? plain(integer(result.first.messages)) : dash('none was got'),
          result.first ? plain(integer(result.first.own)) : dash('none was got'),
          result.hours === null ? dash('none was got') : plain(result.hours.toFixed(2)),
          plain(integer(result.tipped ?? 0)),
          { ...plain(noticeProse(result)), main: noticeLetters(result) },
        ],
      };
    }),
});

const nextWords: Readonly<Record<Room['next'], string>> = {
  impossible: 'costs another entry',
  refused: 'devices refuse it',
  visible: 'shows in the size',
  fits: 'fits as well',
};

/** Room for hidden targets. */
export const roomTable = (metrics: PowerMetrics): ReportTable => ({
  title: 'Room for hidden targets',
  explains:
    'Put in: targets that were really added to what the deployment gave its devices, each then found as a device or the provider finds it, with every declared entry still found (kept). Counted: free slots or filter room as the protocol counts them. A given row: how many of a fixed row of targets fit, where those put in were picked so as to fit. Unseen: what an auditor misses with at least 5 %, who holds the originals of a tenth of a list that can be read.',
  head: ['strategy', 'kind', 'entries', 'counted', 'put in', 'kept', 'one more', 'a given row', 'unseen by an auditor'],
  lines: metrics.rooms
    .filter(({ strategy }) => !metrics.strategies.find(({ name }) => name === strategy)?.latent)
    .map(
      (room): Line => ({
        name: strategyTitle(metrics, room.strategy),
        cells: [
          plain(room.kind, room.how),
          plain(integer(room.entries)),
          room.counted === null ? dash('the protocol counts none') : plain(integer(room.counted)),
          plain(room.next === 'fits' ? `${integer(room.inserted)}, no end` : integer(room.inserted), room.how),
          room.kind === 'none' || room.kind === 'model' ? dash('there is no list') : plain(integer(room.kept)),
          room.kind === 'none' ? dash(room.how) : plain(nextWords[room.next]),
          room.given === null || room.kind === 'none' ? dash('all fit alike') : plain(integer(room.given)),
          room.audited ? plain(integer(room.audited.hideable)) : dash('the list cannot be read'),
        ],
      }),
    ),
});

const checkedCells = ({ exact, simulated, within }: AuditPoint['check']): Cell[] => [
  plain(percent(exact)),
  { ...rateCell(simulated), ...(within ? {} : { tone: 'warn' as const }) },
];

/** Split views against clients that compare. */
export const gossipTable = ({ gossip }: PowerMetrics): ReportTable => ({
  title: 'A split view and clients that compare',
  explains:
    'Probability that a split list is noticed by g clients, drawn at random: against a public head of the log, 1 − (1 − f)ᵍ; or among themselves, for which it takes a client of either history. Simulated with signed heads and consistency proofs of a real log; a client whose head is older than the split is evidence of nothing. Coloured: the interval misses the exact value.',
  head: ['f, older heads', 'clients g', 'public head', 'simulated', 'among themselves', 'simulated'],
  lines: gossip.map(
    (point: GossipPoint): Line => ({
      name: `${percent(point.share)}, ${percent(point.stale)}`,
      cells: [plain(integer(point.clients)), ...checkedCells(point.monitored), ...checkedCells(point.among)],
    }),
  ),
});

/** Audits of lists that can be read. */
export const auditTable = ({ audits }: PowerMetrics): ReportTable => ({
  title: 'An auditor with originals',
  explains:
    'Probability that an auditor who holds the originals of m of N entries, drawn at random, comes upon one of k planted ones: hypergeometric, beside trials drawn without replacement. Hideable: the most planted entries that the audit finds with less than 95 %, about 3 N/m.',
  head: ['entries N', 'planted k', 'originals m', 'exact', 'simulated', 'hideable'],
  lines: audits.map(
    ({ entries, planted, audited, hideable, check }): Line => ({
      name: integer(entries),
      cells: [plain(integer(planted)), plain(integer(audited)), ...checkedCells(check), plain(integer(hideable))],
    }),
  ),
});

/** A power under every strategy where it got something: for the answer. */
export const gotBy = ({ powers }: PowerMetrics, power: PowerName): PowerResult[] =>
  powers.filter((each) => each.power === power && totals(each).opened + totals(each).named > 0);
