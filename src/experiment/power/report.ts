/** The page of a power run: the answer, and its sections. */

import { gossipClients } from '../../metric/gossip.ts';
import { csvOf, csvTable, type Field, numberColumns, rateFields } from '../../report/csv.ts';
import { counted, integer, listed, percent, rateProse, thresholdScore } from '../../report/format.ts';
import { figure } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { legend } from '../../report/page/legend.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { tableHtml, untitledHtml } from '../../report/table.ts';
import type { MetadataFindings } from '../../schema/metadata-findings.ts';
import type { PowerMetrics, PowerResult } from './metrics.ts';
import { blastPlot, gossipLines, gossipPlot } from './plots.ts';
import {
  auditTable,
  blastTable,
  capacityTable,
  differentSecrets,
  gossipTable,
  gotBy,
  groupTable,
  keyLogTable,
  matrixTable,
  noticeSigns,
  sameWindows,
  speedTable,
  totals,
  windowTable,
} from './tables.ts';

/** What the run answers, computed from its numbers. */
export function powerAnswer(metrics: PowerMetrics): Finding[] {
  const { powers, agreement, audits, gossip, scene: timeline } = metrics;
  if (!timeline || powers.length === 0) return [{ label: 'Nothing', text: 'No strategy was run.' }];
  const names = (results: readonly PowerResult[]): string => listed(results.map(({ strategy }) => strategy));
  const escrow = gotBy(metrics, 'escrow-key').filter(({ reach }) => reach === 'both');
  const device = powers.find(({ power }) => power === 'device-key');
  const scan = differentSecrets(metrics).flatMap(({ power, strategy }) =>
    power === 'list-key' ? powers.filter((each) => each.power === power && each.strategy === strategy) : [],
  );
  const scanOpened = scan.reduce((sum, each) => sum + totals(each).opened, 0);
  const few = metrics.blast.filter(({ power }) => power === 'below-quorum');
  const stored = gotBy(metrics, 'stored');
  const all = stored.filter(({ before }) => before.opened.k === before.messages);
  const named = stored.filter((each) => !all.includes(each) && totals(each).named > 0);
  const kept = gotBy(metrics, 'retroactive');
  const curator = gotBy(metrics, 'new-list');
  const opening = curator.filter((each) => totals(each).opened > 0);
  const aimed = gotBy(metrics, 'own-list');
  const unseen = aimed.filter((each) => noticeSigns(each).length === 0);
  const refused = powers.filter(({ power, notice }) => power === 'own-list' && notice.refused);
  const order = gotBy(metrics, 'order').filter((each) => totals(each).opened > 0);
  const everything = order.filter((each) => totals(each).opened === totals(each).messages);
  const outside = powers.filter(({ power }) => power === 'order').reduce((sum, each) => sum + each.outside, 0);
  const flips = gotBy(metrics, 'report-update');
  const flipped = flips.map((each) => totals(each).opened || totals(each).named);
  const first = opening.flatMap((each) => (each.first ? [each.first.messages] : []));
  return [
    {
      label: 'Stolen keys',
      text: `${escrow.length > 0 ? `What opens the escrow opens everything that was ever sent: ${listed(escrow.map((each) => `${each.strategy} ${totals(each).opened} of ${totals(each).messages}`))}.` : 'No key opens what everybody sent.'} ${few.map(({ readable }) => `One share less than a quorum opens ${rateProse(readable)}.`).join(' ')} ${device ? `The keys of one device open ${totals(device).opened} of the ${totals(device).messages} messages that it sent or received, from before the theft too, and none of others’.` : ''} The keys of ${counted(scan.length, 'scanning protocol')} open ${integer(scanOpened)} pictures; what they give away is the list.`,
    },
    ...ratchetFinding(metrics),
    {
      label: 'Stored data',
      text: `A copy of what provider and relay received contains, without any key, ${all.length > 0 ? `every picture under ${names(all)}, and ` : ''}what was reported by then under ${stored.length - all.length - named.length} others; with another list it names messages under ${names(named)}. A provider that continues to store data gets equally far: it names messages under ${names(kept)}, and nowhere else anything out of messages sent before.`,
    },
    {
      label: 'The list',
      text: `Hidden targets that a curator adds get messages under ${counted(curator.length, 'strategy').replace('strategys', 'strategies')}, all sent afterwards, and open pictures under ${opening.length} of them${first.length > 0 ? `, the first after ${Math.min(...first)} to ${Math.max(...first)} messages of all accounts` : ''}. A provider can do the same to one account under ${aimed.length}; ${unseen.length > 0 ? `nothing on a device or in its traffic shows it under ${names(unseen)}` : 'under each of them something shows'}${refused.length > 0 ? `; devices refuse under ${names(refused)}` : ''}.`,
    },
    {
      label: 'Court orders',
      text: `An order for one account opens pictures of its period under ${names(order)}, everything under ${names(everything)}${prospectiveOnly(order)}; of the messages of others ${integer(outside)}.`,
    },
    {
      label: 'One update',
      text:
        flips.length === 0
          ? 'No strategy in this run only warns.'
          : `Of strategies that only warn, ${counted(flips.length, 'one').replace('ones', 'report')} after one app update: ${Math.min(...flipped)} to ${Math.max(...flipped)} matches of the ${timeline.messages - timeline.moment} messages that followed, none of those before.`,
    },
    ...keyLogFinding(metrics),
    {
      label: 'Who would notice',
      text: `${gossipSentence(gossip)} ${auditSentence(audits)} The 95 % interval of the simulation contains the exact value in ${agreement.gossip.within} of ${agreement.gossip.of} comparisons of clients and ${agreement.audits.within} of ${agreement.audits.of} audits.`,
    },
  ];
}

