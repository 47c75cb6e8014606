/** The warn-only switch: the same scan on the device, but only the sender is informed of a match. */
import type { Strategy } from './strategy.ts';

/** Name of the warn-only version of a strategy. */
const warning = (name: string): string => `${name}:warn`;

/**
 * The warn-only version of a strategy; undefined if the device does not learn the outcome and so could not warn. Its latent capability is
 * the original strategy's reporting: one app update away.
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
    // Measured on the original strategy.
    membershipTest: undefined,
    chainLink: undefined,
    simplified: 'whether a warned sender lets it be is an input; turning the warning into a report is one update away',
    design: { ...base.design, name, warnOnly: true },
  };
}
