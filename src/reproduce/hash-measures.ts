/** Published numbers about perceptual hashes, from one run of the hash benchmark on photographs. */

import type { CopyDetectionMetrics, EditMetrics, SetMetrics } from '../experiment/copy-detection/metrics.ts';
import { hammingDistance } from '../hash/hamming.ts';
import { clopperPearsonHigh, clopperPearsonLow } from '../metric/proportion.ts';
import { foundHashes, type HashedRow } from '../schema/hashed.ts';
import type { ClusteredRate, Rate } from '../schema/rate.ts';
import { UserError } from '../util/errors.ts';
import { fromHex } from '../util/hex.ts';
import type { Measure, MeasureContext, Measured } from './analytic.ts';

/** The experiment that all of these read. */
const experiment = 'hashes';

/** What they read of it. */
interface Benchmarked {
  readonly set: (hash: string, set: string) => SetMetrics;
  readonly edit: (hash: string, set: string, title: string) => EditMetrics;
  readonly rows: readonly HashedRow[];
  /** On what it was measured. */
  readonly on: string;
}

async function benchmarked(context: MeasureContext): Promise<Benchmarked> {
  const { metrics, rows } = await context.run(experiment);
  const { hashes, dataset } = metrics as CopyDetectionMetrics;
  const set: Benchmarked['set'] = (hash, name) => {
    const found = hashes.find((each) => each.name === hash)?.sets.find((each) => each.set === name);
    if (!found) throw new UserError(`The run of '${experiment}' has no set '${name}' of ${hash}`);
    return found;
  };
  return {
    set,
    edit(hash, name, title) {
      const found = set(hash, name).edits.find((each) => each.title === title);
      if (!found) throw new UserError(`The run of '${experiment}' has no edit '${title}' in its set '${name}'`);
      return found;
    },
    rows: rows.filter((row): row is HashedRow => row.row === 'hashed'),
    on: `${dataset.pictures.calibration + dataset.pictures.evaluation} photographs in ${dataset.groups} groups (${await context.sizes()})`,
  };
}

/** A rate as a value; for clustered trials the wider bounds. */
const rated = (rate: Rate | ClusteredRate): Measured => ({
  value: rate.estimate ?? Number.NaN,
  low: 'clusters' in rate ? Math.min(rate.low, rate.clusterLow) : rate.low,
  high: 'clusters' in rate ? Math.max(rate.high, rate.clusterHigh) : rate.high,
  n: rate.n,
});

/** The published protocol's recall, with the corrected one beside. */
const both = (asPublished: Rate | ClusteredRate, corrected: Rate | ClusteredRate): Measured => {
  const { value, low, high, n } = rated(corrected);
  return { ...rated(asPublished), corrected: { value, low: low!, high: high!, n: n! } };
};

/** Pairs of unrelated photographs at or below a distance, over all of them. */
function tail({ unrelated: { counts, pairs } }: SetMetrics, threshold: number): Measured {
  const k = counts.slice(0, threshold + 1).reduce((sum, each) => sum + each, 0);
  // Pairs share photographs: with few matches the bounds are too narrow, which the experiment's own report says by picture.
  return {
    value: k / pairs,
    low: clopperPearsonLow(k, pairs, 0.025),
    high: clopperPearsonHigh(k, pairs, 0.025),
    n: pairs,
  };
}

/** Listed entries, and photographs a day, of the attack that is quoted. */
const [entries, daily, flagged] = [100_000, 4.5e9, 1e9];

/** The first threshold at which so many photographs are flagged in a day. */
function firstFlood(set: SetMetrics): number {
  const wanted = flagged / daily;
  const at = set.unrelated.counts.findIndex((_, t) => -Math.expm1(entries * Math.log1p(-tail(set, t).value)) >= wanted);
  return at < 0 ? Number.NaN : at;
}

/** Sampled bits of a bucket, and the distance over them within which a hash is in it. */
const bucket = { bits: 16, within: 4 } as const;

/** Distance over the first sampled positions, which are spread evenly. */
function sampled(a: Uint8Array, b: Uint8Array): number {
  let distance = 0;
  for (let i = 0; i < bucket.bits; i++) {
    const at = Math.floor(((i + 0.5) * a.length * 8) / bucket.bits);
    distance += ((a[at >>> 3]! ^ b[at >>> 3]!) >>> (7 - (at & 7))) & 1;
  }
  return distance;
}

/** PDQ's threshold. */
const pdqThreshold = 31;

/** Hashes of originals and copies under PDQ, by picture. */
function pdqRows(rows: readonly HashedRow[], set: string) {
  const of = ({ outcome }: HashedRow): Uint8Array | undefined => {
    const found = foundHashes(outcome).find(([name]) => name === 'pdq');
    return found && fromHex(found[1].hex);
  };
  const inSet = rows.filter((row) => row.set === set);
  const originals = inSet.flatMap((row) => {
    const hash = row.transform === 'none' ? of(row) : undefined;
    return hash ? [{ picture: row.picture, group: row.group, hash }] : [];
  });
  const copies = inSet.flatMap((row) => {
    const hash = row.transform === 'none' ? undefined : of(row);
    return hash ? [{ picture: row.picture, group: row.group, hash }] : [];
  });
  return { originals, copies };
}