/** What a double ratchet closes of a theft, and what it does not. */
function ratchetFinding(metrics: PowerMetrics): Finding[] {
  const rows = sameWindows(metrics);
  const find = (secret: string, session: string) =>
    rows.find((each) => each.secret === secret && each.session === session);
  const [before, now] = [find('device', 'static'), find('device', 'ratchet')];
  if (!before || !now) return [];
  const opened = ({ before: past, after }: (typeof rows)[number]): string =>
    `${past.k} of ${past.n} messages from before the theft and ${after.k} of ${after.n} after it`;
  const escrow = rows.filter(({ secret, session }) => secret === 'escrow' && session === 'ratchet');
  return [
    {
      label: 'Ratchet',
      text: `A stolen device opens ${opened(before)} where one key is used for ever, and ${opened(now)} under a double ratchet, where ${now.closed.k} of ${now.closed.n} conversations are closed to the thief again.${escrow.map((each) => ` The escrow key opens ${opened(each)} all the same (${listed(each.strategies)}): escrow undoes what the ratchet closes.`).join('')}`,
    },
  ];
}

/** Strategies under which an order opens only what is sent after it. */
function prospectiveOnly(orders: readonly PowerResult[]): string {
  const late = orders.filter(({ reach }) => reach === 'prospective');
  return late.length === 0 ? '' : `, from the order on only under ${listed(late.map(({ strategy }) => strategy))}`;
}

function gossipSentence(points: PowerMetrics['gossip']): string {
  const shares = [...new Set(points.map(({ share }) => share))].sort((a, b) => a - b);
  return shares.length === 0
    ? ''
    : `A list that only some clients get is noticed with 95 % if ${listed(
        shares.map((share) => `${integer(gossipClients(share))} clients where ${percent(share)} of all get it`),
      )} compare theirs with a public log.`;
}

function auditSentence(audits: PowerMetrics['audits']): string {
  const largest = [...audits].sort((a, b) => b.entries - a.entries || b.audited - a.audited)[0];
  return largest
    ? `With the originals of ${integer(largest.audited)} of ${integer(largest.entries)} entries an auditor misses up to ${integer(largest.hideable)} planted ones with at least 5 %.`
    : '';
}

/** The tables on groups, if any was played. */
const groupTables = ({ groups }: PowerMetrics) => (groups.length > 0 ? [groupTable, keyLogTable] : []);

