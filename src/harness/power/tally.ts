/** From what a power gave to counts: before and behind the moment, beyond what the same hands have without it. */
import type { PowerRow, PowerTally } from '../../schema/power-rows.ts';
import type { Finding } from './finding.ts';
import { idsOf, type Performance, type SceneMessage } from './stage.ts';

/** A finding, and what it is counted against. */
export interface Execution {
  readonly finding: Finding;
  /** Ids that the same hands have without the power. */
  readonly had?: ReadonlySet<string>;
  /** Messages that the power is for; all by default. */
  readonly scope?: (message: SceneMessage) => boolean;
  /** Ids of what is looked for, rightly named if named; messages that show a hidden target by default. */
  readonly right?: ReadonlySet<string>;
  /** Message id → index of the message after which it was got, where that is known. */
  readonly when?: ReadonlyMap<string, number>;
  readonly aimed?: boolean;
}

/** The counts, and the ids that were got. */
export type Tallied = Omit<PowerRow, 'row' | 'cell' | 'strategy' | 'power' | 'notice'> & {
  readonly got: ReadonlySet<string>;
};

/** Counts an execution. */
export function tallied({ stage }: Performance, execution: Execution): Tallied {
  const { finding, had = new Set<string>(), scope = () => true, when, aimed = false } = execution;
  const { moment } = stage.task.scene;
  const right = execution.right ?? idsOf(stage.messages, ({ hidden }) => hidden);
  const gained = new Set([...finding.opened].filter((id) => !had.has(id)));
  const got = new Set([...gained, ...finding.named]);
  const side = (behind: boolean): PowerTally => {
    const part = stage.messages.filter((each) => scope(each) && each.planned.sentAt >= moment === behind);
    const count = (holds: (message: SceneMessage) => boolean): number => part.filter(holds).length;
    const isIn = (ids: ReadonlySet<string>) => (message: SceneMessage) => ids.has(message.planned.id);
    return {
      messages: part.length,
      hidden: count(({ hidden }) => hidden),
      usual: count(isIn(had)),
      opened: count(isIn(gained)),
      openedInnocent: count((each) => each.content === 'innocent' && gained.has(each.planned.id)),
      openedHidden: count((each) => each.hidden && gained.has(each.planned.id)),
      named: count(isIn(finding.named)),
      namedRight: count((each) => finding.named.has(each.planned.id) && right.has(each.planned.id)),
    };
  };
  const hit = (each: SceneMessage): boolean => got.has(each.planned.id);
  return {
    before: side(false),
    after: side(true),
    outside: stage.messages.filter((each) => !scope(each) && gained.has(each.planned.id)).length,
    accounts: new Set(stage.messages.filter(hit).map(({ planned }) => planned.sender)).size,
    aimed,
    first: when
      ? firstOf(
          stage.messages.filter((each) => right.has(each.planned.id) && hit(each)),
          stage.messages,
          moment,
          when,
        )
      : null,
    got,
    ...(finding.listed ? { listed: finding.listed } : {}),
    ...(finding.forged ? { forged: finding.forged } : {}),
  };
}

/** How many messages went by from the moment until the first of these was got. */
function firstOf(
  got: readonly SceneMessage[],
  all: readonly SceneMessage[],
  moment: number,
  when: ReadonlyMap<string, number>,
): PowerRow['first'] {
  const first = got
    .flatMap(({ planned }) => {
      const at = when.get(planned.id);
      return at !== undefined && at >= moment ? [{ at, sender: planned.sender }] : [];
    })
    .sort((a, b) => a.at - b.at)[0];
  if (!first) return null;
  const between = all.slice(moment, first.at + 1);
  return { messages: between.length, own: between.filter(({ planned }) => planned.sender === first.sender).length };
}