export const hashMeasures = {
  'pdq-null': async (context) => {
    const { set, on } = await benchmarked(context);
    const { meanBits, sdBits, minBits, pairs } = set('pdq', 'perception').unrelated;
    return {
      values: {
        mean: { value: meanBits!, n: pairs },
        'standard deviation': { value: sdBits!, n: pairs },
        'smallest distance': { value: minBits!, n: pairs },
      },
      on,
    };
  },
  phaser: async (context) => {
    const { edit, on } = await benchmarked(context);
    const auc = (hash: string, title: string): Measured => {
      const area = edit(hash, 'phaser', title).auc;
      return area ? { value: area.estimate, low: area.low, high: area.high } : { value: Number.NaN };
    };
    const eer = (hash: string, title: string): Measured => ({
      value: edit(hash, 'phaser', title).eer?.rate ?? Number.NaN,
    });
    const hashes = { PDQ: 'pdq', pHash: 'phash', colour: 'colorhash' };
    const edits = { flip: 'Flip horizontal', 'border 20': 'Border 20', 'border 30': 'Border 30' };
    return {
      values: Object.fromEntries(
        Object.entries(hashes).flatMap(([name, hash]) =>
          Object.entries(edits).flatMap(([what, title]) => [
            [`${name}, ${what}, AUC`, auc(hash, title)],
            [`${name}, ${what}, EER`, eer(hash, title)],
          ]),
        ),
      ),
      on,
    };
  },
  imagededup: async (context) => {
    const { set, on } = await benchmarked(context);
    const names = ['whash-haar', 'ahash', 'dhash', 'phash'];
    return {
      values: Object.fromEntries(names.map((name) => [name, tail(set(name, 'phaser'), 10)])),
      on,
      notes: ['Bounds take pairs as independent.'],
    };
  },
  'thorn-overall': async (context) => {
    const { set, on } = await benchmarked(context);
    const names = ['phash-16', 'pdq', 'dhash-16', 'ahash-16'];
    return {
      values: Object.fromEntries(
        names.map((name) => {
          const { asPublished, corrected } = set(name, 'perception');
          return [name, both(asPublished.recall, corrected.recall)];
        }),
      ),
      on,
    };
  },
  'thorn-weak-spots': async (context) => {
    const { edit, on } = await benchmarked(context);
    const spots = { 'crop 5 %': 'crop0.05', 'rotate 4°': 'rotate4', 'pad 20 %': 'pad0.2' };
    return {
      values: Object.fromEntries(
        ['pdq', 'phash-16'].flatMap((hash) =>
          Object.entries(spots).map(([name, title]) => {
            const { asPublished, corrected } = edit(hash, 'perception', title);
            return [`${hash}, ${name}`, both(asPublished.recall, corrected)];
          }),
        ),
      ),
      on,
    };
  },
  'pdq-at-31': async (context) => {
    const { edit, on } = await benchmarked(context);
    const at = (set: string, title: string): Measured => rated(edit('pdq', set, title).atAuthors!);
    return {
      values: {
        blur: at('perception', 'blur2'),
        gamma: at('perception', 'gamma2'),
        noise: at('perception', 'noise0.2'),
        'crop 5 %': at('perception', 'crop0.05'),
        'rotate 4°': at('perception', 'rotate4'),
        flip: at('phaser', 'Flip horizontal'),
      },
      on,
    };
  },
  'flagged-at-threshold': async (context) => {
    const { set, on } = await benchmarked(context);
    return {
      values: {
        'PDQ, first such threshold of 256': { value: firstFlood(set('pdq', 'phaser')) },
        'pHash, first such threshold of 64': { value: firstFlood(set('phash', 'phaser')) },
      },
      on,
      notes: [
        'Rates below one in the number of pairs cannot be seen; a list of 100,000 entries is arithmetic on pairs.',
      ],
    };
  },
  'effective-bits': async (context) => {
    const { set, on } = await benchmarked(context);
    const names = ['pdq', 'phash', 'dhash', 'ahash'];
    return {
      values: Object.fromEntries(
        names.map((name) => {
          const { effectiveBits, pairs } = set(name, 'phaser').unrelated;
          return [name, { value: effectiveBits!, n: pairs }];
        }),
      ),
      on,
    };
  },
  'bucket-measured': async (context) => {
    const { rows, on } = await benchmarked(context);
    const { originals, copies } = pdqRows(rows, 'perception');
    const byPicture = new Map(originals.map((each) => [each.picture, each]));
    const matches = copies.flatMap(({ picture, hash }) => {
      const original = byPicture.get(picture);
      return original && hammingDistance(hash, original.hash) <= pdqThreshold ? [sampled(hash, original.hash)] : [];
    });
    const recalled = matches.filter((distance) => distance <= bucket.within).length;
    let inBucket = 0;
    let pairs = 0;
    for (const [i, a] of originals.entries())
      for (const b of originals.slice(i + 1))
        if (a.group !== b.group) {
          pairs++;
          if (sampled(a.hash, b.hash) <= bucket.within) inBucket++;
        }
    return {
      values: {
        'bucket share': { value: inBucket / pairs, n: pairs },
        'recall of matches': { value: recalled / matches.length, n: matches.length },
      },
      on,
      notes: [`${bucket.bits} bits spread evenly over the hash; nothing is flipped on purpose.`],
    };
  },
  'collapse-ratio': async (context) => {
    const { rows, on } = await benchmarked(context);
    const { originals, copies } = pdqRows(rows, 'perception');
    const byPicture = new Map(originals.map((each) => [each.picture, each]));
    // A copy that matches its original is one picture with it; one that does not is counted as another.
    const apart = copies.filter(({ picture, hash }) => {
      const original = byPicture.get(picture);
      return !original || hammingDistance(hash, original.hash) > pdqThreshold;
    });
    const files = originals.length + copies.length;
    return {
      values: {
        'perceptually distinct': { value: (originals.length + apart.length) / files, n: files },
        'distinct files': { value: 1, n: files },
      },
      on,
      notes: [
        'Every edit makes another file, so that none is a copy byte by byte; a copy that no longer matches its original counts as distinct.',
      ],
    };
  },
} as const satisfies Record<string, Measure>;
