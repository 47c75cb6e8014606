/** Groups played with real keys, and a ghost in one: what arrives, what is refused, and who notices when. */
import { describe, expect, test } from 'vitest';
import { type KeyLogTask, playGhost, playGroup } from '../../../src/experiment/power/groups.ts';
import type { KeyLogRow } from '../../../src/experiment/power/rows.ts';

const sizes = { seed: 1, members: 10, devices: 2, messages: 40, rotateAfter: 3 };

describe('a group of ten with two devices each', () => {
  test('everything that is not lost arrives, nothing that a member forged or sent again, and a thief opens nothing of before', async () => {
    const row = await playGroup({ ...sizes, loss: 0.1 });
    expect(row.delivered.k).toBe(row.delivered.n);
    expect(row.lost).toBeGreaterThan(0);
    expect(row.delivered.n + row.lost).toBe(40 * 19);
    expect([row.forged, row.replayed.k, row.before.k]).toEqual([{ k: 0, n: 80 }, 0, 0]);
    expect(row.replayed.n > 0 && row.before.n > 0 && row.after.k > 0).toBe(true);
    expect(row.bytes.uploaded).toBeLessThan(row.bytes.pairwise);
  });

  test('the same seed gives the same group', async () => {
    const task = { ...sizes, members: 3, loss: 0.1 };
    expect(await playGroup(task)).toEqual(await playGroup(task));
    expect(await playGroup({ ...task, seed: 2 })).not.toEqual(await playGroup(task));
  });
});

describe('a ghost in the group', () => {
  const play = (directory: KeyLogRow['directory'], more: Partial<KeyLogTask> = {}) =>
    playGhost({ ...sizes, directory, checkEvery: 5, ...more });

  test('without a log it opens everything, and nobody notices', async () => {
    expect(await play('no log')).toMatchObject({
      opened: { k: 20, n: 20 },
      refused: 0,
      noticedBy: 'nobody',
      noticedAfter: null,
    });
  });

  test('outside the log it opens nothing: the first sender refuses it', async () => {
    expect(await play('unlogged')).toMatchObject({
      opened: { k: 0, n: 20 },
      refused: 1,
      noticedBy: 'sender',
      noticedAfter: 1,
    });
  });

  test.each([
    ['logged', 'owner'],
    ['withheld', 'auditor'],
    ['split view', 'auditor'],
  ] as const)('%s: the %s notices at the next check, and it opens no more after that', async (directory, noticedBy) => {
    for (const checkEvery of [1, 5]) {
      const row = await play(directory, { checkEvery });
      expect(row).toMatchObject({ noticedBy, noticedAfter: checkEvery, opened: { k: checkEvery, n: 20 }, refused: 0 });
    }
  });
});
