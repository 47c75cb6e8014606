/** From the clips that strategies sent to what each finds, wrongly flags and costs. */

import { hashByName } from '../hash/index.ts';
import { clusteredProportion } from '../metric/bootstrap.ts';
import type { Counts } from '../metric/interval.ts';
import { proportion } from '../metric/proportion.ts';
import { medianOrZero } from '../metric/quantile.ts';
import { baseline } from '../metric/tradeoff/answer.ts';
import type { ClipFacts, SentClips } from '../schema/clip-metrics.ts';
import { asIs, type ClipRow, type SentClipRow } from '../schema/clip-rows.ts';
import type { ClipScene } from '../schema/clip-scene.ts';
import type { ClusteredRate, Rate } from '../schema/rate.ts';
import type { Against, MatchRule } from '../schema/tradeoff-inputs.ts';
import { strategyByName } from '../strategy/index.ts';
import { groupBy } from '../util/group-by.ts';
import { seededRng } from '../util/rng.ts';
import { listEntries } from './clip-frames.ts';
import { matchRule } from './match-rule.ts';

/** A rate over several sends of each clip. */
export const byClip = (
  of: readonly { readonly clip: string; readonly found: boolean }[],
  { seed, use }: { readonly seed: number; readonly use: string },
): ClusteredRate =>
  clusteredProportion(
    of.map(({ clip, found }) => ({ cluster: clip, success: found })),
    seededRng(seed, `bootstrap/${use}`),
  );

/** The clips of a run: how many there are of each content, the list, and what an exact hash of the file finds. */
export function clipFactsOf(
  clips: readonly ClipRow[],
  { edits }: Pick<ClipScene, 'edits'>,
  dataset: { readonly name: string; readonly sha256: string },
): ClipFacts {
  const own = clips.filter(({ edit }) => edit === asIs);
  const evaluated = own.filter(({ split }) => split === 'evaluation');
  const count = (content: ClipRow['content']): number => evaluated.filter((row) => row.content === content).length;
  const listed = clips.filter(({ content, split }) => content === 'listed' && split === 'evaluation');
  const exact = new Set(own.flatMap(({ content, sha256 }) => (content === 'listed' ? [sha256] : [])));
  const sameFile = (of: readonly ClipRow[]): Rate =>
    proportion(of.filter(({ sha256 }) => exact.has(sha256)).length, of.length);
  return {
    dataset: {
      ...dataset,
      clips: {
        calibration: own.filter(({ split, content }) => split === 'calibration' && content === 'innocent').length,
        innocent: count('innocent'),
        listed: count('listed'),
        new: count('new'),
      },
      seconds: medianOrZero(own.map(({ seconds }) => seconds)),
      bytes: medianOrZero(own.map(({ bytes }) => bytes)),
    },
    list: {
      clips: own.filter(({ content }) => content === 'listed').length,
      near: listEntries(clips, 'near').length,
      equality: listEntries(clips, 'equality').length,
    },
    sameFile: [asIs, ...edits].map((edit) => ({ edit, recall: sameFile(listed.filter((row) => row.edit === edit)) })),
    sameFileInnocent: sameFile(evaluated.filter(({ content }) => content === 'innocent')),
  };
}

/** Every strategy at every number of frames, in the order of the experiment. */
export function sentClips(sent: readonly SentClipRow[], experiment: ClipScene, thresholdBits: number): SentClips[] {
  const { strategies, frames, seed, edits, secondHash } = experiment;
  const thresholds = { near: thresholdBits, second: hashByName(secondHash).threshold };
  return strategies.flatMap((strategy) =>
    [...frames]
      .sort((a, b) => a - b)
      .flatMap((looked): SentClips[] => {
        const own = sent.filter((row) => row.strategy === strategy && row.looked === looked);
        if (own.length === 0) return [];
        const rate = (of: readonly SentClipRow[]): Rate => proportion(of.filter(found).length, of.length);
        const clustered = (of: readonly SentClipRow[], use: string): ClusteredRate =>
          byClip(
            of.map((row) => ({ clip: row.clip, found: found(row) })),
            { seed, use: `${use}/${strategy}/${looked}` },
          );
        const listed = own.filter(({ content }) => content === 'listed');
        const hits = own.filter((row) => row.content !== 'innocent' && found(row));
        const median = (pick: (row: SentClipRow) => number): number => medianOrZero(own.map(pick));
        return [
          {
            ...{ strategy, looked, synthetic: strategyByName(strategy).synthetic ?? false },
            asSent: rate(listed.filter(({ edit }) => edit === asIs)),
            edited: clustered(
              listed.filter(({ edit }) => edit !== asIs),
              'edited',
            ),
            newContent: clustered(
              own.filter(({ content }) => content === 'new'),
              'new',
            ),
            innocent: rate(own.filter(({ content }) => content === 'innocent')),
            findings: findingsOf(
              own,
              sent.filter((row) => row.strategy === baseline && row.looked === looked),
              matchRule(strategyByName(strategy), experiment, thresholds),
              edits,
            ),
            reportsPerFound:
              hits.length === 0 ? null : hits.reduce((sum, { reports }) => sum + reports, 0) / hits.length,
            packets: median(({ packets }) => packets),
            sentBytes: median(({ sentBytes }) => sentBytes),
            receivedBytes: median(({ receivedBytes }) => receivedBytes),
            clipBytes: median(({ clipBytes }) => clipBytes),
          },
        ];
      }),
  );
}

const found = ({ scanned, dismissed }: SentClipRow): boolean => scanned === 'match' && !dismissed;

/** A clip after an edit. */
const sendOf = ({ clip, edit }: SentClipRow): string => JSON.stringify([clip, edit]);

/** Of the listed clips that server scanning found, those that the strategy found; null where the server found none of them. */
export function againstServer(
  own: readonly SentClipRow[],
  server: readonly SentClipRow[],
  edits: readonly string[],
): Against | null {
  const mine = new Map(own.map((row) => [sendOf(row), found(row)]));
  const both = server.filter((row) => row.content === 'listed' && found(row) && mine.has(sendOf(row)));
  if (both.length === 0) return null;
  const counts = (of: readonly SentClipRow[]): Counts => ({
    k: of.filter((row) => mine.get(sendOf(row))).length,
    n: of.length,
  });
  return {
    asSent: counts(both.filter(({ edit }) => edit === asIs)),
    edits: edits.map((edit) => ({ edit, ...counts(both.filter((row) => row.edit === edit)) })),
    pictures: [
      ...groupBy(
        both.filter(({ edit }) => edit !== asIs),
        ({ clip }) => clip,
      ).values(),
    ].map((of) => {
      const { k, n } = counts(of);
      return [k, n];
    }),
  };
}

/** Of the clips of a content as they are, those that were found. */
export function foundOf(own: readonly SentClipRow[], content: SentClipRow['content']): Counts {
  const of = own.filter((row) => row.content === content && row.edit === asIs);
  return { k: of.filter(found).length, n: of.length };
}

/** What a strategy finds of the clips that server scanning found, for the trade-off model; null where no list decides, or the server found none. */
function findingsOf(
  own: readonly SentClipRow[],
  server: readonly SentClipRow[],
  rule: MatchRule | null,
  edits: readonly string[],
): SentClips['findings'] {
  const against = rule && againstServer(own, server, edits);
  return against && { rule: rule!, against, newContent: foundOf(own, 'new') };
}