/** What a log of device keys makes of a ghost. */
function keyLogFinding({ keyLog }: PowerMetrics): Finding[] {
  if (keyLog.length === 0) return [];
  const noticed = keyLog.filter(({ noticedAfter }) => noticedAfter !== null);
  const silent = keyLog.filter(({ noticedAfter }) => noticedAfter === null);
  const words = noticed.map(
    ({ directory, checkEvery, noticedBy, noticedAfter, opened }) =>
      `${directory}, checks every ${checkEvery}: the ${noticedBy} after ${noticedAfter} (${opened.k} opened)`,
  );
  return [
    {
      label: 'Key log',
      text: `A ghost in a group opens ${listed([...new Set(silent.map(({ opened }) => `${opened.k} of ${opened.n} messages`))])} and is noticed by nobody without a log of device keys. With one it is noticed — ${words.join('; ')}.`,
    },
  ];
}

/** The sections between answer and data. */
export function powerSections(metrics: PowerMetrics, findings: MetadataFindings): Section[] {
  const { gossip } = metrics;
  return [
    ['powers', 'What each capability opens', untitledHtml(matrixTable(metrics, findings))],
    [
      'keys',
      'Stolen keys',
      html`${figure(
        [['Messages readable per stolen secret', blastPlot(metrics)]],
        html`Of all messages of the run, before and after the theft. No bar: none. The bar of a device is one account’s traffic.`,
      )}${tableHtml(blastTable(metrics))}${tableHtml(windowTable(metrics))}`,
    ],
    ['changes', 'Lists, networks and updates', tableHtml(speedTable(metrics))],
    ['room', 'Capacity for hidden targets', untitledHtml(capacityTable(metrics))],
    ...groupTables(metrics)
      .slice(0, 1)
      .map(
        (): Section => [
          'groups',
          'Groups, and a log of device keys',
          html`${groupTables(metrics).map((table) => tableHtml(table(metrics)))}`,
        ],
      ),
    [
      'notice',
      'Comparing and auditing',
      html`${legend(gossipLines(gossip))}${figure(
        [
          ['Compared with a public head', gossipPlot(gossip, 'monitored')],
          ['Compared among themselves', gossipPlot(gossip, 'among')],
        ],
        html`Lines: exact. Dots: simulated clients with the signed heads and consistency proofs of a real log, with 95 % intervals.`,
      )}${tableHtml(gossipTable(metrics))}${tableHtml(auditTable(metrics))}`,
    ],
  ];
}

/** What the messages were. */
export function powerData({ scene: timeline, dataset, messagesPerHour }: PowerMetrics): Html {
  if (!timeline) return html`<p>No message was sent.</p>`;
  const { sent, thresholdBits } = timeline;
  return html`<p>${dataset.name} (sha256 ${dataset.sha256.slice(0, 12)}…): ${integer(timeline.messages)} messages of ${timeline.accounts} accounts,
${timeline.moment} before and ${timeline.messages - timeline.moment} after the attack: ${sent.listed} listed, ${sent.near} near, ${sent.new}
new, ${sent.innocent} innocent, and ${sent.hidden} that show one of ${timeline.hidden} hidden targets, sent by ${timeline.target} and one other account. A list of
${integer(timeline.listEntries)} entries; thresholds ${thresholdBits.near} bits, ${thresholdBits.second} bits for the second opinion, score ${thresholdScore(timeline.thresholdScore)}, chosen on calibration
pictures. ${messagesPerHour.value} messages an hour (${messagesPerHour.source}).</p>`;
}

// Every number of a power run as CSV, long form.

