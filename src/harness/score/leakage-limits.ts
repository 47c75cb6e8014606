/** What a reader must know before quoting a number of a leakage run. */
import type { LeakageExperiment } from '../../schema/leakage.ts';
import type { LeakageMetrics } from '../../schema/leakage-metrics.ts';

/** Limits, most important first. */
export function leakageLimits(metrics: Omit<LeakageMetrics, 'limits'>, { messages }: LeakageExperiment): string[] {
  const { dataset, attacks } = metrics;
  const few = attacks.filter(({ enough }) => !enough).length;
  const tested = Math.max(0, ...attacks.map(({ success }) => success.n));
  const bearing = metrics.information.filter(({ applies }) => !applies).length;
  const told = new Set(attacks.filter(({ secret }) => secret === 'match').map(({ strategy }) => strategy));
  const untold = metrics.strategies.map(({ name }) => name).filter((name) => !told.has(name));
  return [
    `An attack is a lower bound: a better attacker may find more. Of ${attacks.length} figures from attacks ${few} come from fewer messages than the method asks for (up to ${tested} tested here): they show that a view leaks, never that it does not.`,
    `Exact figures are exact for this gallery of ${dataset.pictures} pictures, all equally likely, and for the channel as it is built. A larger gallery has more pictures in every class.`,
    'Benign pictures stand in for everything, and "listed" is a label that the experiment drew.',
    'Senders are drawn at random, so that nothing but endpoints can tell who sent a message: an attack on the sender that beats chance would show a fault.',
    'The sizes of payloads are attacked, not those of headers, whose decimal counters would tell the time; times are logical, and nobody’s clock is attacked here.',
    'Whoever watches the wires is taken to know that a message was about to be sent, also where a warned sender did not send it. Reports and clear messages cross the wires with their own length, as under TLS without padding.',
    `A share of ${messages.abort} of the warned senders do not send, recipients report ${messages.userReport} of target content, a court orders ${messages.orderedAccounts} of ${messages.accounts} accounts: assumptions of the experiment.`,
    'The adversary has a gallery of all pictures that are sent, and accounts of its own to see what each looks like; whoever lacks a gallery re-identifies nothing.',
    ...(untold.length > 0
      ? [
          `Too few of the known messages matched under ${untold.join(', ')} to learn what a match looks like: there it is not attacked.`,
        ]
      : []),
    ...(metrics.counts.length > 0
      ? [
          'Whether a synthetic or a real voucher opened is not in the views of strategies with synthetic ones, so attacks there do not use it; the exact figures do.',
        ]
      : []),
    ...(bearing > 0
      ? [
          `${bearing} of ${metrics.information.length} estimates of mutual information come from fewer than 20 samples a cell; they are marked.`,
        ]
      : []),
  ];
}
