/** Guessing whether a message matched: by what tells, by nothing where nothing tells, and never by what luck gives. */
import { describe, expect, test } from 'vitest';
import { canLearn, guessMatches, type Look, shuffledMatches } from '../../src/attack/match-guess.ts';
import { seededRng } from '../../src/util/rng.ts';

const messages = (n: number, share: number, looks: (matched: boolean, i: number) => string[]): Look[] =>
  Array.from({ length: n }, (_, i) => {
    const matched = i < n * share;
    return { matched, looks: looks(matched, i) };
  });
const advantage = (guesses: readonly boolean[], truth: readonly boolean[]): number => {
  const rate = (of: boolean): number => {
    const places = truth.flatMap((each, i) => (each === of ? [i] : []));
    return places.filter((i) => guesses[i]).length / places.length;
  };
  return rate(true) - rate(false);
};

describe('guessing matches', () => {
  test('a report tells all of them, however rare they are', () => {
    const reports = (matched: boolean): string[] => [matched ? 'message, report' : 'message'];
    const asked = messages(200, 0.1, reports);
    const { guesses, used } = guessMatches(messages(200, 0.05, reports), asked);
    expect(used).toBe(0);
    expect(guesses).toEqual(asked.map(({ matched }) => matched));
  });

  test('half of the matches that go silent are told, and nobody else', () => {
    const silent = (matched: boolean, i: number): string[] => [matched && i % 2 === 0 ? 'nothing' : 'message'];
    const asked = messages(400, 0.5, silent);
    const { guesses } = guessMatches(messages(400, 0.5, silent), asked);
    expect(
      advantage(
        guesses,
        asked.map(({ matched }) => matched),
      ),
    ).toBeCloseTo(0.5);
  });

  test('what looks the same is not guessed at, and a name of its own for each message teaches nothing', () => {
    const same = messages(200, 0.5, () => ['message']);
    expect(guessMatches(same, same).used).toBe(-1);
    const unique = messages(200, 0.5, (_, i) => [`message ${i}`]);
    expect(guessMatches(unique, unique)).toMatchObject({ used: -1 });
  });

  test('of a coarse and a finer look the one that tells is taken', () => {
    const both = (matched: boolean, i: number): string[] => ['message', `message ${matched ? 10 : 20 + (i % 3)}`];
    expect(guessMatches(messages(200, 0.3, both), messages(50, 0.3, both)).used).toBe(1);
  });

  test('outcomes dealt anew leave no advantage', () => {
    const reports = (matched: boolean): string[] => [matched ? 'message, report' : 'message'];
    const known = messages(600, 0.4, reports);
    const { guesses, truth } = shuffledMatches(known, messages(600, 0.4, reports), seededRng(3, 'match'));
    expect(truth.filter(Boolean)).toHaveLength(240);
    expect(Math.abs(advantage(guesses, truth))).toBeLessThan(0.15);
  });

  test('without known matches nothing is accused', () => {
    const looks = messages(20, 0, () => ['message']);
    expect(guessMatches(looks, looks).guesses).not.toContain(true);
    expect(guessMatches([], looks).guesses).not.toContain(true);
  });
});

describe('what there is to learn from', () => {
  const enough = (matched: number, other: number): boolean =>
    canLearn(messages(matched + other, matched / (matched + other), () => []));

  test.each([
    [0, 100],
    [1, 100],
    [100, 0],
    [100, 1],
    [2, 2],
    [2, 1],
  ])('%i matches and %i others are too few, whatever the view shows', (matched, other) =>
    expect(enough(matched, other)).toBe(false),
  );

  test('a perfect view has to beat two standard errors: 1 / matched + 1 / others below 1', () => {
    expect([enough(2, 3), enough(3, 2), enough(2, 100)]).toEqual([true, true, true]);
  });

  test('no advantage of fewer is believed, not even of a label in the view', () => {
    const label = (matched: boolean): string[] => [String(matched)];
    const [few, more] = [messages(4, 0.5, label), messages(20, 0.5, label)];
    expect([canLearn(few), guessMatches(few, few).used]).toEqual([false, -1]);
    expect([canLearn(more), guessMatches(more, more).used]).toEqual([true, 0]);
  });
});
