/** `presend hash <files…>`: perceptual hashes of pictures, one per line, and of videos, one per frame (clips.ts). */
import { Command, Option } from 'commander';
import type { BackendName } from '../classify/backend.ts';
import { isDetectorFile } from '../harness/detectors/detectors.ts';
import type { HashedFile, Hashes } from '../harness/hash-file.ts';
import { hashFiles } from '../harness/hash-files.ts';
import { exactHashes, isExact } from '../hash/exact-hashes.ts';
import { hashText } from '../hash/hash-text.ts';
import { hashByName } from '../hash/index.ts';
import { dihedralNames } from '../hash/pdq.ts';
import { UserError } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';
import { atMost, backendOption, examples, flagOf, omit, wholeNumber } from './arguments.ts';
import { clipHashes, decoderOption, hashClips, inGroups, isClipHash, listFormatOption, rateOption } from './clips.ts';
import { filesFromOption, namedFiles } from './files-from.ts';
import {
  distrust,
  eachFile,
  eachGroup,
  frameName,
  framesOf,
  framesSentence,
  mostFramesOption,
  mustHaveDihedral,
  mustSuitExact,
  notesOf,
  orientOption,
  tally,
} from './hash-file.ts';
import { hashWithDetector, otherHash, printOther } from './other-hash.ts';
import { csvLine, note, say, sayJson } from './output.ts';

interface Options {
  algorithm?: string;
  json?: boolean;
  dihedral?: boolean;
  fast?: boolean;
  orient?: boolean;
  minQuality?: number;
  network?: string;
  backend?: BackendName;
  rate?: number | 'every';
  decoder?: string;
  out?: string;
  listFormat?: string;
  mostFrames?: number;
  filesFrom?: string;
}

/** The result for a file that was hashed. */
type Done = Extract<HashedFile, { state: 'done' }>;

export const hashCommand = (): Command =>
  new Command('hash')
    .argument('[files...]', 'JPEG, PNG, WebP, GIF, AVIF or TIFF files, or videos; any files for exact hashes')
    .option(
      '--hash, --algorithm <name>',
      `hash (presend ls hashes; md5, sha1 and sha256 are of the bytes of any file), or a detector file (.yaml), or ${clipHashes.join(' or ')} for videos (default: pdq, for videos vpdq)`,
    )
    .option('--dihedral', 'also hash the seven rotated and mirrored pictures (pdq only); a fourth column names them')
    .option(...orientOption)
    .option(...mostFramesOption)
    .option(
      '--fast',
      'decode large JPEGs at a quarter of their size (pdq only): several times as fast, a few bits differ',
    )
    .option(
      '--min-quality <n>',
      'refuse pictures of lower quality, 0 to 100 (default: hash all, and say which have too little structure)',
      wholeNumber('--min-quality', 0),
    )
    .addOption(
      new Option('--network <file>', 'hash with your own network, which this network file describes').conflicts([
        'algorithm',
        'dihedral',
        'fast',
        'minQuality',
      ]),
    )
    .addOption(backendOption())
    .option(...filesFromOption)
    .option(...rateOption)
    .addOption(decoderOption())
    .addOption(listFormatOption())
    .option('--out <folder>', 'folder for the .tmk files of videos (tmk only)')
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', examples('hash photo.jpg', 'hash clip.webm --list-format hma-csv'))
    .action(hash);

async function hash(named: string[], options: Options): Promise<void> {
  const files = await namedFiles(named, options.filesFrom);
  if (options.algorithm !== undefined || options.network !== undefined) return hashGroup(files, options);
  const groups = inGroups(files);
  if (groups.length > 1 && options.listFormat !== undefined)
    throw new UserError('--list-format is for videos, and there are pictures among the files: give them apart');
  await eachGroup(groups, ({ files: of, video }) => {
    // Among pictures and videos, each option is for those that it suits.
    const left = groups.length > 1 ? omit(options, video ? forPictures : forVideos) : options;
    return hashGroup(of, video ? { ...left, algorithm: 'vpdq' } : left);
  });
}

const forPictures = ['dihedral', 'fast', 'orient', 'minQuality', 'backend', 'mostFrames'] as const;
const forVideos = ['rate', 'decoder', 'out', 'listFormat'] as const;

/** Throws a UserError about an option that the hash does not take: some are for videos, some for pictures. */
function checkOptions(options: Options, chosen: string | undefined): void {
  if (isClipHash(chosen)) {
    for (const each of forPictures)
      if (options[each] !== undefined) throw new UserError(`${flagOf(each)} is for pictures, not for ${chosen}`);
    return;
  }
  for (const each of forVideos)
    if (options[each] !== undefined)
      throw new UserError(`${flagOf(each)} is for videos, with --hash ${clipHashes.join(' or ')}`);
}

