/** The demo's pictures: a few of the generated corpus, drawn by a fixed seed when they are first asked for. */
import { type Static, Type } from 'typebox';
import { file } from '../dataset/generated/paint.ts';
import { type Planned, planOf } from '../dataset/generated/plan.ts';

const seed = 2019;

/** Places in the corpus, by what the demo calls them: ordinary pictures all. Drawings stand in for target content. */
const chosen = {
  listed: [2, 41, 19, 44],
  new: [52, 33],
  innocent: [21, 8, 4, 3, 17, 14],
} as const;
type Called = keyof typeof chosen;

/** One picture of the demo. */
export const DemoPicture = Type.Object({
  id: Type.String(),
  topic: Type.String(),
  called: Type.Enum(Object.keys(chosen) as Called[]),
  address: Type.String(),
});
export type DemoPicture = Static<typeof DemoPicture>;

const idOf = ({ index, topic }: Planned): string => `${topic}-${index}`;

/** The pictures, and their files. */
export class DemoPictures {
  readonly #planned: ReadonlyMap<string, Planned>;
  readonly #files = new Map<string, Promise<{ readonly bytes: Uint8Array; readonly type: string }>>();
  readonly pictures: readonly DemoPicture[];

  constructor() {
    const corpus = planOf(seed, 1 + Math.max(...Object.values(chosen).flat()));
    const of = (called: Called) => chosen[called].map((place) => ({ called, planned: corpus[place]! }));
    const all = (Object.keys(chosen) as Called[]).flatMap(of);
    this.#planned = new Map(all.map(({ planned }) => [idOf(planned), planned]));
    this.pictures = all.map(({ called, planned }) => {
      const id = idOf(planned);
      return { id, topic: planned.topic, called, address: `/demo/pictures/${id}` };
    });
  }

  /** The file of a picture; undefined where there is none of that id. */
  file(id: string): Promise<{ readonly bytes: Uint8Array; readonly type: string }> | undefined {
    const planned = this.#planned.get(id);
    if (!planned) return undefined;
    const drawn =
      this.#files.get(id) ??
      file(seed, planned).then(({ bytes, extension }) => ({
        bytes,
        type: `image/${extension === 'jpg' ? 'jpeg' : extension}`,
      }));
    this.#files.set(id, drawn);
    return drawn;
  }
}
