/**
 * Whether a picture is on the list, as a sender's device can find out: from what was put on it, tried at leisure, and by sending the
 * picture and watching what its own app does. Members are listed pictures; the others are unlisted ones of the same topics, so that what
 * tells them apart is the list and nothing else.
 */
import { psiPoint } from '../../crypto/dh-psi.ts';
import { filterHas, parseFilter } from '../../crypto/fuse-filter.ts';
import { tpsiPoint } from '../../crypto/tpsi-format.ts';
import type { DeploymentRun } from '../../harness/scenario/run-deployment.ts';
import type { Sent } from '../../harness/scenario/view-reader.ts';
import { binary } from '../../match/format/binary.ts';
import { hashList } from '../../match/hash-list.ts';
import { type Searcher, searcher } from '../../match/search.ts';
import { type Blobs, blob, decode } from '../../role/wire.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { LeakMembershipRow } from './rows.ts';
import { asSent } from './run.ts';

/** A device's test of a picture. */
type Test = (each: Sent) => boolean;

/** Rows of both means, each with its controls. */
export function membershipRows(
  run: Pick<DeploymentRun, 'deployment' | 'world' | 'strategy'>,
  real: readonly Sent[],
  about: Pick<LeakMembershipRow, 'row' | 'cell' | 'strategy'>,
  seed: number,
): LeakMembershipRow[] {
  const asked = real.filter(
    ({ planned, picture }) => planned.key === asSent && (picture.content === 'listed' || picture.content === 'new'),
  );
  const isMember = ({ picture }: Sent): boolean => picture.content === 'listed';
  const members = asked.filter(isMember);
  const means = { 'set-up': setUpTest(run), query: queryTest(run) } as const;
  const planted = plantedTest(run, members);
  return (['set-up', 'query'] as const).flatMap((each) =>
    (['none', 'shuffled', 'planted'] as const).map((control): LeakMembershipRow => {
      const truth = asked.map((one) => Number(isMember(one)));
      const rng = seededRng(seed, `leak/${about.strategy}/membership/${each}`);
      return {
        ...about,
        means: each,
        control,
        picture: asked.map(({ picture }) => picture.id),
        group: asked.map(({ picture }) => picture.group),
        member: control === 'shuffled' ? rng.shuffle(truth) : truth,
        said: asked.map((one) => Number((control === 'planted' ? planted : means[each])(one))),
      };
    }),
  );
}

/** Everything that set-up brought to the device is tried: a list is searched, a filter asked, and blinded sets for what is not blinded. */
function setUpTest({ deployment, world }: Pick<DeploymentRun, 'deployment' | 'world'>): Test {
  const packets = deployment.views.sender.about('').flatMap(({ bytes }) => {
    const read = decode(bytes);
    return read.ok ? [read.packet] : [];
  });
  const tests = packets.map((packet): Test => {
    if (packet.header.type === 'list')
      return nearTest(searcher(binary.read(blob(packet, 'list'), world.list).list), world.thresholdBits);
    return packet.header.type === 'device-setup' ? blindTest(packet.blobs) : () => false;
  });
  return (each) => tests.some((test) => test(each));
}

const nearTest =
  (list: Searcher, thresholdBits: number): Test =>
  ({ hex }) => {
    const hit = hex === undefined ? undefined : list.nearest(fromHex(hex));
    return hit !== undefined && hit.distanceBits <= thresholdBits;
  };

/** Of a filter: its own key and the hash. Of blinded points: the hash, and the point that it would be if nothing were blinded. */
function blindTest(blobs: Blobs): Test {
  const filter = parseFilter(blob({ blobs }, 'filter'), blob({ blobs }, 'key'));
  const set = Buffer.from(blob({ blobs }, 'set'));
  return ({ equalityHex }) => {
    if (equalityHex === undefined) return false;
    const hash = fromHex(equalityHex);
    if (filter.ok && filterHas(filter.filter, hash)) return true;
    return set.length > 0 && [hash, psiPoint(hash), tpsiPoint(hash)].some((each) => set.includes(Buffer.from(each)));
  };
}

/** What the device itself did after it had scanned the picture: reported it, or warned its user. */
function queryTest({ deployment }: Pick<DeploymentRun, 'deployment'>): Test {
  return ({ planned }) =>
    deployment.outcome(planned.id).warned === true ||
    deployment.views.provider.about(planned.id).some(({ type, from }) => type === 'flag' && from === 'sender');
}

/** The positive control: the list lies on the device in the clear, with the very hashes that are asked for. */
function plantedTest({ world }: Pick<DeploymentRun, 'world'>, members: readonly Sent[]): Test {
  const entries = members.flatMap(({ picture, hex }) =>
    hex === undefined ? [] : [{ id: picture.id, hash: fromHex(hex) }],
  );
  const list = binary.read(binary.write(hashList(world.list, entries)), world.list).list;
  return nearTest(searcher(list), 0);
}
