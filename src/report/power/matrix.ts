/** The headline of a power run: every power against every strategy, in one table. */
import type { PowerMetrics, PowerResult } from '../../schema/power-metrics.ts';
import type { Line, ReportTable } from '../benchmark/table.ts';
import { absent, type Cell, integer } from '../format.ts';
import {
  noticeLegend,
  noticeLetters,
  noticeProse,
  powerNames,
  powerWords,
  reachSign,
  reachWords,
  strategyTitle,
  totals,
} from './words.ts';

/** Strategies down, powers across. */
export const matrixTable = (metrics: PowerMetrics): ReportTable => ({
  title: 'What each power opens',
  explains: `k/n: pictures opened beyond what the same hands have without the power, of the messages that it is for, and how many of them are innocent. “n named” where nothing opens, but so many messages are said to show what is looked for (rightly / said). “all, as usual”: the provider has them anyway. Behind it: ← messages from before the power was got, → from then on, ↔ both; one or more accounts; who could notice: ${noticeLegend}. A dash alone: the strategy has no such key, list or switch. Colour: share opened.`,
  head: ['strategy', ...powerNames.map((power) => powerWords[power][0])],
  lines: metrics.strategies.map(
    ({ name }): Line => ({
      name: strategyTitle(metrics, name),
      cells: powerNames.map((power) => cellOf(metrics, name, power)),
    }),
  ),
});

function cellOf(metrics: PowerMetrics, strategy: string, power: PowerResult['power']): Line['cells'][number] {
  const result = metrics.powers.find((each) => each.strategy === strategy && each.power === power);
  if (!result) {
    const why = metrics.absent.find((each) => each.strategy === strategy && each.power === power)?.why ?? 'not tried';
    return { ...absent(why), small: [] };
  }
  const { messages, opened, named, usual } = totals(result);
  const heat = messages === 0 ? 0 : (opened + (keepsAll(result) ? usual : 0)) / messages;
  return { ...resultCell(result), ...(opened + named > 0 || keepsAll(result) ? { heat } : {}) };
}

/** Whether the provider has every message of the scope without the power. */
const keepsAll = (result: PowerResult): boolean => {
  const { messages, usual } = totals(result);
  return messages > 0 && usual === messages;
};

/** One power under one strategy as a cell. */
export function resultCell(result: PowerResult): Cell {
  const { messages, opened, innocent, named, right, usual, hidden, hiddenSent } = totals(result);
  const hover = [
    `${result.strategy}, ${powerWords[result.power][1]}:`,
    `${integer(opened)} of ${integer(messages)} messages opened (${result.before.opened.k} of ${result.before.messages} from before, ${result.after.opened.k} of ${result.after.messages} from then on), ${integer(innocent)} of them innocent, ${hidden} of ${hiddenSent} with a hidden target;`,
    `${named} named, ${right} rightly; ${usual} opened as usual; ${reachWords[result.reach]}, ${result.breadth}; noticed by ${noticeProse(result)}`,
  ].join(' ');
  if (opened + named === 0 && !keepsAll(result)) {
    const extra = result.forged ? `forges ${result.forged.k}/${result.forged.n}` : undefined;
    const refused = result.notice.refused ? 'refused' : undefined;
    const small = [extra, refused].filter((each) => each !== undefined);
    return { main: '0', small, plain: ['0', ...small].join(' '), hover };
  }
  const main = opened > 0 ? `${opened}/${messages}` : named > 0 ? `${right}/${named} named` : 'all, as usual';
  const breadth = { nothing: '', 'one account': 'one', 'several accounts': 'many' }[result.breadth];
  const signs = opened + named > 0 ? [reachSign[result.reach], breadth, noticeLetters(result)].join(' ') : '';
  const small = [
    ...(opened > 0 ? [`${innocent} innocent`] : []),
    ...(opened > 0 && named > opened ? [`${right}/${named} named`] : []),
    ...(signs === '' ? [] : [signs]),
  ];
  return { main, small, plain: [main, ...small].join(' '), hover };
}
