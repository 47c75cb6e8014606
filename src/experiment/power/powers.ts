/** Every power, executed on the deployments of one strategy; or why the strategy does not have it. */
import { sodium } from '../../crypto/sodium.ts';
import { tableRoot } from '../../crypto/tpsi-format.ts';
import { blindTable, planTable, tableSecret } from '../../crypto/tpsi-setup.ts';
import { searcher } from '../../match/search.ts';
import { covers } from '../../role/court.ts';
import type { Scanner } from '../../role/world.ts';
import { fromHex } from '../../util/hex.ts';
import {
  type Finding,
  forgedReports,
  namedFromStore,
  nothing,
  type Pictures,
  verified,
  voucherKey,
  withDeviceKeys,
  withEscrowKey,
  withGhostKeys,
  withListKey,
  withShares,
} from './keys.ts';
import { type Execution, noticed, tallied, unnoticed } from './notice.ts';
import type { PowerName, PowerRow } from './rows.ts';
import { insiderCopy, orderOf } from './scene.ts';
import { type Event, idsOf, type Performance, perform, type SceneMessage, type Stage } from './stage.ts';

/** Executed, or why not. */
export type Outcome = Omit<PowerRow, 'row' | 'cell' | 'strategy' | 'power'> | { readonly why: string };

/** The strategy as it is meant to be, with a court order at the moment and another one at the end for the rest of its period. */
export async function ordinary(stage: Stage): Promise<Performance> {
  const order = orderOf(stage.task.scene);
  const { moment } = stage.task.scene;
  return perform(
    stage,
    (deployment) => deployment.serve(order),
    // An order that works only forwards is in force since the moment.
    async (deployment) => {
      if (!stage.strategy.prospective) await deployment.serve({ ...order, id: 'order, the rest', from: moment });
    },
  );
}

/** Every power, in the order in which tables list them. `usual` is the ordinary performance. */
export async function executePowers(stage: Stage, usual: Performance): Promise<Record<PowerName, Outcome>> {
  const { strategy } = stage;
  const listed = await changed(stage, usual, (deployment) => deployment.relist(stage.withHidden, 'curator'));
  const { target } = stage.task.scene;
  const own = await changed(stage, usual, (deployment) => deployment.relist(stage.withHidden, 'provider', [target]), {
    aimed: true,
  });
  return {
    'device-key': strategy.design.clear ? { why: 'messages are not sealed' } : deviceKey(usual, target),
    'escrow-key': escrowKey(usual),
    'below-quorum': belowQuorum(usual),
    'list-key': found(usual, withListKey(usual), 'the provider keeps no key of a scan', { right: matching(usual) }),
    'franking-key': frankingKey(usual),
    stored: await stored(usual),
    'new-list': listed,
    retroactive: await retroactive(usual),
    'own-list': own,
    'no-second-opinion': await noSecondOpinion(stage),
    order: await order(usual),
    'report-update': await reportUpdate(stage, usual),
    'new-network': await newNetwork(stage, usual),
  };
}

const found = (
  usual: Performance,
  finding: Finding | undefined,
  why: string,
  more: Partial<Execution> = {},
): Outcome => {
  if (!finding) return { why };
  const { got: _, ...row } = tallied(usual, { finding, ...more });
  return { ...row, notice: unnoticed };
};

const opened = (usual: Performance, pictures: Pictures): Finding => ({
  opened: verified(pictures, usual.stage.messages),
  named: nothing,
});

/** Messages that truly match the list in force, by the hash that the strategy compares: named rightly by a list key. */
function matching({ stage, world }: Performance): ReadonlySet<string> {
  const equal = stage.strategy.detector === 'equality';
  const search = searcher(equal ? world.equality.list : world.list);
  const bits = equal ? world.equality.thresholdBits : world.thresholdBits;
  return idsOf(stage.messages, ({ planned }) => {
    const { near, equality } = stage.store.file(planned.picture, planned.key).facts.hashed;
    const hashed = equal ? equality : near;
    const hit = hashed.state === 'hashed' ? search.nearest(fromHex(hashed.hex)) : undefined;
    return hit !== undefined && hit.distanceBits <= bits;
  });
}

