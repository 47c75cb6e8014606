/** Accounts as counts: each is drawn by itself, and tallied with those that came out alike. */

import { detect } from '../../crypto/detect.ts';
import { type RandomBytes, sodium } from '../../crypto/sodium.ts';
import { tableRoot, tpsiSettings } from '../../crypto/tpsi-format.ts';
import { blindTable, planTable, tableSecret } from '../../crypto/tpsi-setup.ts';
import { type BlindedTable, parseTable } from '../../crypto/tpsi-table.ts';
import { drawsSynthetic, makeVoucher, type VoucherAccount, voucherAccount } from '../../crypto/voucher.ts';
import { type VoucherTester, voucherLedger } from '../../crypto/voucher-opening.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import { betaVariate, binomialVariate, gammaVariate, indexVariate, rareBinomialVariate } from '../../metric/random.ts';
import { geometricHeld } from '../../metric/threshold-model.ts';
import { equalBytes, utf8 } from '../../util/bytes.ts';
import { wallClock } from '../../util/clock.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { ThresholdExperiment } from './experiment.ts';
import type { AccountsRow, VoucherAccountRow } from './rows.ts';
import {
  type CountCell,
  detectionShape,
  heldOf,
  type InnocentCell,
  type OffenderCell,
  type ProtocolCell,
} from './score-cells.ts';

/** One batch of a cell. */
export interface AccountsTask {
  readonly seed: number;
  readonly cell: CountCell;
  readonly batch: number;
  readonly accounts: number;
}

/** An account: how many pictures, and how many of them match or open. */
type Draw = () => readonly [pictures: number, matches: number];

/** Draws a batch of accounts. */
export function simulateAccounts({ seed, cell, batch, accounts }: AccountsTask): AccountsRow {
  const rng = seededRng(seed, `accounts/${cell.id}/${batch}`);
  const draw = drawOf(cell, rng);
  const tally = new Map<number, number>();
  for (let i = 0; i < accounts; i++) {
    const [pictures, matches] = draw();
    const key = pictures * 0x100_0000 + matches;
    tally.set(key, (tally.get(key) ?? 0) + 1);
  }
  return {
    row: 'accounts',
    cell: cell.id,
    batch,
    accounts,
    tally: [...tally]
      .sort(([a], [b]) => a - b)
      .map(([key, count]) => [Math.floor(key / 0x100_0000), key % 0x100_0000, count]),
  };
}

function drawOf(cell: CountCell, rng: Rng): Draw {
  if (cell.kind === 'offender') return offender(cell, rng);
  if (cell.kind === 'innocent') return innocent(cell, rng);
  const { pictures, matches, syntheticShare } = cell;
  return () => [pictures, matches + binomialVariate(pictures - matches, syntheticShare, rng)];
}

function offender({ held, detection }: OffenderCell, rng: Rng): Draw {
  const drawHeld = indexVariate(heldOf(held).weights, rng);
  const shape = detectionShape(detection);
  return () => {
    const pictures = 1 + drawHeld();
    const rate = shape ? betaVariate(shape[0], shape[1], rng) : detection.rate;
    return [pictures, binomialVariate(pictures, rate, rng)];
  };
}

function innocent({ pictures, falseMatch: { rate }, spread, bursts }: InnocentCell, rng: Rng): Draw {
  if (bursts) {
    const single = pictures - bursts.count * bursts.size;
    return () => [
      pictures,
      bursts.size * rareBinomialVariate(bursts.count, rate, rng) + rareBinomialVariate(single, rate, rng),
    ];
  }
  if (spread === 0) return () => [pictures, rareBinomialVariate(pictures, rate, rng)];
  // Gamma of mean 1 and that coefficient of variation.
  const shape = 1 / spread ** 2;
  return () => [pictures, rareBinomialVariate(pictures, Math.min(1, (rate * gammaVariate(shape, rng)) / shape), rng)];
}

// A sample of accounts through the real protocol: table, vouchers, their test at the provider, detection. Each account has as many matches as
// its level says, among other pictures; what the provider then opens is set beside the rule "flagged from t matches on".

/** All accounts of one threshold, with or without synthetic vouchers. */
export interface ProtocolTask {
  readonly seed: number;
  readonly cell: ProtocolCell;
  readonly protocol: ThresholdExperiment['protocol'];
}

/** Their rows, and median wall times in milliseconds. */
export interface ProtocolResult {
  readonly rows: readonly VoucherAccountRow[];
  readonly makeMillis: number;
  readonly testMillis: number;
  readonly detectMillis: number;
}

type Level = VoucherAccountRow['level'];
/** Accounts are made in turns of these, until there are vouchers enough. */
const levels: readonly Level[] = ['below', 'at', 'above', 'none', 'drawn', 'burst-by-upload', 'burst-by-hash'];
/** Mean of the geometric distribution that 'drawn' accounts are drawn from. */
const drawnMean = 5;
const hashBytes = 16;
const epoch = 1;

