/** Published claims beside what a run measured, and whether the two can be compared at all. */

import { clusteredLow } from '../../metric/bootstrap.ts';
import { concordanceTail } from '../../metric/kendall.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { ClaimVerdict, RepurposingMetrics } from './metrics.ts';

/** Claims of the abstracts, as rates of the photographs of a location against the share of the database that was poisoned. */
const hooda = [
  {
    claim: 'physical surveillance of more than 40 % by poisoning 5 % of the hash database',
    source: 'Hooda et al., arXiv 2212.04107',
    rate: 0.4,
    share: 0.05,
  },
  {
    claim: 'more than 30 % by poisoning 0.2 % of it',
    source: 'Hooda et al., NDSS 2024',
    rate: 0.3,
    share: 0.002,
  },
] as const;

const unlike =
  'Alike: hashes of photographs of a place are put on the list, and other photographs of it are asked for. Unlike: their places, hashes, list and way of choosing are others, and a share of a short list is fewer photographs than the same share of a long one';

type Facts = Pick<RepurposingMetrics, 'hashes' | 'list' | 'tradeoff' | 'classifier' | 'locations'>;

/** Error of a verdict on the best of many cells, all of them together. */
const error = 0.05;

/** Every claim with its verdict. */
export function claimsOf(facts: Facts): ClaimVerdict[] {
  return [...hooda.map((claim) => rateClaim(claim, facts)), tradeoffClaim(facts), classifierClaim(facts)];
}

function rateClaim(
  { claim, source, rate, share }: (typeof hooda)[number],
  { hashes, list, locations }: Facts,
): ClaimVerdict {
  const found = (['authors', 'operator'] as const).flatMap((reason) => {
    const cells = hashes.flatMap((hash) => {
      const at = hash.thresholds.find(({ reasons }) => reasons.includes(reason));
      return (at?.cells ?? [])
        .filter((cell) => cell.share === share)
        .map((cell) => ({
          hash: hash.name,
          bits: at!.bits,
          ...cell,
        }));
    });
    return cells.length === 0 ? [] : [{ reason, cells }];
  });
  if (found.length === 0)
    return {
      claim,
      source,
      measured: 'not run at this share',
      verdict: 'not comparable',
      why: `A list of ${list.entries} entries, or the photographs of a location, are too few for this share. ${unlike}.`,
    };
  // The best of so many cells lies above a claim more often than one in twenty: each is held to its share of the error (Bonferroni).
  const tried = found.reduce((sum, { cells }) => sum + cells.length, 0);
  const corrected = (hit: ClusteredRate): number => clusteredLow(hit, error / (2 * tried));
  const words = found.map(({ reason, cells }) => {
    const best = cells.reduce((a, b) => (corrected(b.hit) > corrected(a.hit) ? b : a));
    const above = new Set(cells.filter(({ hit }) => corrected(hit) > rate).map(({ hash }) => hash)).size;
    const { hit } = best;
    const range = `[${inPercent(Math.min(hit.low, hit.clusterLow))}, ${inPercent(Math.max(hit.high, hit.clusterHigh))}], corrected at least ${inPercent(corrected(hit))}`;
    return `at ${reason === 'authors' ? "the authors'" : "the operator's"} thresholds ${above} of ${hashes.length} hashes above ${inPercent(rate)}; most under ${best.hash} ≤ ${best.bits}, ${inPercent(best.hit.estimate ?? 0)} ${range} (${best.inserted} of ${list.entries} entries, ${best.choice}; the whole list flags ${inPercent(best.flagged.estimate ?? 0)} of ordinary pictures)`;
  });
  const above = found.some(({ cells }) => cells.some(({ hit }) => corrected(hit) > rate));
  const open = found.some(({ cells }) => cells.some(({ hit }) => Math.max(hit.high, hit.clusterHigh) > rate));
  return {
    claim,
    source,
    measured: words.join('; '),
    verdict: above ? 'reproduced' : open ? 'not refuted' : 'not reproduced',
    why: `Reproduced as an analogue means: the lower bound of at least one hash, at its authors' threshold or one that an operator would choose, lies above the claim, corrected for the ${tried} cells that were tried (Bonferroni). Not refuted: none does, but an interval holds the claim. ${unlike}${locations.drawn ? '; ours are drawn, and how much photographs of one place differ was our choice' : '; ours are labels that stand for places'}.`,
  };
}

function tradeoffClaim({ tradeoff }: Facts): ClaimVerdict {
  const claim = 'more robust detection leads to more physical surveillance, in most settings';
  const source = 'Hooda et al., NDSS 2024 and arXiv 2212.04107';
  if (!tradeoff || tradeoff.pairs === 0)
    return {
      claim,
      source,
      measured: 'no two hashes to compare',
      verdict: 'not comparable',
      why: 'Too few hashes were run.',
    };
  const { pairs, concordant, tau, hashes } = tradeoff;
  const all = (hashes * (hashes - 1)) / 2;
  // Ties speak against either direction.
  const [more, fewer] = [concordanceTail(hashes, concordant), concordanceTail(hashes, pairs - concordant)];
  return {
    claim,
    source,
    measured: `${concordant} of ${pairs} pairs of hashes at the operator's thresholds, Kendall's τ ${tau.toFixed(2)}, exact one-sided p ${more.toPrecision(2)} over the orders of ${hashes} hashes (${all - pairs} ties)`,
    verdict: more < error ? 'reproduced' : fewer < error ? 'not reproduced' : 'not refuted',
    why: 'Within one hash it holds by construction, since a looser threshold loses nothing; so hashes are compared with each other, each at the threshold with the same false alarms on calibration. The hashes are those that we chose, and the edits are ours.',
  };
}

function classifierClaim({ classifier }: Facts): ClaimVerdict {
  const few = classifier?.cells.filter(({ poisoned, hidden }) => poisoned > 0 && hidden.most <= 2) ?? [];
  const single = few.map(({ targetKind, hidden, hit }) => {
    const range = `[${inPercent(Math.min(hit.low, hit.clusterLow))}, ${inPercent(Math.max(hit.high, hit.clusterHigh))}]`;
    const count = hidden.least === hidden.most ? `${hidden.most}` : `${hidden.least} to ${hidden.most}`;
    return `${inPercent(hit.estimate ?? 0)} ${range} (${targetKind}, ${count} hidden in training)`;
  });
  return {
    claim: 'a targeted person is identified 67 % of the time, enabled by one image on the list',
    source: 'Jain, Crețu, Cully & de Montjoye, arXiv 2306.11924',
    measured: single.length > 0 ? single.join('; ') : 'not run with one or two hidden pictures',
    verdict: 'not comparable',
    why: 'They train a deep hash to recognise faces beside copies, and one listed image then finds a person. Here a head on the features of a fixed network is taught a benign class or place: no faces, no hash, another training.',
  };
}

const inPercent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