/** File name → CSV text. */
export const powerCsv = ({
  powers,
  absent,
  blast,
  windows,
  groups,
  keyLog,
  rooms: capacities,
  gossip,
  audits,
}: PowerMetrics): Record<string, string> => ({
  'powers.csv': csvTable(
    ['strategy', 'power', 'side', 'messages', 'usual', 'measure', ...numberColumns],
    powers.flatMap(({ strategy, power, before, after }) =>
      Object.entries({ before, after }).flatMap(([side, { messages, usual, ...rates }]) =>
        Object.entries(rates).map(([measure, rate]): Field[] => [
          strategy,
          power,
          side,
          messages,
          usual,
          measure,
          ...rateFields(rate),
        ]),
      ),
    ),
  ),
  'notice.csv': csvOf(powers, [
    'strategy',
    'power',
    'reach',
    'breadth',
    'outside',
    ['firstMessages', ({ first }) => first?.messages],
    ['firstOwn', ({ first }) => first?.own],
    'hours',
    'tipped',
    ['listedK', ({ listed }) => listed?.k],
    ['listedN', ({ listed }) => listed?.n],
    ['forgedK', ({ forged }) => forged?.k],
    ['forgedN', ({ forged }) => forged?.n],
    ['bystandersK', ({ bystanders }) => bystanders?.k],
    ['bystandersN', ({ bystanders }) => bystanders?.n],
    ['refused', ({ notice }) => notice.refused],
    ['unlogged', ({ notice }) => notice.unlogged],
    ['announced', ({ notice }) => notice.announced],
    ['readableK', ({ notice }) => notice.readable.k],
    ['readableN', ({ notice }) => notice.readable.n],
    ['compared', ({ notice }) => notice.compared],
    ['traffic', ({ notice }) => notice.traffic],
    ['shown', ({ notice }) => notice.shown],
  ]),
  'absent.csv': csvOf(absent, ['strategy', 'power', 'why']),
  'blast-radius.csv': csvOf(blast, ['strategy', 'secret'], ({ readable }) => rateFields(readable)),
  'windows.csv': csvTable(
    ['strategy', 'session', 'secret', 'at', 'side', 'window', 'outside', ...numberColumns],
    windows.flatMap(({ strategy, session, secret, at, window, outside, before, after, closed }) =>
      Object.entries({ before, after, closed }).map(([side, rate]): Field[] => [
        ...[strategy, session, secret, at, side, window, outside],
        ...rateFields(rate),
      ]),
    ),
  ),
  'groups.csv': csvTable(
    [
      'members',
      'devices',
      'messages',
      'lost',
      'keys',
      'uploadedBytes',
      'pairwiseBytes',
      'window',
      'measure',
      ...numberColumns,
    ],
    groups.flatMap(({ members, devices, messages, lost, keys, bytes, window, ...rates }) =>
      Object.entries(rates).map(([measure, rate]): Field[] => [
        ...[members, devices, messages, lost, keys, bytes.uploaded, bytes.pairwise, window, measure],
        ...rateFields(rate),
      ]),
    ),
  ),
  'key-log.csv': csvOf(
    keyLog,
    ['members', 'devices', 'directory', 'checkEvery', 'refused', 'noticedBy', 'noticedAfter'],
    ({ opened }) => rateFields(opened),
  ),
  'room.csv': csvOf(capacities, [
    'strategy',
    'kind',
    'entries',
    'counted',
    'inserted',
    'kept',
    'next',
    'given',
    ['originals', ({ audited }) => audited?.originals],
    ['hideable', ({ audited }) => audited?.hideable],
    'how',
  ]),
  'gossip.csv': csvTable(
    ['share', 'stale', 'clients', 'against', 'exact', ...numberColumns],
    gossip.flatMap(({ share, stale, clients, monitored, among }) =>
      Object.entries({ monitored, among }).map(([against, { exact, simulated }]): Field[] => [
        share,
        stale,
        clients,
        against,
        exact,
        ...rateFields(simulated),
      ]),
    ),
  ),
  'audits.csv': csvOf(
    audits,
    ['entries', 'planted', 'audited', 'hideable', ['exact', ({ check }) => check.exact]],
    ({ check }) => rateFields(check.simulated),
  ),
});

// The parts of a report on capabilities.

export const powerParts = (metrics: PowerMetrics, findings: MetadataFindings): Parts => ({
  findings: powerAnswer(metrics),
  tables: [
    matrixTable(metrics, findings),
    ...[blastTable, windowTable, speedTable, capacityTable, ...groupTables(metrics), gossipTable, auditTable].map(
      (table) => table(metrics),
    ),
  ],
  sections: powerSections(metrics, findings),
  data: powerData(metrics),
  csv: powerCsv(metrics),
});
