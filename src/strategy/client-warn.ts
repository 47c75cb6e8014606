/** S4b: the same list and the same comparison as S4a, but only the sender is informed. */
import { clientList } from './client-list.ts';
import type { Strategy } from './strategy.ts';
import { warnOnly } from './warn-only.ts';

export const clientWarn: Strategy = {
  ...warnOnly(clientList)!,
  id: 'S4b',
  name: 'client-warn',
  design: { ...clientList.design, name: 'client-warn', warnOnly: true },
};
