/** Which pictures of a dataset a hash-leakage experiment uses, and for what: whole groups, each topic in about its shares. */
import { type Dataset, digestOf, type Picture } from '../../dataset/dataset.ts';
import { groupsOf, subsample } from '../../dataset/groups.ts';
import type { HashLeakageExperiment } from '../../schema/hash-leakage.ts';
import type { HashLeakPart } from '../../schema/hash-leakage-rows.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';

/** A picture and what it is for. */
export interface ChosenPicture extends Picture {
  readonly part: HashLeakPart;
}

/** What is used of a dataset. */
export interface Choice {
  /** In the order of their ids. */
  readonly pictures: readonly ChosenPicture[];
  /** SHA-256 that names the pictures used. */
  readonly sha256: string;
  readonly notes: readonly string[];
}

/** Pictures of the experiment's kinds whose topics have groups enough, at most `limit`, each with its part. */
export function choosePictures(dataset: Dataset, experiment: HashLeakageExperiment, limit?: number): Choice {
  const { kinds, topics, seed } = experiment;
  const notes: string[] = [];
  let wanted = kinds ? dataset.pictures.filter(({ kind }) => kinds.includes(kind)) : [...dataset.pictures];
  if (wanted.length === 0) {
    notes.push(`No picture of '${dataset.name}' is of the kinds ${kinds?.join(', ')}: all are used.`);
    wanted = [...dataset.pictures];
  }
  if (limit !== undefined && limit < wanted.length) {
    wanted = subsample(wanted, { seed, limit });
    notes.push(`${wanted.length} of ${dataset.pictures.length} pictures were drawn, in whole groups.`);
  }
  const byTopic = new Map<string, Picture[][]>();
  for (const group of groupsOf(wanted).values()) {
    const { topic } = group[0]!;
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), group]);
  }
  const parts = new Map<string, HashLeakPart>();
  const small: string[] = [];
  for (const [topic, groups] of byTopic) {
    if (groups.length < topics.fewest) {
      small.push(topic);
      continue;
    }
    for (const [group, part] of partsOf(groups, topic, experiment)) parts.set(group, part);
  }
  if (small.length > 0)
    notes.push(
      `${small.length} topics with fewer than ${topics.fewest} groups were left out: ${small.sort().join(', ')}.`,
    );
  if (byTopic.size - small.length < 2)
    throw new UserError(
      `Dataset '${dataset.name}' has fewer than two topics of at least ${topics.fewest} groups each; take more pictures, or lower /topics/fewest`,
    );
  const kept = wanted.filter(({ group }) => parts.has(group));
  return {
    pictures: kept.map((picture): ChosenPicture => ({ ...picture, part: parts.get(picture.group)! })),
    sha256: digestOf(kept),
    notes,
  };
}

/** The groups of one topic, shuffled and dealt; every part gets at least one. */
function partsOf(
  groups: readonly Picture[][],
  topic: string,
  { seed, split }: HashLeakageExperiment,
): [group: string, part: HashLeakPart][] {
  const names = groups.map((group) => group[0]!.group).sort();
  const shuffled = seededRng(seed, `parts/${topic}`).shuffle(names);
  const validation = Math.max(1, Math.round(split.validation * names.length));
  const training = Math.min(names.length - validation - 1, Math.max(1, Math.round(split.training * names.length)));
  return shuffled.map((name, i) => [
    name,
    i < training ? 'training' : i < training + validation ? 'validation' : 'test',
  ]);
}
