/** Split views noticed by clients that compare: closed forms against counting all cases. */
import { describe, expect, test } from 'vitest';
import { gossipDetection } from '../../src/metric/gossip.ts';
import { splitView } from '../../src/metric/split-view.ts';

/** Adds up the probabilities of all ways in which g clients can hold heads of either history, or older ones. */
function counted(share: number, clients: number, stale: number) {
  const kinds = [share * (1 - stale), (1 - share) * (1 - stale), stale];
  let [monitored, among] = [0, 0];
  for (let code = 0; code < 3 ** clients; code++) {
    const held = Array.from({ length: clients }, (_, i) => Math.floor(code / 3 ** i) % 3);
    const probability = held.reduce((product, kind) => product * kinds[kind]!, 1);
    if (held.includes(0)) monitored += probability;
    if (held.includes(0) && held.includes(1)) among += probability;
  }
  return { monitored, among };
}

describe.each([
  [0.1, 0],
  [0.1, 0.5],
  [0.7, 0.25],
  [0.5, 0],
])('share %d, %d of heads older', (share, stale) => {
  test.each([1, 2, 3, 6])('%d clients: as all cases say', (clients) => {
    const exact = counted(share, clients, stale);
    const closed = splitView(share, clients, stale);
    expect(closed.monitored).toBeCloseTo(exact.monitored, 12);
    expect(closed.among).toBeCloseTo(exact.among, 12);
  });
});

test('with new heads only it is what gossip says', () => {
  for (const clients of [1, 10, 300]) {
    expect(splitView(0.01, clients).monitored).toBe(gossipDetection(0.01, clients));
    expect(splitView(0.01, clients).among).toBeCloseTo(1 - 0.01 ** clients - 0.99 ** clients, 12);
  }
});

test('one client alone contradicts nobody, and nobody is shown another list in vain', () => {
  expect(splitView(0.3, 1).among).toBeCloseTo(0, 12);
  expect(splitView(0, 50)).toEqual({ monitored: 0, among: 0 });
});
