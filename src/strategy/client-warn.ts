/** S4b: the same list and the same comparison as S4a, but only the sender is told. */
import { deploy } from '../role/deployment.ts';
import type { Strategy } from './strategy.ts';

export const clientWarn: Strategy = {
  id: 'S4b',
  name: 'client-warn',
  summary: 'the hash list is on the device in the clear; a match warns the sender and nobody else',
  reference: 'Pfefferkorn, "Content-Oblivious Trust and Safety Techniques", JOTS 1(2), 2022',
  proactive: true,
  detector: 'hash',
  declares: {},
  listDisclosure: 'all',
  simplified: 'whether a warned sender lets it be is an input; turning the warning into a report is one update away',
  deploy: (world) =>
    deploy(world, {
      name: 'client-warn',
      listOnDevice: true,
      async scan(sender, message) {
        const { state } = await sender.match(message);
        return { scanned: state, warned: state === 'match' };
      },
    }),
};
