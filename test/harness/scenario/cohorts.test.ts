/** How accounts and messages are divided, before anything is sent. */
import { describe, expect, test } from 'vitest';
import { type Experiment, scenarioOf } from '../../../src/experiment/tradeoff/experiment.ts';
import {
  type Cohort,
  cohortNotes,
  cohortTask,
  maxMessages,
  planCohorts,
} from '../../../src/harness/scenario/cohorts.ts';
import {
  accountNames,
  offendingNames,
  orderedNames,
  pictureTasks,
  planMessages,
} from '../../../src/harness/scenario/plan.ts';
import { experimentWith } from '../tiny.ts';
import { madeUpPictures } from './made-up.ts';

function planned(experiment: Experiment, count: number) {
  const scenario = scenarioOf(experiment);
  const tasks = pictureTasks(scenario, experiment.grid, madeUpPictures(count, experiment), '/scratch');
  return { scenario, tasks, messages: planMessages(scenario, tasks) };
}

/** 1000 pictures of 60 accounts, in cohorts of at most 500 messages, of which the first sends the 320 that attacks need. */
const experiment = experimentWith({ messages: { accounts: 60, offendingAccounts: 20, orderedAccounts: 3 } });
const { scenario, tasks, messages } = planned(experiment, 1000);
const cohorts = planCohorts(scenario, tasks, 500);
const all = cohorts.flatMap((each) => each.messages);

describe('cohorts', () => {
  test('are drawn by the seed alone', () => {
    expect(planCohorts(scenario, tasks, 500)).toEqual(cohorts);
    const others = planCohorts({ ...scenario, seed: scenario.seed + 1 }, tasks, 500);
    expect(others.map(({ accounts }) => accounts)).not.toEqual(cohorts.map(({ accounts }) => accounts));
  });

  test('every account and every message is in exactly one, with its sender, in order of time', () => {
    expect(cohorts.length).toBeGreaterThan(2);
    expect(cohorts.map(({ number, of }) => [number, of])).toEqual(cohorts.map((_, i) => [i + 1, cohorts.length]));
    expect(cohorts.flatMap(({ accounts }) => accounts).sort()).toEqual(accountNames(scenario));
    const times = all.map(({ sentAt }) => sentAt);
    expect([...times].sort((a, b) => a - b)).toEqual([...messages.keys()]);
    for (const { accounts, messages: own, total } of cohorts) {
      expect(total).toBe(messages.length);
      expect(accounts).toEqual(expect.arrayContaining([...new Set(own.map(({ sender }) => sender))]));
      expect(own.map(({ sentAt }) => sentAt)).toEqual(own.map(({ sentAt }) => sentAt).sort((a, b) => a - b));
    }
  });

  test('none has more messages than it may, unless one account alone sends more', () => {
    for (const { messages: own } of cohorts) expect(own.length).toBeLessThanOrEqual(500);
    const few = planCohorts(scenario, tasks, 15).slice(1);
    const most = Math.max(...few.filter(({ accounts }) => accounts.length > 1).map((each) => each.messages.length));
    expect(most).toBeLessThanOrEqual(15);
    expect(few.some(({ accounts, messages: own }) => accounts.length === 1 && own.length > 15)).toBe(true);
  });

  test('the first sends every picture with a second copy, and that copy; all other messages keep their senders', () => {
    const copied = new Set(messages.flatMap(({ purpose, picture }) => (purpose === 'attack' ? [picture] : [])));
    const attacked = messages.filter(
      ({ purpose, key, picture }) => purpose === 'attack' || (key === 'none' && copied.has(picture)),
    );
    expect(attacked.length).toBe(320);
    const first = new Set(cohorts[0]!.messages.map(({ id }) => id));
    for (const { id } of attacked) expect(first.has(id)).toBe(true);
    const moved = new Set(attacked.map(({ id }) => id));
    const byId = new Map(all.map((each) => [each.id, each]));
    const offending = new Set(offendingNames(scenario));
    for (const message of messages) {
      const { sequence: _, ...now } = byId.get(message.id)!;
      const { sequence: __, ...before } = message;
      // A sender of the same class.
      if (moved.has(message.id)) expect(offending.has(now.sender)).toBe(offending.has(before.sender));
      else expect(now).toEqual(before);
    }
  });

  test('nobody writes to themselves, and the messages of each pair are numbered from 0 without gaps', () => {
    const next = new Map<string, number>();
    for (const { sender, recipient, sequence } of [...all].sort((a, b) => a.sentAt - b.sentAt)) {
      expect(sender).not.toBe(recipient);
      const pair = `${sender} ${recipient}`;
      expect(sequence).toBe(next.get(pair) ?? 0);
      next.set(pair, sequence + 1);
    }
  });

  test('the first has innocent accounts, and the offending one that the first order names', () => {
    const offending = new Set(offendingNames(scenario));
    for (const most of [1, 500]) {
      const { accounts } = planCohorts(scenario, tasks, most)[0]!;
      expect(accounts).toContain(orderedNames(scenario)[0]);
      expect(accounts.some((account) => !offending.has(account))).toBe(true);
    }
  });

  test('there is one, with the plan as it is, where the messages are few enough', () => {
    expect(planCohorts(scenario, tasks, messages.length)).toEqual([
      { number: 1, of: 1, accounts: accountNames(scenario), messages, total: messages.length },
    ]);
    expect(planCohorts(scenario, tasks, messages.length - 1).length).toBe(2);
    expect(cohortNotes(tasks, messages.length)).toEqual([]);
    expect(cohortNotes(tasks, messages.length - 1)[0]).toMatch(/cohorts.*first cohort only/);
  });
});

describe('the task of a cohort', () => {
  const taskOf = (cohort: Cohort) => cohortTask(cohort, scenario, tasks);

  test('has its own messages and their pictures, and no others', () => {
    for (const cohort of cohorts) {
      const { messages: own, pictures } = taskOf(cohort);
      expect(own).toBe(cohort.messages);
      expect(Object.keys(pictures).map(Number).sort()).toEqual([...new Set(own.map(({ picture }) => picture))].sort());
    }
  });

  test('has devices for its senders that send, for recipients, and for its accounts that an order names', () => {
    const named = new Set(orderedNames(scenario));
    for (const cohort of cohorts) {
      const { number, senders, devices, total } = taskOf(cohort).cohort!;
      expect([number, senders, total]).toEqual([cohort.number, cohort.accounts, messages.length]);
      const needed = cohort.messages.flatMap(({ sender, recipient }) => [sender, recipient]);
      const ordered = cohort.accounts.filter((account) => named.has(account));
      expect(devices).toEqual([...new Set([...needed, ...ordered])].sort());
    }
  });

  test('says nothing of cohorts where there is only one', () => {
    const [only] = planCohorts(scenario, tasks);
    expect(only!.messages.length).toBeLessThan(maxMessages);
    expect(taskOf(only!).cohort).toBeUndefined();
  });
});

test('ten thousand accounts: names are distinct and as long as they must be, and a cohort has devices for its own messages only', () => {
  const many = planned(experimentWith({ messages: { accounts: 10_000, offendingAccounts: 100 } }), 3000);
  const dealt = planCohorts(many.scenario, many.tasks);
  const names = dealt.flatMap(({ accounts }) => accounts);
  expect(new Set(names).size).toBe(10_000);
  expect(names).toContain('account-10000');
  expect(dealt.length).toBe(2);
  for (const cohort of dealt) {
    const { devices } = cohortTask(cohort, many.scenario, many.tasks).cohort!;
    expect(devices.length).toBeLessThanOrEqual(2 * cohort.messages.length);
  }
});
