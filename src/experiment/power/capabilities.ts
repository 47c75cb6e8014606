/** Executes every capability against the deployments of one strategy, or says why the strategy has no such key, list or switch. */
import { sodium } from '../../crypto/sodium.ts';
import { tableRoot } from '../../crypto/tpsi-format.ts';
import { blindTable, planTable, tableSecret } from '../../crypto/tpsi-setup.ts';
import { scoreRule } from '../../harness/scenario/run-deployment.ts';
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
import type { CapabilityName, CapabilityRow } from './rows.ts';
import { type Event, type ExecutedRun, executeRun, idsOf, type LabelledMessage, type Setup } from './setup.ts';
import { insiderCopy, orderOf } from './timeline.ts';

/** The counts, or why the capability does not exist under the strategy. */
export type Outcome = Omit<CapabilityRow, 'row' | 'cell' | 'strategy' | 'power'> | { readonly why: string };

/** The strategy as designed. A court order is served at the time of the compromise, and another at the end for the rest of its period. */
export async function baselineRun(setup: Setup): Promise<ExecutedRun> {
  const order = orderOf(setup.task.timeline);
  const { compromisedAt } = setup.task.timeline;
  return executeRun(
    setup,
    (deployment) => deployment.serve(order),
    // An order that only works on later messages is in force since the compromise.
    async (deployment) => {
      if (!setup.strategy.prospective) await deployment.serve({ ...order, id: 'order, the rest', from: compromisedAt });
    },
  );
}

/** All capabilities, in the order in which tables list them. `baseline` is the run without any of them. */
export async function executeCapabilities(
  setup: Setup,
  baseline: ExecutedRun,
): Promise<Record<CapabilityName, Outcome>> {
  const { strategy } = setup;
  const listed = await changed(setup, baseline, (deployment) => deployment.relist(setup.withHidden, 'curator'));
  const { target } = setup.task.timeline;
  const own = await changed(
    setup,
    baseline,
    (deployment) => deployment.relist(setup.withHidden, 'provider', [target]),
    {
      aimed: true,
    },
  );
  return {
    'device-key': strategy.design.clear ? { why: 'messages are not sealed' } : deviceKey(baseline, target),
    'escrow-key': escrowKey(baseline),
    'below-quorum': belowQuorum(baseline),
    'list-key': found(baseline, withListKey(baseline), 'the provider keeps no key of a scan', {
      right: matching(baseline),
    }),
    'franking-key': frankingKey(baseline),
    stored: await stored(baseline),
    'new-list': listed,
    retroactive: await retroactive(baseline),
    'own-list': own,
    'no-second-opinion': await noSecondOpinion(setup),
    order: await order(baseline),
    'report-update': await reportUpdate(setup, baseline),
    'new-network': await newNetwork(setup, baseline),
  };
}

const found = (
  baseline: ExecutedRun,
  finding: Finding | undefined,
  why: string,
  more: Partial<Execution> = {},
): Outcome => {
  if (!finding) return { why };
  const { got: _, ...row } = tallied(baseline, { finding, ...more });
  return { ...row, notice: unnoticed };
};

const opened = (baseline: ExecutedRun, pictures: Pictures): Finding => ({
  opened: verified(pictures, baseline.setup.messages),
  named: nothing,
});

/** Messages that match the current list, by the hash that the strategy compares: a list key names these correctly. */
function matching({ setup, world }: ExecutedRun): ReadonlySet<string> {
  const equal = setup.strategy.detector === 'equality';
  const search = searcher(equal ? world.equality.list : world.list);
  const bits = equal ? world.equality.thresholdBits : world.thresholdBits;
  return idsOf(setup.messages, ({ planned }) => {
    const { near, equality } = setup.store.file(planned.picture, planned.key).facts.hashed;
    const hashed = equal ? equality : near;
    const hit = hashed.state === 'hashed' ? search.nearest(fromHex(hashed.hex)) : undefined;
    return hit !== undefined && hit.distanceBits <= bits;
  });
}

function deviceKey(baseline: ExecutedRun, account: string): Outcome {
  const own = ({ planned }: LabelledMessage): boolean => planned.sender === account || planned.recipient === account;
  return found(baseline, opened(baseline, withDeviceKeys(baseline, account)), '', { scope: own, aimed: true });
}

