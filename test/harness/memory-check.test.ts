/** A run that could not be scored is refused before it starts, with the numbers. */
import { getHeapStatistics } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { copyDetection } from '../../src/experiment/copy-detection/kind.ts';
import { kinds } from '../../src/experiment/index.ts';
import { runKind } from '../../src/harness/kind.ts';
import { type KeepsRows, messagesMustFit, mustFitInMemory } from '../../src/harness/memory-check.ts';
import { UserError } from '../../src/util/errors.ts';
import { copies } from './hashes/rows.ts';
import { options, testFolder, tiny } from './tiny.ts';

const MiB = 2 ** 20;
const keeping = { bytesPerPicture: MiB };

test('a kind that keeps its rows is refused where they do not fit, with what fits and what to set', () => {
  const refused = () => mustFitInMemory(keeping, 5000, 4096 * MiB);
  expect(refused).toThrow(UserError);
  expect(refused).toThrow(
    '5000 pictures are too many to score in memory: this kind of experiment keeps the rows of all pictures, about 1050 kB each, so it needs 5128 MiB, but the heap of Node ends at 4096 MiB; use --limit 3968, or set NODE_OPTIONS=--max-old-space-size=5128',
  );
  expect(() => mustFitInMemory(keeping, 3968, 4096 * MiB), 'the limit that it names').not.toThrow();
  expect(() => mustFitInMemory(keeping, 3969, 4096 * MiB)).toThrow(UserError);
  expect(() => mustFitInMemory(keeping, 5000, 5128 * MiB), 'the heap that it names').not.toThrow();
});

test('the heap of this process is the default', () => {
  const most = getHeapStatistics().heap_size_limit / MiB;
  expect(() => mustFitInMemory(keeping, Math.floor(most) - 128)).not.toThrow();
  expect(() => mustFitInMemory(keeping, Math.ceil(most))).toThrow(UserError);
});

test('messages that one deployment cannot hold are refused, with what would help', () => {
  const held = { messages: 2000, ofOneAccount: 2000, paddingBytes: MiB, workers: 2 };
  const refused = (of: typeof held) => () => messagesMustFit(of, 4096 * MiB);
  expect(refused(held)).toThrow(UserError);
  expect(refused(held)).toThrow(
    '2000 messages in one deployment are too many: they need about 6128 MiB in 2 workers, and there are 4096 MiB; an account is in one piece, because strategies count what it sends: more accounts (/messages/accounts) send fewer messages each; --limit takes fewer pictures, --threads fewer workers',
  );
  expect(refused({ ...held, ofOneAccount: 500 })).toThrow('; attacks on views need the messages of all accounts; ');
  expect(refused({ ...held, workers: 1 }), 'the remedies that it names').not.toThrow();
  expect(refused({ ...held, messages: 1300, ofOneAccount: 1300 })).not.toThrow();
  expect(refused({ ...held, messages: 1400, ofOneAccount: 1400 })).toThrow(UserError);
});

test('a run is refused when its dataset is opened, before anything is hashed', async () => {
  const greedy = { ...copyDetection, keepsRows: { bytesPerPicture: getHeapStatistics().heap_size_limit / 20 } };
  const experiment = copyDetection.check({ ...copies, dataset: tiny.dataset }, 'copies');
  const phases: string[] = [];
  const own = options(tiny, await testFolder(), { onProgress: (phase) => phases.push(phase) });
  const refused = runKind(greedy, { ...own, experiment });
  await expect(refused).rejects.toThrow(
    /^60 pictures are too many to score in memory: .*; use --limit 1\d, or set NODE_OPTIONS/,
  );
  expect(phases.filter((phase) => phase !== 'making pictures')).toEqual([]);
});

describe('every kind on pictures', () => {
  const all = Object.values(kinds as Record<string, { name: string; onPictures: boolean; keepsRows?: KeepsRows }>);

  test('says what its rows take in memory, unless it counts them', () => {
    const counting = all.filter(({ onPictures, keepsRows }) => onPictures && !keepsRows).map(({ name }) => name);
    expect(counting).toEqual(['tradeoff']);
    for (const { name, keepsRows } of all) if (keepsRows) expect(keepsRows.bytesPerPicture, name).toBeGreaterThan(100);
  });
});
