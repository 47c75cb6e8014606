/** Every strategy and every variant: what scoring counts of innocent people is what the run's own rows and views say, whatever is declared. */
import { describe, expect, test } from 'vitest';
import { evidenceOn } from '../../../src/experiment/tradeoff/score-evidence.ts';
import { messageRows } from '../../../src/harness/scenario/strategy-task.ts';
import type { Sent } from '../../../src/harness/scenario/view-reader.ts';
import { isRuledOut } from '../../../src/metric/interval.ts';
import { modelInputs } from '../../../src/metric/tradeoff/inputs.ts';
import { tradeoff } from '../../../src/metric/tradeoff/simulate.ts';
import type { MessageRow } from '../../../src/schema/observation.ts';
import type { Content } from '../../../src/schema/vocabulary.ts';
import { strategies, strategyByName } from '../../../src/strategy/index.ts';
import type { Strategy } from '../../../src/strategy/strategy.ts';
import { warnOnly } from '../../../src/strategy/warn-only.ts';
import { tiny } from '../../harness/tiny.ts';
import { runThrough } from '../../helpers/deployment.ts';
import { pictures } from '../../helpers/seen.ts';
import { equalityHexOf, hexOf, type SmallWorld, smallWorld } from '../../helpers/world.ts';
import { counted } from './counted.ts';

const names = Object.values<Strategy>(strategies).flatMap((strategy) => [
  strategy.name,
  ...Object.keys(strategy.variants ?? {}).map((variant) => `${strategy.name}:${variant}`),
  ...(warnOnly(strategy) ? [`${strategy.name}:warn`] : []),
]);

const context = { experiment: tiny, thresholds: { near: 31, second: 10 }, listEntries: 12 };
const rateNames = ['newContent', 'falsePositive', 'exposedInnocent'] as const;

/** A world in which nearly everything that matches is innocent: nobody confirms it. `matching`: whether anything innocent matches at all. */
function worldOf(matching: boolean): { world: SmallWorld; contentOf: (id: string) => Content } {
  const world = smallWorld({ settings: { matchThreshold: 2, syntheticShare: 0 } });
  const contents = new Map(
    world.messages.map((message): [string, Content] => {
      const { kind } = world.truth(message);
      if (kind === 'innocent' || kind === 'odd') return [message.id, 'innocent'];
      if (kind === 'new') return [message.id, 'new'];
      return [message.id, matching && kind === 'same' ? 'innocent' : 'listed'];
    }),
  );
  const byBytes = new Map(world.messages.map((message) => [message.picture, contents.get(message.id)!]));
  const same = (picture: Uint8Array): Content =>
    [...byBytes].find(([bytes]) => Buffer.from(bytes).equals(Buffer.from(picture)))![1];
  const people = { ...world.people, confirms: (picture: Uint8Array) => same(picture) !== 'innocent' };
  return { world: { ...world, people }, contentOf: (id) => contents.get(id)! };
}

async function played(name: string, matching: boolean) {
  const { world, contentOf } = worldOf(matching);
  const strategy = strategyByName(name);
  const run = await runThrough(strategy, world);
  const sent = world.messages.map((message, index): Sent => {
    const { picture, ...rest } = message;
    return {
      planned: { ...rest, picture: index, key: 'none', purpose: 'scored' },
      picture: { id: message.id, group: message.id, topic: 't', content: contentOf(message.id), split: 'evaluation' },
      bytes: picture,
      hex: hexOf(world, message),
      equalityHex: equalityHexOf(world, message),
    };
  });
  const rows = messageRows({ cell: 'c', strategy: name }, run.deployment, sent, run.reported);
  return { world, run, rows, evidence: evidenceOn(name, counted(rows).messagesOf, context) };
}

/** Counted directly, without a look at any declaration. */
function countedDirectly(rows: readonly MessageRow[]): Record<(typeof rateNames)[number], { k: number; n: number }> {
  const count = (
    content: Content,
    holds: (outcome: Extract<MessageRow['outcome'], { state: 'scored' }>) => boolean,
  ) => {
    const of = rows.filter((row) => row.content === content);
    return { k: of.filter(({ outcome }) => outcome.state === 'scored' && holds(outcome)).length, n: of.length };
  };
  return {
    newContent: count('new', ({ tipped }) => tipped),
    falsePositive: count('innocent', ({ flagged }) => flagged),
    exposedInnocent: count('innocent', ({ exposed }) => exposed),
  };
}

describe('audit E3: the declared kind of match does not decide what is counted', () => {
  test.each(names)('%s', async (name) => {
    const [loud, quiet] = [await played(name, true), await played(name, false)];
    const people = strategyByName(name).detector === 'people';
    for (const { rows, evidence } of [loud, quiet]) {
      const direct = countedDirectly(rows);
      for (const rate of ['newContent', 'falsePositive'] as const) {
        const scored = evidence[rate];
        if (isRuledOut(scored)) expect(direct[rate].k, `${rate}: ruled out, so it cannot have happened`).toBe(0);
        // What people find and report wrongly is assumed, not measured.
        else expect(scored, rate).toEqual(people ? { k: 0, n: 0 } : direct[rate]);
      }
      if (evidence.exposes === 0) expect(direct.exposedInnocent.k, 'nobody is exposed by design').toBe(0);
      if (evidence.exposes === 'all') expect(direct.exposedInnocent.k).toBe(direct.exposedInnocent.n);
    }
    // What happened once is not ruled out where it did not happen: there it is 0 of n, and not exactly 0.
    for (const rate of ['newContent', 'falsePositive'] as const)
      if (countedDirectly(loud.rows)[rate].k > 0 || countedDirectly(quiet.rows)[rate].k > 0)
        for (const { evidence } of [loud, quiet]) expect(isRuledOut(evidence[rate]), rate).toBe(false);
    const { falsePositive } = quiet.evidence;
    if (!isRuledOut(falsePositive) && falsePositive.n > 0 && falsePositive.k === 0)
      expect(
        tradeoff(quiet.evidence, modelInputs({ ...tiny, inputs: tiny.model }), { seed: 1, draws: 50 }).innocentAccounts!
          .high,
        'none seen is not none',
      ).toBeGreaterThan(0);
    // The picture of whoever is said to be exposed is in the view of somebody else, and of nobody else's.
    const seen = new Set(
      (['relay', 'provider', 'curator', 'court'] as const).flatMap((role) => pictures(loud.run, role, loud.world)),
    );
    for (const { message, outcome } of loud.rows)
      expect(outcome.state === 'scored' && outcome.exposed, message).toBe(seen.has(message));
  });

  test('innocent matches flag somebody under every strategy that scans and tells', async () => {
    const telling = [];
    for (const name of names)
      if (countedDirectly((await played(name, true)).rows).falsePositive.k > 0) telling.push(name);
    for (const name of names) {
      const { detector, latent } = strategyByName(name);
      if (detector !== 'people' && latent === undefined) expect(telling).toContain(name);
    }
    expect(telling).toContain('threshold-psi-synthetic');
    expect(telling).toContain('certified-threshold-psi');
  });
});