function escrowKey(baseline: ExecutedRun): Outcome {
  const { escrow } = baseline.deployment.secrets;
  if (escrow?.kind === 'sole') return found(baseline, opened(baseline, withEscrowKey(baseline)), '');
  if (escrow?.kind === 'split')
    return found(baseline, opened(baseline, withShares(baseline, escrow.escrow.quorum)), '');
  if (baseline.setup.strategy.prospective) return found(baseline, opened(baseline, withGhostKeys(baseline)), '');
  return { why: 'no key is in escrow' };
}

function belowQuorum(baseline: ExecutedRun): Outcome {
  const { escrow } = baseline.deployment.secrets;
  return escrow?.kind === 'split'
    ? found(baseline, opened(baseline, withShares(baseline, escrow.escrow.quorum - 1)), '')
    : { why: 'no key is split' };
}

/** Forges reports with the stolen key. As a control, a guessed key must forge none. */
function frankingKey(baseline: ExecutedRun): Outcome {
  if (!baseline.setup.strategy.design.franking) return { why: 'messages are not franked' };
  const guessed = forgedReports(baseline, sodium.crypto_generichash(32, baseline.world.random(32), null));
  if (guessed.forged?.k !== 0) throw new Error('A report was forged without the key');
  return found(baseline, forgedReports(baseline), '');
}

/** A copy of everything that provider and relay received before the compromise, without any key. */
async function stored(baseline: ExecutedRun): Promise<Outcome> {
  const { compromisedAt } = baseline.setup.task.timeline;
  const early = idsOf(baseline.setup.messages, ({ planned }) => planned.sentAt < compromisedAt);
  const kept = new Set(
    [...baseline.opened.provider].filter(([id, at]) => at < compromisedAt && early.has(id)).map(([id]) => id),
  );
  const named = new Set([...(await namedFromStore(baseline))].filter((id) => early.has(id)));
  return found(baseline, { opened: kept, named }, '');
}

/** The provider matches everything that it ever received, with its own keys, against another list; if it tests vouchers, against another table. */
async function retroactive(baseline: ExecutedRun): Promise<Outcome> {
  const { setup, world, deployment } = baseline;
  const named = await namedFromStore(baseline);
  const { protocol: secret } = deployment.secrets;
  if (secret?.kind !== 'tpsi')
    return found(baseline, { opened: nothing, named }, '', { had: new Set(baseline.opened.provider.keys()) });
  const other = { ...tableSecret(world.random), alpha: secret.alpha };
  const hashes = setup.withHidden.equality.list.entries.map(({ hash }) => hash);
  const table = blindTable(planTable(hashes, other, world.equality.list.version), other);
  const again = voucherKey(baseline, secret.alpha, tableRoot([table]));
  const finding = { opened: again.opened, named: new Set([...named, ...again.named]) };
  return found(baseline, finding, '', { had: new Set(baseline.opened.provider.keys()) });
}

/** Runs the strategy with an event at the time of the compromise. Counts what provider or curator get beyond the baseline. */
async function changed(
  setup: Setup,
  baseline: ExecutedRun,
  event: Event,
  more: Partial<Execution> = {},
): Promise<Outcome> {
  const run = await executeRun(setup, event);
  return difference(run, baseline, more);
}

function difference(run: ExecutedRun, baseline: ExecutedRun, more: Partial<Execution> = {}): Outcome {
  const { provider } = run.opened;
  const finding: Finding = {
    opened: new Set(provider.keys()),
    named: new Set([...run.matched.keys()].filter((id) => !baseline.matched.has(id))),
  };
  const { target } = run.setup.task.timeline;
  const scope = more.aimed ? ({ planned }: LabelledMessage): boolean => planned.sender === target : undefined;
  const when = new Map([...run.matched, ...provider]);
  const execution = {
    finding,
    had: new Set(baseline.opened.provider.keys()),
    when,
    ...(scope ? { scope } : {}),
    ...more,
  };
  const { got, ...row } = tallied(run, execution);
  const tipped = [...got].filter((id) => run.tipped.has(id)).length;
  return { ...row, tipped, notice: noticed(run, { baseline, aimed: more.aimed, got }) };
}

