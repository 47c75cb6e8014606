/** The warn-only switch: the same scan on the device, but only the sender is informed of a match. */
import type { Strategy } from './strategy.ts';

/** What a strategy is called when it only warns. */
const warning = (name: string): string => `${name}:warn`;

/**
 * A strategy that only warns; undefined where the device does not learn the outcome, so that it could not warn. Its latent capability is
 * what the strategy it comes from reports: one update of the app away.
 */
export function warnOnly(base: Strategy): Strategy | undefined {
  if (!base.warnOnly) return undefined;
  const name = warning(base.name);
  return {
    ...base,
    id: `${base.id}w`,
    name,
    summary: `${base.summary.split(';')[0]}; a match warns the sender and nobody else`,
    reference: 'Pfefferkorn, "Content-Oblivious Trust and Safety Techniques", JOTS 1(2), 2022',
    declares: base.warnOnly,
    warnOnly: undefined,
    latent: base.name,
    // Measured on the strategy that it comes from.
    membershipTest: undefined,
    chainLink: undefined,
    simplified: 'whether a warned sender lets it be is an input; turning the warning into a report is one update away',
    design: { ...base.design, name, warnOnly: true },
  };
}