/** Makes and tests the vouchers of a cell, and detects. */
export async function runProtocol({ seed, cell, protocol }: ProtocolTask): Promise<ProtocolResult> {
  await sodium.ready;
  const rng = seededRng(seed, `vouchers/${cell.id}`);
  const random: RandomBytes = (length) => rng.bytes(length);
  const listed = Array.from({ length: protocol.listEntries }, () => random(hashBytes));
  const secret = tableSecret(random);
  const bytes = blindTable(planTable(listed, secret, epoch), secret);
  const parsed = parseTable(bytes, tableRoot([bytes]));
  if (!parsed.ok) throw new Error(parsed.reason);
  const { table } = parsed;
  const world = { cell, protocol, table, listed, alpha: secret.alpha, rng, random, spent: newSpent() };
  const rows: VoucherAccountRow[] = [];
  for (let made = 0; made < protocol.vouchers; )
    for (const level of levels) {
      const row = runAccount(world, `${level} ${rows.length}`, level);
      made += row.vouchers;
      rows.push(row);
    }
  const { make, test, detection } = world.spent;
  return {
    rows,
    makeMillis: medianOrZero(make),
    testMillis: medianOrZero(test),
    detectMillis: medianOrZero(detection),
  };
}

interface SampleWorld {
  readonly cell: ProtocolCell;
  readonly protocol: ThresholdExperiment['protocol'];
  readonly table: BlindedTable;
  readonly listed: readonly Uint8Array[];
  readonly alpha: VoucherTester['alpha'];
  readonly rng: Rng;
  readonly random: RandomBytes;
  readonly spent: ReturnType<typeof newSpent>;
}

const newSpent = () => ({ make: [] as number[], test: [] as number[], detection: [] as number[] });

/** An upload as the experiment knows it. */
interface Upload {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly synthetic: boolean;
  readonly listed: boolean;
}

function runAccount(world: SampleWorld, name: string, level: Level): VoucherAccountRow {
  const { cell, protocol, table, random, spent, alpha } = world;
  const { threshold, synthetic } = cell;
  const countBy = level === 'burst-by-hash' ? 'hash' : 'upload';
  const syntheticBudget = synthetic ? protocol.syntheticBudget : 0;
  const settings = tpsiSettings({ threshold, syntheticBudget, countBy });
  const { root } = table;
  const ledger = voucherLedger({ alpha, epoch, root, settings }, name);
  const device = voucherAccount(name, table, settings, random);
  const uploads = uploadsOf(world, device, level);
  let [rejected, sentBytes] = [0, 0];
  for (const upload of uploads) {
    const began = wallClock();
    const made = makeVoucher(device, { ...upload, payload: payloadOf(upload) }, random);
    const sent = wallClock();
    if (!made.ok) throw new Error(made.reason);
    sentBytes += made.voucher.length;
    const tested = ledger.receive(upload.id, made.voucher);
    spent.make.push(sent - began);
    spent.test.push(wallClock() - sent);
    if (tested.state === 'rejected') rejected++;
  }
  const genuine = new Map(uploads.flatMap((each) => (each.listed && !each.synthetic ? [[each.id, each]] : [])));
  const context = { root, account: name, settings };
  const began = wallClock();
  const found = detect(ledger.shares, context, random);
  if (ledger.shares.length > settings.degree) spent.detection.push(wallClock() - began);
  const payloads = found.ok ? found.matches : [];
  const right = ({ id, payload }: (typeof payloads)[number]): boolean => {
    const upload = genuine.get(id);
    return upload !== undefined && equalBytes(payload, payloadOf(upload));
  };
  const detected = payloads.length > 0;
  return {
    row: 'voucher-account',
    cell: cell.id,
    account: name,
    threshold,
    synthetic,
    level,
    vouchers: uploads.length,
    matches: countBy === 'hash' ? Math.min(1, genuine.size) : genuine.size,
    syntheticVouchers: uploads.filter((each) => each.synthetic).length,
    opened: ledger.distinct(),
    rejected,
    detected,
    payloads: payloads.length,
    wrongPayloads: payloads.filter((each) => !right(each)).length,
    otherMethod: detected || (level === 'below' && detect(ledger.shares, context, random, 'berlekamp-welch').ok),
    sentBytes,
  };
}

const payloadOf = ({ id }: Upload): Uint8Array => utf8(`picture of ${id}`);

/** The account's uploads in random order: as many matches as its level says, and other pictures. */
function uploadsOf(
  { cell, protocol, listed, rng, random }: SampleWorld,
  device: VoucherAccount,
  level: Level,
): Upload[] {
  const { threshold } = cell;
  const uploads: Upload[] = [];
  const upload = (hash: Uint8Array, isListed: boolean): boolean => {
    const id = `${device.name}/${uploads.length}`;
    const synthetic = cell.synthetic && drawsSynthetic(device, { id, hash }, protocol.syntheticShare);
    uploads.push({ id, hash, synthetic, listed: isListed });
    return !synthetic;
  };
  const wanted = matchesOf(level, threshold, rng);
  if (level === 'burst-by-hash') for (let i = 0; i < wanted; i++) upload(listed[0]!, true);
  // A match that a synthetic voucher replaces is lost: another one comes on top.
  else for (let i = 0; i < wanted; ) if (upload(level === 'burst-by-upload' ? listed[0]! : rng.pick(listed), true)) i++;
  for (let i = 0; i < protocol.otherPictures; i++) upload(random(hashBytes), false);
  return rng.shuffle(uploads);
}

function matchesOf(level: Level, threshold: number, rng: Rng): number {
  if (level === 'none') return 0;
  if (level === 'drawn') return 1 + indexVariate(geometricHeld(drawnMean).weights, rng)();
  return threshold + (level === 'below' ? -1 : level === 'above' ? 1 : 0);
}