/** Puts hidden targets on the first list only, so that the second hash clears them. Counts what reviewers see with and without the second hash. */
async function noSecondOpinion(setup: Setup): Promise<Outcome> {
  if (!setup.strategy.design.secondOpinion) return { why: 'no second opinion is asked' };
  const lists = { ...setup.withHidden, second: setup.lists.second };
  const kept = await executeRun(setup, (deployment) => deployment.relist(lists, 'provider'));
  const dropped = await executeRun(setup, async (deployment) => {
    await deployment.relist(lists, 'provider');
    deployment.dropSecondOpinion();
  });
  const when = new Map([...dropped.opened.provider].filter(([id]) => dropped.reviewed.has(id)));
  const execution = { finding: { opened: dropped.reviewed, named: nothing }, had: kept.reviewed, when };
  const { got, ...row } = tallied(dropped, execution);
  return { ...row, notice: noticed(dropped, { baseline: kept, got }) };
}

/** What a court order produces: what it opens in court, and what provider and relay have stored of the account in the period. */
async function order(baseline: ExecutedRun): Promise<Outcome> {
  const { setup } = baseline;
  const served = orderOf(setup.task.timeline);
  const scope = ({ planned }: LabelledMessage): boolean => covers(served, planned);
  const covered = idsOf(setup.messages, scope);
  const kept = [...baseline.opened.provider.keys()].filter((id) => covered.has(id));
  const named = new Set([...(await namedFromStore(baseline))].filter((id) => covered.has(id)));
  const finding = { opened: new Set([...baseline.opened.court.keys(), ...kept]), named };
  const { got: ids, ...row } = tallied(baseline, { finding, scope, aimed: true });
  return { ...row, notice: { ...unnoticed, shown: noticed(baseline, { baseline, got: ids }).shown } };
}

async function reportUpdate(setup: Setup, baseline: ExecutedRun): Promise<Outcome> {
  if (setup.strategy.latent === undefined) return { why: 'it reports already, or finds nothing to report' };
  const right = idsOf(setup.messages, ({ content }) => content !== 'innocent');
  return changed(setup, baseline, (deployment) => deployment.updateApp({ reports: true }), { right });
}

async function newNetwork(setup: Setup, baseline: ExecutedRun): Promise<Outcome> {
  const { detector } = setup.strategy;
  if (detector !== 'classifier' && detector !== 'both') return { why: 'no network looks at pictures' };
  const scanner = dualPurposeScanner(setup);
  const outcome = await changed(setup, baseline, (deployment) => deployment.updateApp({ scanner }));
  if ('why' in outcome) return outcome;
  const { compromisedAt } = setup.task.timeline;
  const others = idsOf(
    setup.messages,
    ({ planned, content, hidden }) => planned.sentAt >= compromisedAt && content === 'innocent' && !hidden,
  );
  const k = Math.max(outcome.after.opened - outcome.after.openedHidden, 0);
  return { ...outcome, bystanders: { k, n: others.size } };
}

// A network with a second purpose: it scores as before, but also gives a high score to pictures that resemble the insider's copies of the hidden
// targets. One normalised layer on the embedding suffices: a row of weights per target, of which the largest inner product counts.

/** The scanner with the network that an update installs. */
export function dualPurposeScanner(setup: Setup): Scanner {
  const { store, task } = setup;
  const base = store.scanner(scoreRule(task).by);
  const wanted = new Set(task.hidden.map(({ id }) => id));
  const indexes = Object.entries(task.pictures).map(([index, facts]) => ({ index: Number(index), ...facts }));
  const rows = indexes
    .filter(({ id }) => wanted.has(id))
    .map(({ index }) => normalised(store.file(index, insiderCopy).embedding!));
  const nearest = (embedding: Float32Array): number => {
    const unit = normalised(embedding);
    return Math.max(...rows.map((row) => row.reduce((sum, weight, i) => sum + weight * unit[i]!, 0)));
  };
  // The bar is the highest similarity of any innocent calibration picture: chosen there, used on the others.
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
