/** Two short plays below the panels: an order of each kind under every strategy, and a group with a hidden device. */
import type { GroupStep } from '../../../client/demo/group.ts';
import { readers } from '../../../client/demo/group.ts';
import type { PlayedOrder } from '../../../client/demo/orders.ts';
import { bytes, counted, listed } from '../../../report/format.ts';
import type { Demand } from '../../../schema/packet.ts';
import type { Strategy } from '../../../strategy/strategy.ts';
import { element } from '../dom.ts';

/** What a reader calls each kind of order. */
const kinds: Readonly<Record<Demand, string>> = {
  stored: 'stored content (search warrant)',
  'real-time': 'real time (wiretap)',
  metadata: 'records without content (pen register)',
};

/** Strategies under which every order came to the same. */
export interface SameOrders {
  readonly strategies: readonly Strategy[];
  readonly orders: readonly PlayedOrder[];
}

/** Joins strategies with equal answers, in the order of the first of each. Bytes may differ. */
export function sameOrders(
  played: readonly { readonly strategy: Strategy; readonly orders: readonly PlayedOrder[] }[],
): SameOrders[] {
  const found = new Map<string, { strategies: Strategy[]; orders: readonly PlayedOrder[] }>();
  for (const { strategy, orders } of played) {
    const key = JSON.stringify(orders.map(({ bytes: _, ...rest }) => rest));
    const same = found.get(key);
    if (same) same.strategies.push(strategy);
    else found.set(key, { strategies: [strategy], orders });
  }
  return [...found.values()];
}

/** What the court got under one order, in words. */
export function orderText({ refusal, before, after, records, demand }: PlayedOrder): string {
  if (refusal !== undefined) return 'refused';
  if (demand === 'metadata') return `who, to whom, when, how much: ${records.k} of ${records.n}; no content`;
  const past = `${before.k} of ${before.n} from before`;
  return demand === 'stored' ? past : `${past}, ${after.k} of ${after.n} from then on`;
}

/** The table of orders, and the refusals as the court read them. */
export function ordersTable(same: readonly SameOrders[]): HTMLElement[] {
  const refusals = new Map<string, PlayedOrder>();
  for (const { orders } of same)
    for (const order of orders) if (order.refusal !== undefined) refusals.set(order.refusal, order);
  return [
    element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'What each order opens' }, [
      element('table', { class: 'played', id: 'orders-table' }, [
        element('thead', {}, [
          element('tr', {}, [
            element('th', { scope: 'col' }, ['strategies']),
            ...Object.values(kinds).map((kind) => element('th', { scope: 'col' }, [kind])),
          ]),
        ]),
        element(
          'tbody',
          {},
          same.map(({ strategies, orders }) =>
            element('tr', { 'data-strategies': strategies.map(({ name }) => name).join(' ') }, [
              element('th', { scope: 'row' }, [
                strategies.length > 4
                  ? `${strategies.length} others: ${strategies.map(({ id }) => id).join(', ')}`
                  : strategies.map(({ id, name }) => `${id} ${name}`).join(', '),
              ]),
              ...orders.map((order) =>
                element(
                  'td',
                  {
                    'data-demand': order.demand,
                    class: order.refusal === undefined && order.demand !== 'metadata' ? 'sees-content' : '',
                  },
                  [orderText(order)],
                ),
              ),
            ]),
          ),
        ),
      ]),
    ]),
    element('p', {}, ['A refusal is one packet to the court, with a reason; nothing else comes under that order:']),
    element(
      'ul',
      { id: 'refusals' },
      [...refusals].map(([text, { demand, bytes: size }]) =>
        element('li', {}, [element('q', {}, [text]), ` (${kinds[demand]}, ${bytes(size)})`]),
      ),
    ),
    element('p', { class: 'note' }, [
      `Others that the court reads of: ${listed([
        ...new Set(
          same.flatMap(({ orders }) =>
            orders.filter(({ bystanders }) => bystanders > 0).map(({ bystanders }) => counted(bystanders, 'account')),
          ),
        ),
      ])}, whatever the strategy.`,
    ]),
  ];
}

/** The steps of the group, and who saw the picture at each. */
export function groupTable(steps: readonly GroupStep[], pictureBytes: number): HTMLElement[] {
  const [first] = steps;
  return [
    element('p', { id: 'group-bytes' }, [
      `A message is sealed once for all: ${bytes(first!.bytes)} for a picture of ${bytes(pictureBytes)}, and the sender’s key to each device once, in their session. The relay sees both sealed, and who is in the group.`,
    ]),
    element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Who saw what in the group' }, [
      element('table', { class: 'played', id: 'group-table' }, [
        element('thead', {}, [
          element('tr', {}, [
            element('th', { scope: 'col' }, ['what happens']),
            ...readers.map((reader) => element('th', { scope: 'col' }, [reader])),
            element('th', { scope: 'col' }, ['who notices']),
          ]),
        ]),
        element(
          'tbody',
          {},
          steps.map(({ happens, opened, noticed, keys }, i) =>
            element('tr', {}, [
              element('th', { scope: 'row' }, [
                `${i + 1}. ${happens} `,
                element('small', {}, [keys > 0 ? `New sender key to ${counted(keys, 'device')}.` : 'No new key.']),
              ]),
              ...readers.map((reader) =>
                element(
                  'td',
                  {
                    'data-reader': reader,
                    'data-opened': opened[reader],
                    class: reader === readers[2] && opened[reader] ? 'sees-content' : '',
                  },
                  [opened[reader] ? 'picture' : 'nothing'],
                ),
              ),
              element('td', { 'data-noticed': noticed !== undefined }, [noticed ?? '–']),
            ]),
          ),
        ),
      ]),
    ]),
  ];
}
