/** The demo's pictures: a few from the generated corpus, drawn with a fixed seed at the first request. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { Piscina } from 'piscina';
import { type Static, Type } from 'typebox';
import type { DemoPicture } from '../../client/demo/picture.ts';
import { type Planned, planOf, topics } from '../../dataset/generated/plan.ts';
import type { Drawn, Task } from '../../dataset/generated/worker.ts';
import { sharp } from '../../image/sharp.ts';
import { resultOf, type WorkerTask, workerEntry } from '../../util/worker-entry.ts';
import { moduleBeside, workerExecArgv } from '../../util/worker-loader.ts';

const seed = 2019;

/** Indices in the corpus, by their role in the demo. All are ordinary pictures; drawings stand in for target content. */
const chosen = {
  listed: [2, 41, 19, 44],
  new: [52, 33],
  innocent: [21, 8, 4, 3, 17, 14],
} as const;
type Called = keyof typeof chosen;

/** One picture of the demo, and the path of its file. */
export const OfferedPicture = Type.Object({
  id: Type.String(),
  topic: Type.String(),
  called: Type.Enum(Object.keys(chosen) as Called[]),
  address: Type.String(),
});
export type OfferedPicture = Static<typeof OfferedPicture>;

const animationId = 'animation';
/** Width and height of its frames, in pixels. */
const side = 384;

const idOf = ({ index, topic }: Planned): string => `${topic}-${index}`;

/** A picture's file. */
interface DemoFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** The pictures and their files. All are drawn together on separate threads, so that the server keeps answering. */
export class DemoPictures {
  readonly #planned: ReadonlyMap<string, Planned>;
  #files: Promise<ReadonlyMap<string, DemoFile>> | undefined;
  #animation: Promise<DemoFile> | undefined;
  readonly pictures: readonly OfferedPicture[];

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

  /** The file of a picture, or of the animation of some; undefined if the id is unknown. */
  async file(id: string): Promise<DemoFile | undefined> {
    if (id === animationId) {
      this.#animation ??= animationOf(await this.loaded());
      return this.#animation;
    }
    if (!this.#planned.has(id)) return undefined;
    return (await this.#drawn()).get(id);
  }

  /** All pictures with their files. */
  async loaded(): Promise<DemoPicture[]> {
    const files = await this.#drawn();
    return this.pictures.map(({ address: _, ...facts }) => ({ ...facts, bytes: files.get(facts.id)!.bytes }));
  }

  #drawn(): Promise<ReadonlyMap<string, DemoFile>> {
    this.#files ??= drawn(this.#planned).catch((error: unknown) => {
      this.#files = undefined;
      throw error;
    });
    return this.#files;
  }
}

/** An animated WebP of six frames: first one that is black, then three innocent pictures with two listed ones among them. */
async function animationOf(pictures: readonly DemoPicture[]): Promise<DemoFile> {
  const of = (called: Called, count: number) => pictures.filter((each) => each.called === called).slice(0, count);
  const [[first, second, third], [listed, another]] = [of('innocent', 3), of('listed', 2)];
  const black = sharp({ create: { width: side, height: side, channels: 3, background: '#000' } });
  const frames = await Promise.all([
    black.png().toBuffer(),
    ...[first, listed, second, another, third].map((each) =>
      sharp(each!.bytes).removeAlpha().resize(side, side, { fit: 'fill' }).png().toBuffer(),
    ),
  ]);
  const file = await sharp(frames, { join: { animated: true } })
    .webp({ quality: 90, loop: 0, delay: 500 })
    .toBuffer();
  return { bytes: new Uint8Array(file), type: 'image/webp' };
}

async function drawn(planned: ReadonlyMap<string, Planned>): Promise<ReadonlyMap<string, DemoFile>> {
  const directory = await mkdtemp(join(tmpdir(), 'presend-demo-'));
  const module = moduleBeside(import.meta.url, '../../dataset/generated/worker.ts').href;
  const pool = new Piscina({
    filename: workerEntry.href,
    execArgv: workerExecArgv(),
    maxThreads: Math.min(2, availableParallelism()),
  });
  try {
    for (const topic of topics) await mkdir(join(directory, topic));
    const files = await Promise.all(
      [...planned].map(async ([id, each]): Promise<[string, DemoFile]> => {
        const task: Task = { seed, planned: each, directory };
        const { path } = resultOf<Drawn>(await pool.run({ module, name: 'default', task } satisfies WorkerTask));
        const ending = extname(path).slice(1);
        const bytes = new Uint8Array(await readFile(join(directory, path)));
        return [id, { bytes, type: `image/${ending === 'jpg' ? 'jpeg' : ending}` }];
      }),
    );
    return new Map(files);
  } finally {
    await pool.destroy();
    await rm(directory, { recursive: true, force: true });
  }
}
