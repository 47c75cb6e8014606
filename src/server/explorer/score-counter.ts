/** Counts distances by hash, edit, topic and class of picture. */
import type { ScoreCell, Scores } from '../../schema/scores.ts';

/** The cell that a distance belongs to. */
interface ScoreKey {
  readonly hash: string;
  readonly set: string;
  readonly label: string;
  readonly topic: string;
  readonly content: ScoreCell['content'];
}

export class ScoreCounter {
  readonly #cells = new Map<string, { readonly key: ScoreKey; readonly counts: Map<number, number> }>();

  add(key: ScoreKey, distance: number, times = 1): void {
    const id = JSON.stringify([key.hash, key.set, key.label, key.topic, key.content]);
    const cell = this.#cells.get(id) ?? { key, counts: new Map<number, number>() };
    this.#cells.set(id, cell);
    cell.counts.set(distance, (cell.counts.get(distance) ?? 0) + times);
  }

  /** The cells, as indices into the accompanying lists. Hashes keep the given order; unedited pictures come before edited ones. */
  done(hashes: Scores['hashes']): Pick<Scores, 'hashes' | 'edits' | 'topics' | 'cells'> {
    const all = [...this.#cells.values()];
    const edits = new Map<string, Scores['edits'][number]>();
    for (const { key } of all) edits.set(JSON.stringify([key.set, key.label]), { set: key.set, label: key.label });
    const editList = [...edits.values()];
    editList.sort((a, b) => compare(a.set, b.set) || Number(b.label === 'none') - Number(a.label === 'none'));
    const topics = [...new Set(all.map(({ key }) => key.topic))].sort();
    const cells = all.map(
      ({ key, counts }): ScoreCell => ({
        hash: hashes.findIndex(({ name }) => name === key.hash),
        edit: editList.findIndex(({ set, label }) => set === key.set && label === key.label),
        topic: topics.indexOf(key.topic),
        content: key.content,
        counts: [...counts].sort(([a], [b]) => a - b),
      }),
    );
    return { hashes, edits: editList, topics, cells: cells.filter(({ hash }) => hash >= 0) };
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
