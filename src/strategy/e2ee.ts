/** S1: end-to-end encryption and no scanning. The governments' letter warns against this. */
import type { Strategy } from './strategy.ts';

export const e2ee: Strategy = {
  id: 'S1',
  name: 'e2ee',
  summary: 'end-to-end encryption, nobody scans',
  reference: 'WhatsApp since 2016, and Messenger’s plan of 2019',
  family: 'people',
  proactive: false,
  detector: 'people',
  declares: {},
  listDisclosure: 'none',
  capacity: { kind: 'none', note: 'nothing is searched for' },
  bytesBaseline: true,
  simplified:
    'two devices share one pair of keys for ever, unless the experiment asks for the double ratchet (session: ratchet); nobody compares identity keys',
  design: { name: 'e2ee' },
};