function deviceKey(usual: Performance, account: string): Outcome {
  const own = ({ planned }: SceneMessage): boolean => planned.sender === account || planned.recipient === account;
  return found(usual, opened(usual, withDeviceKeys(usual, account)), '', { scope: own, aimed: true });
}

function escrowKey(usual: Performance): Outcome {
  const { escrow } = usual.deployment.secrets;
  if (escrow?.kind === 'sole') return found(usual, opened(usual, withEscrowKey(usual)), '');
  if (escrow?.kind === 'split') return found(usual, opened(usual, withShares(usual, escrow.escrow.quorum)), '');
  if (usual.stage.strategy.prospective) return found(usual, opened(usual, withGhostKeys(usual)), '');
  return { why: 'no key is in escrow' };
}

function belowQuorum(usual: Performance): Outcome {
  const { escrow } = usual.deployment.secrets;
  return escrow?.kind === 'split'
    ? found(usual, opened(usual, withShares(usual, escrow.escrow.quorum - 1)), '')
    : { why: 'no key is split' };
}

/** With the stolen key; that one that was not stolen makes no report is held against it. */
function frankingKey(usual: Performance): Outcome {
  if (!usual.stage.strategy.design.franking) return { why: 'messages are not franked' };
  const guessed = forgedReports(usual, sodium.crypto_generichash(32, usual.world.random(32), null));
  if (guessed.forged?.k !== 0) throw new Error('A report was forged without the key');
  return found(usual, forgedReports(usual), '');
}

/** A copy of all that provider and relay were sent before the moment, without any key. */
async function stored(usual: Performance): Promise<Outcome> {
  const { moment } = usual.stage.task.scene;
  const early = idsOf(usual.stage.messages, ({ planned }) => planned.sentAt < moment);
  const kept = new Set([...usual.opened.provider].filter(([id, at]) => at < moment && early.has(id)).map(([id]) => id));
  const named = new Set([...(await namedFromStore(usual))].filter((id) => early.has(id)));
  return found(usual, { opened: kept, named }, '');
}

/** All that the provider was ever sent, with its own keys, against another list: where it tests vouchers, against another table. */
async function retroactive(usual: Performance): Promise<Outcome> {
  const { stage, world, deployment } = usual;
  const named = await namedFromStore(usual);
  const { protocol: secret } = deployment.secrets;
  if (secret?.kind !== 'tpsi')
    return found(usual, { opened: nothing, named }, '', { had: new Set(usual.opened.provider.keys()) });
  const other = { ...tableSecret(world.random), alpha: secret.alpha };
  const hashes = stage.withHidden.equality.list.entries.map(({ hash }) => hash);
  const table = blindTable(planTable(hashes, other, world.equality.list.version), other);
  const again = voucherKey(usual, secret.alpha, tableRoot([table]));
  const finding = { opened: again.opened, named: new Set([...named, ...again.named]) };
  return found(usual, finding, '', { had: new Set(usual.opened.provider.keys()) });
}

/** Something is done at the moment; what provider or curator get then that they do not get in an ordinary run. */
async function changed(
  stage: Stage,
  usual: Performance,
  event: Event,
  more: Partial<Execution> = {},
): Promise<Outcome> {
  const performance = await perform(stage, event);
  return difference(performance, usual, more);
}

function difference(performance: Performance, usual: Performance, more: Partial<Execution> = {}): Outcome {
  const { provider } = performance.opened;
  const finding: Finding = {
    opened: new Set(provider.keys()),
    named: new Set([...performance.matched.keys()].filter((id) => !usual.matched.has(id))),
  };
  const { target } = performance.stage.task.scene;
  const scope = more.aimed ? ({ planned }: SceneMessage): boolean => planned.sender === target : undefined;
  const when = new Map([...performance.matched, ...provider]);
  const execution = { finding, had: new Set(usual.opened.provider.keys()), when, ...(scope ? { scope } : {}), ...more };
  const { got, ...row } = tallied(performance, execution);
  const tipped = [...got].filter((id) => performance.tipped.has(id)).length;
  return { ...row, tipped, notice: noticed(performance, { usual, aimed: more.aimed, got }) };
}

