/** What is to be done is decided before anything is done: tasks, messages, and the ids of cells. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AssignedPicture, assign } from '../../../src/dataset/assign.ts';
import { type Experiment, scenarioOf } from '../../../src/experiment/tradeoff/experiment.ts';
import { accountNames, cellId, copyLimit, pictureTasks, planMessages } from '../../../src/harness/scenario/plan.ts';
import { resolveTransform } from '../../../src/image/transform/index.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { experimentWith, tiny } from '../tiny.ts';

/** So many pictures, one in four a drawing, some in bursts. */
function pictures(count: number, experiment: Experiment = tiny): AssignedPicture[] {
  const all = Array.from({ length: count }, (_, i) => ({
    id: `p${String(i).padStart(4, '0')}.jpg`,
    location: `/nowhere/p${i}.jpg`,
    topic: i % 4 === 0 ? 'drawing' : 'scene',
    kind: 'test',
    group: i % 9 === 1 ? `p${i - 1}` : `p${i}`,
    sha256: sha256Hex(`picture ${i}`),
  }));
  return assign(all, { seed: experiment.seed, ...experiment.assignment }).pictures;
}

const planOf = (experiment: Experiment, count: number) => {
  const tasks = pictureTasks(scenarioOf(experiment), experiment.grid, pictures(count, experiment), '/scratch');
  return { tasks, messages: planMessages(scenarioOf(experiment), tasks) };
};

describe('picture tasks', () => {
  const experiment = experimentWith({
    grid: { transform: [{ name: 'none' }, { name: 'jpeg', quality: 30 }, { name: 'flip' }] },
    messages: { edits: [{ name: 'resize', factor: 0.5 }, { name: 'caption' }] },
  });
  const { tasks } = planOf(experiment, 400);

  test('one a picture, in their order', () => {
    expect(tasks.map(({ index }) => index)).toEqual([...tasks.keys()]);
    expect(tasks.map(({ picture }) => picture.id)).toEqual(pictures(400, experiment).map(({ id }) => id));
  });

  test('listed pictures of the evaluation split get all their edits, others none', () => {
    const kinds = new Set<string>();
    for (const { picture, edits, sendables } of tasks) {
      const edited = picture.content === 'listed' && picture.split === 'evaluation';
      kinds.add(`${picture.content} ${picture.split}`);
      expect(edits.map(({ name }) => name)).toEqual(edited ? ['jpeg', 'flip'] : []);
      const scored = sendables.filter(({ purpose }) => purpose === 'scored').map(({ key }) => key);
      expect(scored).toEqual(
        edited ? ['none', ...experiment.messages.edits.map((each) => resolveTransform(each).label)] : ['none'],
      );
    }
    expect(kinds.size).toBe(8);
  });

  test.each<[readonly string[], boolean]>([
    [['e2ee', 'client-list', 'hybrid'], false],
    [['e2ee', 'client-classifier'], true],
    [['client-classifier:warn'], true],
    [['hybrid:and'], true],
  ])(
    'with the strategies %j, copies of attackers are classified: %j; files with rows always are',
    (strategy, copies) => {
      const { tasks: all } = planOf(experimentWith({ grid: { strategy: [...strategy] } }), 60);
      const sendables = all.flatMap((task) => task.sendables);
      const classified = (purpose: string) =>
        new Set(sendables.filter((each) => each.purpose === purpose).map(({ classify }) => classify));
      expect(classified('attack')).toEqual(new Set([copies]));
      expect(classified('scored')).toEqual(new Set([true]));
    },
  );

  test('keys are unique within a picture; the embedding is kept of the picture as sent only', () => {
    for (const { sendables } of tasks) {
      expect(new Set(sendables.map(({ key }) => key)).size).toBe(sendables.length);
      expect(sendables.filter(({ embed }) => embed).map(({ key }) => key)).toEqual(['none']);
    }
  });

  test.each([10, 60, 400])('second copies of %i pictures: all up to the limit of their split', (count) => {
    const { tasks } = planOf(experiment, count);
    for (const split of ['calibration', 'evaluation'] as const) {
      const inSplit = tasks.filter(({ picture }) => picture.split === split);
      const copies = inSplit.flatMap(({ sendables }) => sendables.filter(({ purpose }) => purpose === 'attack'));
      expect(copies.length).toBe(Math.min(inSplit.length, copyLimit[split]));
      expect(copies.every(({ key }) => key === 'copy')).toBe(true);
    }
  });
});

