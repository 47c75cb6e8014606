/**
 * WebDataset: tar archives ("shards") in which the members of one sample have one name and stand one behind the other: `0001.jpg`, `0001.cls`,
 * `0001.json`. The label is that of `.cls`, else `label` in `.json`, else `.txt` if it is short; the group is `group` in `.json`. Pictures
 * stay in the archive and are read by their place in it. https://github.com/webdataset/webdataset#the-webdataset-format.
 */
import { posix } from 'node:path';
import { mustFit } from '../image/read-picture.ts';
import { RefusedError } from '../util/errors.ts';
import { type Dataset, makeDataset } from './dataset.ts';
import type { Draw } from './draw.ts';
import { unlabelled } from './folder.ts';
import { type FoundPicture, type Listing, relativePath, whyNotBelow } from './listing.ts';
import { type Look, lookIn } from './look.ts';
import { counted, type Refusal } from './refusal.ts';
import { type Shards, splitOf } from './shards.ts';
import { below } from './storage.ts';
import { type TarMember, tarMembers } from './tar-members.ts';

/** Endings of pictures. A sample can have other images, such as masks (`0001.seg.png`), which are not used. */
const pictures = /^(?:jpe?g|png|webp|gif|avif|tiff?)$/i;
/** Maximum size of a member that describes a sample, in bytes. */
const longestText = 2 ** 20;
/** Maximum length of a label in a `.txt` member: longer texts are captions. */
const longestLabel = 64;

/** Reads shards. Throws a UserError that names a damaged one. */
export const readWebDataset = (shards: Shards, draw?: Draw): Promise<Dataset> => makeDataset(webListing(shards), draw);

function webListing({ name, root, files }: Shards): Listing {
  let passed = 0;
  return {
    name,
    root,
    async *entries() {
      passed = 0;
      for (const file of files) yield* shardEntries(root, file, () => passed++);
    },
    card: () => ({
      source: root,
      licence: 'not stated',
      notes: `WebDataset, ${files.length} ${files.length === 1 ? 'shard' : 'shards'}: labels are those of .cls, .json or .txt`,
    }),
    notices: () =>
      passed === 0
        ? []
        : [
            `${counted(passed, 'member of the archives that is neither a picture nor a description', 'members of the archives that are neither pictures nor descriptions')} passed over.`,
          ],
  };
}

/** The members of one sample. */
interface Sample {
  readonly key: string;
  readonly pictures: { readonly name: string; readonly at: number; readonly bytes: number; readonly look: Look }[];
  readonly texts: Map<string, string>;
  /** Why its description cannot be used. */
  damage?: string;
}

async function* shardEntries(root: string, file: string, pass: () => void): AsyncGenerator<FoundPicture | Refusal> {
  const path = below(root, file);
  const kind = splitOf(file) ?? 'webdataset';
  const topics = new Map<string, string>();
  let sample: Sample | undefined;
  const entries = (): (FoundPicture | Refusal)[] => (sample ? entriesOf(sample, { path, file, kind, topics }) : []);
  for await (const member of tarMembers(path, file)) {
    const name = relativePath(member.name);
    const parts = /^((?:.*\/)?[^/.]+)\.([^/]+)$/s.exec(name);
    if (!parts || whyNotBelow(name) !== undefined) {
      pass();
      continue;
    }
    const [, key, ending] = parts as unknown as [string, string, string];
    if (sample?.key !== key) {
      yield* entries();
      sample = { key, pictures: [], texts: new Map() };
    }
    await addTo(sample, name, ending, member, pass);
  }
  yield* entries();
}

async function addTo(sample: Sample, name: string, ending: string, member: TarMember, pass: () => void): Promise<void> {
  const { at, bytes } = member;
  if (pictures.test(ending)) sample.pictures.push({ name, at, bytes, look: await look(member) });
  else if (['cls', 'json', 'txt'].includes(ending)) {
    if (bytes > longestText) sample.damage = `its .${ending} is larger than ${longestText} bytes`;
    else
      sample.texts.set(
        ending,
        Buffer.from(await member.read())
          .toString('utf8')
          .trim(),
      );
  } else pass();
}

async function look(member: TarMember): Promise<Look> {
  try {
    mustFit(member.bytes);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { state: 'refused', reason: error.message };
  }
  return lookIn(await member.read());
}

/** The shard of a sample, and the labels that it has so far, each kept once. */
interface Shard {
  readonly path: string;
  readonly file: string;
  readonly kind: string;
  readonly topics: Map<string, string>;
}

function entriesOf(sample: Sample, { path, file, kind, topics }: Shard): (FoundPicture | Refusal)[] {
  const { label, group, damage } = describe(sample);
  const topic = topics.get(label) ?? label;
  if (topics.size < 10_000) topics.set(topic, topic);
  return sample.pictures.map(({ name, at, bytes, look: own }, _, { length }) => {
    const id = posix.join(file, name);
    if (damage !== undefined) return { picture: id, reason: damage };
    // Several pictures of one sample belong together.
    const common = group ?? (length > 1 ? posix.join(file, sample.key) : id);
    return { id, location: { path, at, bytes }, topic, kind, group: common, look: own };
  });
}

/** Label and group of a sample. */
function describe({ texts, damage }: Sample): { label: string; group?: string; damage?: string } {
  if (damage !== undefined) return { label: unlabelled, damage };
  let described: Record<string, unknown> = {};
  const json = texts.get('json');
  if (json !== undefined) {
    try {
      described = Object(JSON.parse(json));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return { label: unlabelled, damage: 'its .json is no JSON' };
    }
  }
  const text = texts.get('txt') ?? '';
  const short = text.length <= longestLabel && !text.includes('\n') ? text : '';
  const group = textOf(described.group);
  return {
    label: texts.get('cls') || textOf(described.label) || short || unlabelled,
    ...(group === undefined ? {} : { group }),
  };
}

const textOf = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