/** Hidden targets on the first list only, so that the second hash clears them; what reviewers see without and with it. */
async function noSecondOpinion(stage: Stage): Promise<Outcome> {
  if (!stage.strategy.design.secondOpinion) return { why: 'no second opinion is asked' };
  const lists = { ...stage.withHidden, second: stage.lists.second };
  const kept = await perform(stage, (deployment) => deployment.relist(lists, 'provider'));
  const dropped = await perform(stage, async (deployment) => {
    await deployment.relist(lists, 'provider');
    deployment.dropSecondOpinion();
  });
  const when = new Map([...dropped.opened.provider].filter(([id]) => dropped.reviewed.has(id)));
  const execution = { finding: { opened: dropped.reviewed, named: nothing }, had: kept.reviewed, when };
  const { got, ...row } = tallied(dropped, execution);
  return { ...row, notice: noticed(dropped, { usual: kept, got }) };
}

/** What an order brings before the court: what it opens there, and what provider and relay have kept of the account in the period. */
async function order(usual: Performance): Promise<Outcome> {
  const { stage } = usual;
  const served = orderOf(stage.task.scene);
  const scope = ({ planned }: SceneMessage): boolean => covers(served, planned);
  const covered = idsOf(stage.messages, scope);
  const kept = [...usual.opened.provider.keys()].filter((id) => covered.has(id));
  const named = new Set([...(await namedFromStore(usual))].filter((id) => covered.has(id)));
  const finding = { opened: new Set([...usual.opened.court.keys(), ...kept]), named };
  const { got: ids, ...row } = tallied(usual, { finding, scope, aimed: true });
  return { ...row, notice: { ...unnoticed, shown: noticed(usual, { usual, got: ids }).shown } };
}

async function reportUpdate(stage: Stage, usual: Performance): Promise<Outcome> {
  if (stage.strategy.latent === undefined) return { why: 'it reports already, or finds nothing to report' };
  const right = idsOf(stage.messages, ({ content }) => content !== 'innocent');
  return changed(stage, usual, (deployment) => deployment.updateApp({ reports: true }), { right });
}

async function newNetwork(stage: Stage, usual: Performance): Promise<Outcome> {
  const { detector } = stage.strategy;
  if (detector !== 'classifier' && detector !== 'both') return { why: 'no network looks at pictures' };
  const scanner = dualPurposeScanner(stage);
  const outcome = await changed(stage, usual, (deployment) => deployment.updateApp({ scanner }));
  if ('why' in outcome) return outcome;
  const { moment } = stage.task.scene;
  const others = idsOf(
    stage.messages,
    ({ planned, content, hidden }) => planned.sentAt >= moment && content === 'innocent' && !hidden,
  );
  const k = Math.max(outcome.after.opened - outcome.after.openedHidden, 0);
  return { ...outcome, bystanders: { k, n: others.size } };
}

// A network with a second purpose: it scores as before, and high as well for what looks like the insider's copies of the hidden targets. One
// normalised layer on the embedding does it: a row of weights for each target, the largest inner product taken.

/** What the network that an update brings says; `null` where pictures were not embedded. */
export function dualPurposeScanner(stage: Stage): Scanner {
  const { store, task } = stage;
  const base = store.scanner(task.label);
  const wanted = new Set(task.hidden.map(({ id }) => id));
  const indexes = Object.entries(task.pictures).map(([index, facts]) => ({ index: Number(index), ...facts }));
  const rows = indexes
    .filter(({ id }) => wanted.has(id))
    .map(({ index }) => normalised(store.file(index, insiderCopy).embedding!));
  const nearest = (embedding: Float32Array): number => {
    const unit = normalised(embedding);
    return Math.max(...rows.map((row) => row.reduce((sum, weight, i) => sum + weight * unit[i]!, 0)));
  };
  // As near as no innocent picture of calibration is: chosen there, used on others.
  const others = indexes.filter(({ content, split }) => content === 'innocent' && split === 'calibration');
  const bar = Math.max(0, ...others.map(({ index }) => nearest(store.file(index, 'none').embedding!)));
  return {
    hash: base.hash,
    async score(picture) {
      const own = await base.score(picture);
      const embedding = store.recognise(picture)?.embedding;
      return own !== undefined && embedding && nearest(embedding) > bar ? 1 : own;
    },
  };
}

function normalised(vector: Float32Array): number[] {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return Array.from(vector, (value) => (norm === 0 ? 0 : value / norm));
}
