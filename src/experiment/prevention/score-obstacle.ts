/** Why a strategy cannot prevent what it finds. Tests hold each reason against the views of a run. */
import type { Prevention } from '../../schema/vocabulary.ts';
import type { Strategy } from '../../strategy/strategy.ts';

/** The reason why nobody can hold a message back before its delivery; undefined if somebody can. */
export function blind({ design, detector }: Strategy): string | undefined {
  if (design.franking) return 'its recipient reports what was delivered to it';
  if (design.escrow) return 'the court opens what an order covers, after its delivery';
  if (design.ghost) return 'the court gets a copy beside the recipient, and only under an order';
  return detector === 'people' ? 'nobody scans, and nobody but the recipient can read it' : undefined;
}

/** The reason why this form of prevention is impossible; undefined if it is possible. */
export function obstacle(strategy: Strategy, action: Prevention): string | undefined {
  const reason = blind(strategy);
  if (reason !== undefined || action !== 'quarantine') return reason;
  if (strategy.design.warnOnly) return 'nobody but its sender learns of a match, so nobody can review it';
  if (strategy.declares.provider?.content === undefined)
    return 'the provider learns of the match without the picture, so no reviewer can look at it';
  return undefined;
}
