/** Exact hashes in copy detection: equal or not, so that no threshold between means anything. */
import { expect, test } from 'vitest';
import { exactHashes } from '../../src/hash/exact-hashes.ts';
import { equalityMeasure } from '../../src/score/measure.ts';
import { utf8 } from '../../src/util/bytes.ts';

const entry = (picture: string, group: string, file: string) => ({
  picture,
  group,
  hash: exactHashes.md5.hash(utf8(file)),
});
// Two groups share a file; the rest differ.
const entries = [entry('a', '1', 'x'), entry('b', '2', 'x'), entry('c', '3', 'y'), entry('d', '3', 'y')];
const measure = equalityMeasure(128);

test('distances are 0 or 1, between, among and against', () => {
  expect([measure.between(entries[0]!, entries[1]!), measure.between(entries[0]!, entries[2]!)]).toEqual([0, 1]);
  // a–b is equal; a–c, a–d, b–c and b–d differ; c–d is one group.
  expect(measure.histogram(entries)).toEqual([1, 4]);
  expect(measure.within(entries, -1)).toEqual([]);
  expect(measure.within(entries, 0)).toEqual([[0, 1]]);
  expect(measure.within(entries, 1)).toHaveLength(5);
  expect([...measure.nearestOthers(entries, entries)]).toEqual([0, 0, 1, 1]);
  expect([...measure.nearest([entry('q', '9', 'y'), entry('r', '9', 'z')], entries)]).toEqual([0, 1]);
  // Nothing to compare with: beyond the scale.
  expect([...measure.nearestOthers([entries[0]!], [entries[0]!])]).toEqual([2]);
});

test('the scale has one step, so that a chosen threshold is equality', () => {
  expect([measure.scale.most, measure.scale.at(0)]).toEqual([1, 0]);
});
