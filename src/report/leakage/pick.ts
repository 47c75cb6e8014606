/** Finding figures of a leakage run: which of them stands for a strategy, an adversary and a secret. */
import type { Endpoints, KnownLeak, LeakAttack, LeakageMetrics, Scope } from '../../schema/leakage-metrics.ts';
import type { Adversary, Secret } from '../../schema/leakage-rows.ts';

/** Adversaries in the order of tables and plots, as a heading calls them. */
export const adversaryNames: Readonly<Record<Adversary, string>> = {
  network: 'Network observer',
  relay: 'Relay',
  provider: 'Provider, with the relay',
  curator: 'Curator',
  court: 'Court',
  joined: 'All logs in one hand',
};
export const adversaries = Object.keys(adversaryNames) as readonly Adversary[];

/** Secrets in the order of tables and plots, as a column calls them. */
export const secretNames: Readonly<Record<Secret, string>> = {
  topic: 'topic',
  identity: 'which picture',
  copy: 'which picture, from a copy',
  sender: 'sender',
  entry: 'list entry',
  match: 'match',
  traffic: 'match, from traffic',
};

/** Whether what is asked is if a message matched: then success is an advantage. */
export const asksMatch = (secret: Secret): boolean => secret === 'match' || secret === 'traffic';

/** What an adversary learns of silent messages; of curator and court, who see nothing of those, of all. */
export const scopeOf = (adversary: Adversary, secret: Secret): Scope =>
  asksMatch(secret) || adversary === 'curator' || adversary === 'court' ? 'all' : 'silent';

/** The attack that stands for a place: of a court that holds a key, after it was used on everything. */
export function attackAt(
  { attacks }: Pick<LeakageMetrics, 'attacks'>,
  strategy: string,
  adversary: Adversary,
  secret: Secret,
): LeakAttack | undefined {
  const scope = scopeOf(adversary, secret);
  const there = attacks.filter(
    (each) =>
      each.strategy === strategy &&
      each.adversary === adversary &&
      each.secret === secret &&
      each.scope === scope &&
      each.observable === 'view',
  );
  return there.find(({ when }) => when === 'key-used-on-all') ?? there[0];
}

/** The known channel that stands for a place. */
export function knownAt(
  { known }: Pick<LeakageMetrics, 'known'>,
  strategy: string,
  adversary: Adversary,
): KnownLeak | undefined {
  const scope = scopeOf(adversary, 'identity');
  const there = known.filter(
    (each) => each.strategy === strategy && each.adversary === adversary && each.scope === scope,
  );
  return there.find(({ when }) => when === 'key-used-on-all') ?? there[0];
}

/** Whether an adversary was told who sent messages. */
export const endpointsAt = (
  { endpoints }: LeakageMetrics,
  strategy: string,
  adversary: Adversary,
): Endpoints | undefined => endpoints.find((each) => each.strategy === strategy && each.adversary === adversary);

/** How much of what was to be guessed an attack got: 0 at chance, 1 when every guess was right; 0 where it is not above chance. */
export function shareGained({ aboveChance, match, success, chance }: LeakAttack): number {
  if (!aboveChance) return 0;
  // Above chance, so it was tried; where chance is certain nothing can be above it.
  const gained = match ? match.advantage!.estimate : (success.estimate! - chance) / (1 - chance);
  return Math.min(1, Math.max(0, gained));
}
