/**
 * A network with a second purpose: it scores as before, and high as well for what looks like the insider's copies of the hidden targets. One
 * normalised layer on the embedding does it: a row of weights for each target, the largest inner product taken.
 */
import type { Scanner } from '../../role/world.ts';
import { insiderCopy } from './scene.ts';
import type { Stage } from './stage.ts';

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