/** Hashes files with one hash. */
async function hashGroup(files: readonly string[], options: Options): Promise<void> {
  const { json = false, dihedral = false, fast = false, orient = false, network, backend, mostFrames } = options;
  const { algorithm: chosen } = options;
  checkOptions(options, chosen);
  if (isClipHash(chosen)) return hashClips(files, options, chosen);
  const name = chosen ?? 'pdq';
  if (isExact(name)) {
    mustSuitExact(name, {
      ...{ '--dihedral': dihedral, '--fast': fast, '--orient': orient, '--backend': backend },
      '--min-quality': options.minQuality,
      '--most-frames': mostFrames,
    });
    const { bits } = exactHashes[name];
    return eachFile(files, exactHashes[name], json, (digest, file) => {
      const hash = toHex(digest);
      if (json) sayJson({ file, algorithm: name, bits, hash });
      else say(csvLine([hash, file]));
    });
  }
  if (dihedral) mustHaveDihedral(name);
  const least = options.minQuality === undefined ? undefined : atMost('--min-quality', options.minQuality, 100);
  const detector = network ?? (isDetectorFile(name) ? name : undefined);
  if (detector !== undefined) {
    if (fast || least !== undefined)
      throw new UserError(`${fast ? '--fast' : '--min-quality'} is for the hashes of presend, not for detectors`);
    return hashWithDetector(files, { json, orient, mostFrames, backend }, detector);
  }
  if (fast && name !== 'pdq') throw new UserError(`--fast is measured for pdq only, not for ${name}`);
  const other = await otherHash(name, { backend });
  if (other && least !== undefined) throw new UserError(`--min-quality is for hashes with a quality, not for ${name}`);
  if (other) return printOther(files, { json, orient, mostFrames }, other);
  const algorithm = hashByName(name);
  const turnsOf = ({ dihedral: turned }: Hashes) =>
    turned.map((each, i) => [dihedralNames[i]!, hashText(name, each.hash)] as const);
  const inJson = ({ own, ...rest }: Hashes) => ({
    hash: hashText(name, own.hash),
    quality: own.quality,
    ...(dihedral ? { dihedral: Object.fromEntries(turnsOf({ own, ...rest })) } : {}),
  });
  const printLines = (hashes: Hashes, file: string): void => {
    const { hash, quality } = hashes.own;
    if (!dihedral) say(csvLine([hashText(name, hash), quality, file]));
    else for (const [turn, digits] of turnsOf(hashes)) say(csvLine([digits, quality, file, turn]));
  };
  const print = (hashed: Done, file: string, notes: readonly string[]): void => {
    const { frames } = hashed;
    const looked = frames?.hashes ?? [{ ...hashed, index: 0 }];
    const trusted = looked.filter(({ own }) => distrust(own, least ?? 0) === undefined);
    const flat = looked.filter(({ own }) => distrust(own, least ?? algorithm.minQuality) !== undefined).length;
    if (json) {
      const each = () => trusted.map(({ index, ...hashes }) => ({ frame: index + 1, ...inJson(hashes) }));
      const several = frames ? framesOf(frames, { flat, hashes: each() }) : {};
      sayJson({ file, algorithm: name, bits: algorithm.bits, ...inJson(trusted[0]!), ...several, ...notesOf(notes) });
    } else
      for (const { index, ...hashes } of trusted) printLines(hashes, frameName(file, index, frames?.declared ?? 1));
    const about = frames
      ? framesSentence(frames, { flat })
      : least === undefined
        ? distrust(hashed.own, algorithm.minQuality)
        : undefined;
    if (about) note(`${file}: ${about}`);
  };
  const all = tally(files.length, json, print);
  await hashFiles(
    files.map((file) => ({ file, algorithm: name, dihedral, fast, orient, ...(mostFrames ? { mostFrames } : {}) })),
    (hashed, { file }) => {
      if (hashed.state === 'refused') return all.take({ ...hashed, file, flat: false });
      const looked = hashed.frames?.hashes ?? [hashed];
      const doubt = looked.every(({ own }) => distrust(own, least ?? 0)) ? distrust(hashed.own, least ?? 0) : undefined;
      all.take(
        doubt === undefined
          ? { state: 'done', file, value: hashed, notes: hashed.notes }
          : { state: 'refused', file, reason: doubt, flat: true },
      );
    },
  );
  all.end();
}
