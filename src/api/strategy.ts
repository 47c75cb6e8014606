/** `presend/strategy`: the designs compared, and what deploys one in a world of accounts, lists and settings. Runs in Node and in a page. */
export { type Deployment, type Design, deploy } from '../role/deployment.ts';
export type { View } from '../role/view.ts';
export type { HashOutcome, HashUse, ListRule, Message, People, Scanner, World } from '../role/world.ts';
export { type StrategyName, strategies, strategyByName } from '../strategy/index.ts';
export type { Capacity, Declaration, ListDisclosure, Strategy } from '../strategy/strategy.ts';
