/**
 * Makes weights.json: linear discriminants of calibration pictures against their edits, the medians of the pictures' projections, and of
 * the leading discriminants the 28 that together keep most edits equal for how few unrelated pictures they leave equal.
 * `node --import tsx models/lda-hash/fit.ts`
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFile } from '../../src/dataset/picture-file.ts';
import { frequencyCount, ldaFrequencies } from '../../src/hash/lda-frequencies.ts';
import { project } from '../../src/hash/lda-hash.ts';
import { discriminants, moments } from '../../src/metric/discriminants.ts';
import { pictures, renderings } from './pictures.ts';

const bits = 28;
/** Discriminants to choose from, and the share of the pictures' own variance that is added to that of edits: few pictures stand for all. */
const leading = 40;
const ridge = 1e-3;
/** What a pair counts after each bit in which it differs: pairs that are almost equal guide the choice too. */
const discount = 0.2;

const { calibration } = await pictures();
const originals: { group: string; at: Float64Array; photograph: boolean }[] = [];
const trials: { from: Float64Array; to: Float64Array }[] = [];
for (const picture of calibration.edited) {
  let from: Float64Array | undefined;
  for await (const raster of renderings(picture)) {
    const at = ldaFrequencies(raster);
    if (from) trials.push({ from, to: at });
    else
      originals.push({
        group: picture.group,
        at,
        photograph: picture.kind === 'photos' || picture.kind === 'classify',
      });
    from ??= at;
  }
}
for (const picture of calibration.originals)
  originals.push({ group: picture.group, at: ldaFrequencies(await decodeFile(picture)), photograph: true });

const mean = Float64Array.from({ length: frequencyCount }, (_, i) =>
  originals.reduce((sum, { at }) => sum + at[i]! / originals.length, 0),
);
const between = moments(originals.map(({ at }) => at.map((each, i) => each - mean[i]!)));
const within = moments(trials.map(({ from, to }) => to.map((each, i) => each - from[i]!)));
for (let i = 0; i < frequencyCount; i++) within[i]![i]! += ridge * between[i]![i]!;
/** Whole numbers up to 10,000: nothing is lost, and every engine reads the same. */
const candidates = discriminants(between, within)
  .slice(0, leading)
  .map((direction) => {
    const largest = Math.max(...direction.map(Math.abs));
    return Array.from(direction, (each) => Math.round((each / largest) * 1e4));
  });

const photographs = originals.filter(({ photograph }) => photograph);
const projected = photographs.map(({ at }) => project(at, candidates));
const medians = candidates.map((_, d) => {
  const sorted = projected.map((each) => each[d]!).sort((a, b) => a - b);
  return Math.round(sorted[sorted.length >> 1]!);
});
const side = (at: Float64Array): boolean[] => project(at, candidates).map((each, d) => each > medians[d]!);
const kept = trials.map(({ from, to }) => {
  const [a, b] = [side(from), side(to)];
  return a.map((each, d) => each === b[d]);
});
const sides = photographs.map(({ at }) => side(at));
const pairs = photographs.flatMap(({ group }, i) =>
  photographs
    .slice(0, i)
    .flatMap((other, j) => (other.group === group ? [] : [{ a: sides[i]!, b: sides[j]!, weight: 1 }])),
);

const chosen: number[] = [];
let alive = kept;
while (chosen.length < bits) {
  const total = pairs.reduce((sum, { weight }) => sum + weight, 0);
  const score = candidates.map((_, d) => {
    if (chosen.includes(d)) return Number.NEGATIVE_INFINITY;
    let apart = 0;
    for (const { a, b, weight } of pairs) if (a[d] !== b[d]) apart += weight;
    const fewer = -Math.log1p((-(1 - discount) * apart) / total);
    // A little beside the loss, or a bit that loses nothing would be worth anything.
    return fewer / (Math.log(alive.length / alive.filter((each) => each[d]).length) + 1e-3);
  });
  const best = score.indexOf(Math.max(...score));
  chosen.push(best);
  alive = alive.filter((each) => each[best]);
  for (const pair of pairs) if (pair.a[best] !== pair.b[best]) pair.weight *= discount;
}
console.log(`discriminants ${chosen.join(' ')}: ${alive.length} of ${trials.length} edits equal in every bit`);

const made = `models/lda-hash/fit.ts: ${calibration.edited.length} pictures with ${trials.length} edits, ${originals.length} pictures in all`;
const weights = { made, projections: chosen.map((d) => candidates[d]!), medians: chosen.map((d) => medians[d]!) };
const text = JSON.stringify(weights, null, 1)
  .replace(/,\n\s+(?=-?\d)/g, ', ')
  .replace(/\[\n\s+(?=-?\d)/g, '[')
  .replace(/(?<=\d)\n\s+\]/g, ']');
await writeFile(join(import.meta.dirname, 'weights.json'), `${text}\n`);
