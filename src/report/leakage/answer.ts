/** What a leakage run answers, computed from its numbers. */
import type { LeakageMetrics } from '../../schema/leakage-metrics.ts';
import type { Secret } from '../../schema/leakage-rows.ts';
import type { Finding } from '../answer.ts';
import { counted, integer, listed, percent, rateProse } from '../format.ts';
import { attackAt, knownAt } from './pick.ts';

/** The findings; a control that failed comes first. */
export function leakageAnswer(metrics: LeakageMetrics): Finding[] {
  const { controls, strategies, known, chain, tests, dataset } = metrics;
  const { negative, positive, failing } = controls;
  const wrong = known.filter(({ observed, within, ceiling }) => observed?.same === false || !within || !ceiling);
  const above = (secret: Secret): string[] =>
    strategies.map(({ name }) => name).filter((name) => attackAt(metrics, name, 'provider', secret)?.aboveChance);
  const at = (name: string, secret: Secret): string => {
    const attack = attackAt(metrics, name, 'provider', secret);
    return attack ? `${name} ${percent(attack.success.estimate ?? 0)}` : name;
  };
  const ranked = (secret: Secret): string =>
    listed(
      above(secret)
        .sort(
          (a, b) =>
            (attackAt(metrics, b, 'provider', secret)?.success.estimate ?? 0) -
            (attackAt(metrics, a, 'provider', secret)?.success.estimate ?? 0),
        )
        .map((name) => at(name, secret)),
    );
  const silent = strategies
    .map(({ name }) => ({ name, bits: knownAt(metrics, name, 'provider')?.minEntropyBits }))
    .filter((each): each is { name: string; bits: number } => each.bits !== undefined);
  const least = Math.min(...silent.map(({ bits }) => bits));
  const told = (names: readonly string[]): string => (names.length === 0 ? 'none' : listed(names));
  const traffic = strategies
    .map(({ name }) => name)
    .filter((name) => attackAt(metrics, name, 'network', 'traffic')?.aboveChance);
  const warned = strategies.map(({ name }) => name).filter((name) => name.includes('warn'));
  const gains = metrics.fusion.filter(({ gain }) => gain.low > 0);
  const members = metrics.membership.filter(
    ({ members: all, others, advantage }) => advantage.low > 0 && all.k > others.k,
  );
  return [
    ...(failing.length > 0
      ? [
          {
            label: 'A control failed',
            text: `${counted(failing.length, 'control')} did not come out as it must: ${listed(failing.slice(0, 5))}. Believe no attack of that kind.`,
          },
        ]
      : []),
    ...(wrong.length > 0
      ? [
          {
            label: 'A channel is not as built',
            text: `${listed(wrong.map(({ strategy, adversary, scope }) => `${strategy} (${adversary}, ${scope})`))}: the views of the run do not agree with the channel by construction, or an attack does better than it allows.`,
          },
        ]
      : []),
    {
      label: 'Which picture',
      text: `Of messages that nobody handed over, the provider names the picture, out of ${integer(dataset.pictures)}, above chance under ${ranked('identity')}; from recompressed copies alone under ${ranked('copy')}. By construction it gets at least ${least.toFixed(1)} bits under every strategy, from padded lengths.`,
    },
    {
      label: 'What it shows',
      text: `It names the topic above chance under ${above('topic').length === 0 ? 'no strategy' : ranked('topic')}.`,
    },
    {
      label: 'Whether it matched',
      text: `From traffic alone a network observer tells matches above chance under ${told(traffic)}. Of strategies that only warn: ${told(traffic.filter((name) => warned.includes(name)))}.`,
    },
    {
      label: 'The list',
      text: `A device tells listed from unlisted pictures under ${told([...new Set(members.map(({ strategy, means }) => `${strategy} (${means})`))])}.`,
    },
    {
      label: 'All logs together',
      text:
        gains.length === 0
          ? `Provider, relay, curator and court joined guess nothing better than the best of them alone, under any strategy and for any secret (${metrics.fusion.length} comparisons).`
          : `Joined logs beat the best single role in ${gains.length} of ${metrics.fusion.length} comparisons: ${listed(gains.slice(0, 6).map(({ strategy, secret }) => `${strategy} (${secret})`))}.`,
    },
    ...(chain
      ? [
          {
            label: 'Data processing',
            text: chain.holds
              ? `A voucher's outcome gives away no more than the entry that matched, that no more than the hash, that no more than the picture: ${chain.links.map(({ identityBits }) => identityBits.toFixed(2)).join(' ≤ ')} bits on which picture, ${chain.links.map(({ topicBits }) => topicBits.toFixed(2)).join(' ≤ ')} on the topic; no attack contradicts it.`
              : `The chain is broken: ${chain.violations.join('; ')}.`,
          },
        ]
      : []),
    {
      label: 'How sure',
      text: `${rateProse(negative.held)} of the controls with labels dealt anew are not above chance, all ${integer(tests)} attacks taken together; ${integer(positive.held.k)} of ${integer(positive.held.n)} with the label in the view were guessed throughout. ${known.filter(({ observed }) => observed?.same).length} of ${known.filter(({ observed }) => observed).length} known channels tell the same pictures apart as the views of the run do; no attack is shown to do better than the channel allows in ${known.filter(({ ceiling }) => ceiling).length} of ${known.length}.`,
    },
  ];
}
