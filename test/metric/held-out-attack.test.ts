/** The held-out attack: what it must find, what it must not, and that it is a lower bound. */
import { describe, expect, test } from 'vitest';
import { exactLeakage } from '../../src/metric/channel.ts';
import { type Example, plantedSecrets, shuffledSecrets, splitByGroup } from '../../src/metric/examples.ts';
import { heldOutAttack } from '../../src/metric/held-out-attack.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';
import { geometric, randomisedResponse, sampler } from './known-channels.ts';

const fromChannel = (channel: Parameters<typeof sampler>[0], n: number, name: string): Example[] => {
  const draw = sampler(channel, seededRng(1, name));
  return Array.from({ length: n }, (_, i) => {
    const { secret, view } = draw();
    return { secret: `x${secret}`, group: `g${i}`, symbol: `y${view}`, vector: [view] };
  });
};

/** Hashes of 6 topics, 5 bits of which say what the topic is, the rest noise. */
const hashes = (n: number, name: string): Example[] => {
  const rng = seededRng(2, name);
  const own = Array.from({ length: 6 }, () => rng.int(32));
  return Array.from({ length: n }, (_, i) => {
    const topic = rng.int(6);
    const bits = rng.bytes(8);
    for (let b = 0; b < 5; b++) {
      const bit = ((own[topic]! >> b) & 1) ^ Number(rng.next() < 0.2);
      bits[b]! = (bits[b]! & 0x7f) | (bit << 7);
    }
    return { secret: `topic ${topic}`, group: `g${i}`, bits };
  });
};

describe('on a known channel', () => {
  const channel = geometric(0.05);
  const best = exactLeakage(channel).posterior;
  const attack = heldOutAttack(splitByGroup(fromChannel(channel, 4000, 'geometric'), seededRng(3)));

  test('comes near V′ from below, and claims no more than V′', () => {
    const { success } = attack.success;
    expect(success.n).toBe(800);
    expect(success.estimate!).toBeGreaterThan(best - 0.05);
    expect(attack.success.lowerBound).toBeLessThan(best);
    expect(attack.success.aboveChance).toBe(true);
    expect(attack.success.chance).toBeLessThan(0.13);
  });

  test('neighbours are chosen over the table, for which there are too many views', () => {
    expect(attack.attacker.learner).toBe('nearest neighbours');
    const of = (name: string) => attack.validation.find((each) => each.name === name)!.success.estimate!;
    expect(of('table')).toBeLessThan(of('vector, nearest neighbours, k=8') - 0.03);
    expect(of('prior')).toBeLessThan(0.15);
    // One straight line of scores per class parts ten places on a line.
    expect(of('vector, logistic')).toBeGreaterThan(0.5);
  });

  test('the ceiling lies above what the best attack achieves', () => {
    expect(attack.ceiling!.estimate).toBeGreaterThan(best);
    expect(attack.ceiling!.high).toBeGreaterThan(attack.ceiling!.estimate);
    expect(attack.ceiling!.high).toBeLessThan(1);
  });
});

test('few views: the table finds what there is', () => {
  const attack = heldOutAttack(
    splitByGroup(
      fromChannel(randomisedResponse(4, 9), 3000, 'response').map(({ vector, ...rest }) => rest),
      seededRng(4),
    ),
  );
  expect(attack.attacker).toEqual({ learner: 'table', name: 'table' });
  expect(attack.ceiling).toBeNull();
  expect(attack.success.success.low).toBeLessThan(0.75);
  expect(attack.success.success.high).toBeGreaterThan(0.75);
});

describe('topic from hash', () => {
  const examples = hashes(1500, 'topics');

  test('the logistic attack finds the few bits that tell, neighbours drown them', () => {
    const attack = heldOutAttack(splitByGroup(examples, seededRng(5)));
    expect(attack.attacker.name).toBe('bits, logistic');
    expect(attack.success.aboveChance).toBe(true);
    expect(attack.success.success.estimate!).toBeGreaterThan(0.35);
  });

  test('negative control: shuffled between pictures, chance lies inside the interval', () => {
    const { success, aboveChance } = heldOutAttack(
      splitByGroup(shuffledSecrets(examples, seededRng(6)), seededRng(5)),
    ).success;
    expect(aboveChance).toBe(false);
    expect(success.low).toBeLessThan(1 / 6);
    expect(success.high).toBeGreaterThan(1 / 6);
  });

  test('positive control: with the secret for a view, no test is lost', () => {
    const { success } = heldOutAttack(splitByGroup(plantedSecrets(examples), seededRng(5))).success;
    expect(success).toMatchObject({ k: 300, n: 300, estimate: 1 });
  });

  test('only the learners that are asked for', () => {
    const { validation } = heldOutAttack(splitByGroup(examples, seededRng(5)), { learners: ['nearest neighbours'] });
    expect(validation.map(({ name }) => name)).toEqual([
      'prior',
      'bits, nearest neighbours, k=1',
      'bits, nearest neighbours, k=7',
    ]);
  });
});

test('sizes and times of a message, the traffic of a match and of another: found by neighbours', () => {
  const rng = seededRng(7);
  const traffic = Array.from({ length: 600 }, (_, i): Example => {
    const match = rng.int(2);
    const up = match ? 900 + 300 * rng.int(2) : 1050 + 10 * normalVariate(rng);
    return { secret: String(match), group: `g${i}`, vector: [up, 40, 5 + normalVariate(rng)] };
  });
  const attack = heldOutAttack(splitByGroup(traffic, seededRng(8)));
  expect(attack.attacker.learner).toBe('nearest neighbours');
  expect(attack.success.lowerBound).toBeGreaterThan(0.95);
});

test('where nothing is seen the prior is the attacker, and finds nothing above chance', () => {
  const blind = Array.from({ length: 200 }, (_, i): Example => ({ secret: `${i % 3}`, group: `${i}`, symbol: '-' }));
  const attack = heldOutAttack(splitByGroup(blind, seededRng(9)));
  expect(attack.attacker.learner).toBe('prior');
  expect(attack.success.aboveChance).toBe(false);
});

test('the same input gives the same result; a known chance is used as it is', () => {
  const split = splitByGroup(hashes(300, 'again'), seededRng(10));
  expect(heldOutAttack(split)).toEqual(heldOutAttack(split));
  expect(heldOutAttack(split, { chance: 1 / 6 }).success.chance).toBe(1 / 6);
});

test('a secret that only the test has is never guessed', () => {
  const of = (secret: string, n: number): Example[] =>
    Array.from({ length: n }, (_, i) => ({ secret, group: `${secret}${i}`, symbol: secret }));
  const attack = heldOutAttack({
    train: [...of('a', 9), ...of('b', 5)],
    validation: [...of('a', 3), ...of('b', 3)],
    test: [...of('a', 2), ...of('c', 3)],
  });
  expect(attack.success.success).toMatchObject({ k: 2, n: 5 });
  expect([...attack.posteriors.truth]).toEqual([0, 0, -1, -1, -1]);
});

test('one sentence for each bad input', () => {
  const [one] = hashes(1, 'one');
  expect(() => heldOutAttack({ train: [one!], validation: [], test: [one!] })).toThrow(
    'Expected examples in each part but received 1, 0 and 1.',
  );
});