describe('messages', () => {
  test('the same for every strategy, and whatever else is asked of the pictures', () => {
    const { messages } = planOf(tiny, 100);
    expect(planOf(experimentWith({ grid: { strategy: ['prefix-lookup'] } }), 100).messages).toEqual(messages);
    expect(planOf(experimentWith({ grid: { transform: [{ name: 'blur' }] } }), 100).messages).toEqual(messages);
    expect(planOf(experimentWith({ seed: 7 }), 100).messages).not.toEqual(messages);
  });

  test('every sendable is sent once; ids and times run from 0', () => {
    const { tasks, messages } = planOf(tiny, 100);
    const planned = tasks.flatMap(({ index, sendables }) => sendables.map(({ key, purpose }) => [index, key, purpose]));
    const sent = messages.map(({ picture, key, purpose }) => [picture, key, purpose]);
    expect([...sent].sort()).toEqual([...planned].sort());
    // Shuffled: the order of sending says nothing about the pictures.
    expect(sent).not.toEqual(planned);
    expect(messages.map(({ sentAt }) => sentAt)).toEqual([...messages.keys()]);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  });

  test('nobody writes to themselves, and the messages of each pair are numbered from 0 without gaps', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.nat(1000),
        fc.integer({ min: 4, max: 60 }),
        (accounts, seed, count) => {
          const experiment = experimentWith({ seed, messages: { accounts } });
          const { messages } = planOf(experiment, count);
          const next = new Map<string, number>();
          for (const { sender, recipient, sequence } of messages) {
            expect(sender).not.toBe(recipient);
            expect(accountNames(scenarioOf(experiment))).toEqual(expect.arrayContaining([sender, recipient]));
            const pair = `${sender} ${recipient}`;
            expect(sequence).toBe(next.get(pair) ?? 0);
            next.set(pair, sequence + 1);
          }
        },
      ),
      { seed: 1, numRuns: 40 },
    ));

  test('names of accounts are as many as asked for, and distinct', () => {
    expect(new Set(accountNames(scenarioOf(experimentWith({ messages: { accounts: 120 } })))).size).toBe(120);
  });
});

