/** S2c: the wiretap. While an order is in force, the provider secretly adds the court's device to one account's conversations. */
import type { Strategy } from './strategy.ts';

export const ghost: Strategy = {
  id: 'S2c',
  name: 'ghost',
  summary: 'from a court order on, one account’s messages are also sealed to a device that its user is not shown',
  reference: 'Levy & Robinson, "Principles for a More Informed Exceptional Access Debate", Lawfare 2018',
  family: 'people',
  proactive: false,
  detector: 'people',
  declares: {
    court: { content: 'ordered', match: 'ordered' },
    // The relay forwards the extra copy, so it learns which messages are ordered, but not their content.
    curator: { match: 'ordered' },
  },
  listDisclosure: 'none',
  capacity: {
    kind: 'unbounded',
    note: 'the hidden device reads the message, and can look for anything in it; only an order bounds whose',
  },
  prospective: true,
  keyNames: { escrow: 'key of the hidden device' },
  simplified:
    'the order covers what the account sends, not what it receives; the app shows no device list and checks no key log',
  design: { name: 'ghost', ghost: true },
};