describe('cell ids', () => {
  const dataset = sha256Hex('dataset');
  const hash = { hash: 'pdq', transform: 'flip' };
  const strategy = { strategy: 'client-list' };
  const id = (experiment: Experiment, cell: Record<string, unknown>, digest = dataset): string =>
    cellId(scenarioOf(experiment), digest, cell);

  test('are 12 hex digits, the same every time', () => {
    expect(id(tiny, hash)).toMatch(/^[0-9a-f]{12}$/);
    expect(id(tiny, { transform: 'flip', hash: 'pdq' })).toBe(id(tiny, hash));
    expect(id(structuredClone(tiny), strategy)).toBe(id(tiny, strategy));
  });

  test.each<[string, Experiment]>([
    ['the seed', experimentWith({ seed: 7 })],
    ['the target', experimentWith({ assignment: { target: ['chart'] } })],
    ['the listed share', experimentWith({ assignment: { listedShare: 0.4 } })],
    ['the calibration share', experimentWith({ assignment: { calibrationShare: 0.4 } })],
  ])('differ with %s, for every kind of cell', (_, changed) => {
    expect(id(changed, hash)).not.toBe(id(tiny, hash));
    expect(id(changed, strategy)).not.toBe(id(tiny, strategy));
  });

  test('differ with the dataset, the hash, the edit, the classifier and the strategy', () => {
    const ids = [
      id(tiny, hash),
      id(tiny, hash, sha256Hex('another')),
      id(tiny, { hash: 'dhash', transform: 'flip' }),
      id(tiny, { hash: 'pdq', transform: 'none' }),
      id(tiny, { classifier: 'nsfwjs-mobilenet-v2', transform: 'none' }),
      id(tiny, strategy),
      id(tiny, { strategy: 'client-warn' }),
      id(tiny, strategy, sha256Hex('another')),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  const messages: Partial<Experiment['messages']>[] = [
    { hash: 'dhash' },
    { classifier: 'nsfwjs-mobilenet-v2-mid' },
    { label: 'text' },
    { edits: [] },
    { accounts: 6 },
    { paddingBytes: 0 },
    { prefixBits: 9 },
    { orderedAccounts: 2 },
    { userReport: 0.4 },
    { falseReport: 0.04 },
    { abort: 0.1 },
  ];
  test.each(messages)('of strategies differ with how messages are sent, those of hashes do not: %o', (change) => {
    const changed = experimentWith({ messages: change });
    expect(id(changed, strategy)).not.toBe(id(tiny, strategy));
    expect(id(changed, hash)).toBe(id(tiny, hash));
  });

  test('of strategies differ with the operating point, those of hashes do not', () => {
    const changed = experimentWith({ operatingPoint: { targetFpr: 0.01 } });
    expect(id(changed, strategy)).not.toBe(id(tiny, strategy));
    expect(id(changed, hash)).toBe(id(tiny, hash));
  });

  test.each<[string, Experiment]>([
    ['the name', experimentWith({ name: 'other' })],
    ['the question', experimentWith({ question: 'Another one?' })],
    ['the other hashes', experimentWith({ grid: { hash: ['pdq', 'dhash', 'phash'] } })],
    ['the other edits', experimentWith({ grid: { transform: [{ name: 'flip' }] } })],
    ['the other strategies', experimentWith({ grid: { strategy: ['client-list'] } })],
    ['the inputs of the model', experimentWith({ model: { ...tiny.model, accounts: { value: 7, source: 'prior' } } })],
    ['where the pictures lie', experimentWith({ dataset: { name: '/elsewhere' } })],
  ])('do not depend on %s', (_, changed) => {
    expect(id(changed, hash)).toBe(id(tiny, hash));
    expect(id(changed, strategy)).toBe(id(tiny, strategy));
  });
});

describe('offending accounts', () => {
  const experiment = experimentWith({ messages: { accounts: 6, offendingAccounts: 2 } });
  const { tasks, messages } = planOf(experiment, 400);
  const contentOf = (picture: number) => tasks[picture]!.picture.content;

  test('send all target content; everybody sends innocent pictures', () => {
    const senders = (innocent: boolean) =>
      new Set(
        messages.filter(({ picture }) => (contentOf(picture) === 'innocent') === innocent).map(({ sender }) => sender),
      );
    expect([...senders(false)].sort()).toEqual(['account-001', 'account-002']);
    expect([...senders(true)].sort()).toEqual(accountNames(scenarioOf(experiment)));
  });

  test('are all accounts where the experiment does not say', () => {
    const all = planOf(experimentWith({ messages: { accounts: 6 } }), 400);
    const senders = all.messages.filter(({ picture }) => all.tasks[picture]!.picture.content === 'listed');
    expect(new Set(senders.map(({ sender }) => sender)).size).toBe(6);
  });
});

describe('honest forwarding', () => {
  const forwarding = (value: number): Experiment =>
    experimentWith({ messages: { forwarded: { value, source: 'made up for a test' } } });
  const forwarded = (experiment: Experiment): string[] =>
    planOf(experiment, 400).tasks.flatMap(({ forwarded, picture }) => (forwarded ? [picture.id] : []));

  test('nobody forwards where the experiment does not say so; the share of those who do is the input', () => {
    expect(forwarded(tiny)).toEqual([]);
    expect(forwarded(forwarding(0))).toEqual([]);
    expect(forwarded(forwarding(1))).toHaveLength(planOf(tiny, 400).tasks.length);
    const some = forwarded(forwarding(0.445)).length / planOf(tiny, 400).tasks.length;
    // Within four standard errors of a share of 400.
    expect(Math.abs(some - 0.445)).toBeLessThan(0.1);
  });

  test('each picture is drawn alone: a larger share only adds pictures, and changes no other draw', () => {
    const [few, many] = [0.3, 0.6].map((value) => forwarded(forwarding(value)));
    expect(many!.filter((id) => few!.includes(id))).toEqual(few);
    expect(planOf(forwarding(0.3), 100).messages).toEqual(planOf(tiny, 100).messages);
  });
});
