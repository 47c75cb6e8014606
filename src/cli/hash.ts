/** `presend hash <files…>`: perceptual hashes of pictures, one per line, and of videos, one per frame (clips.ts). */
import { Command, Option } from 'commander';
import type { BackendName } from '../classify/backend.ts';
import { isDetectorFile } from '../harness/detectors/detectors.ts';
import { hashFiles } from '../harness/hash-files.ts';
import { hashText } from '../hash/hash-text.ts';
import { hashByName } from '../hash/index.ts';
import { dihedralNames } from '../hash/pdq.ts';
import type { HashResult } from '../hash/perceptual-hash.ts';
import { UserError } from '../util/errors.ts';
import { atMost, backendOption, examples, wholeNumber } from './arguments.ts';
import {
  clipHashes,
  decoderOption,
  hashClips,
  isClipHash,
  isVideoFile,
  listFormatOption,
  rateOption,
} from './clips.ts';
import { distrust, mustHaveDihedral, notesOf, orientOption, tally } from './hash-file.ts';
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
}

/** The hashes of one file. */
interface Hashes {
  readonly own: HashResult;
  readonly dihedral: readonly HashResult[];
}

export const hashCommand = (): Command =>
  new Command('hash')
    .argument('<files...>', 'JPEG, PNG, WebP, GIF, AVIF or TIFF files, or videos')
    .option(
      '--hash, --algorithm <name>',
      `perceptual hash (presend ls hashes), or a detector file (.yaml), or ${clipHashes.join(' or ')} for videos (default: pdq, for videos vpdq)`,
    )
    .option('--dihedral', 'also hash the seven rotated and mirrored pictures (pdq only); a fourth column names them')
    .option(...orientOption)
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
    .option(...rateOption)
    .addOption(decoderOption())
    .addOption(listFormatOption())
    .option('--out <folder>', 'folder for the .tmk files of videos (tmk only)')
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', examples('hash photo.jpg', 'hash clip.webm --list-format hma-csv'))
    .action(hash);

/** An option as it is typed. */
const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

async function hash(files: string[], options: Options): Promise<void> {
  const { json = false, dihedral = false, fast = false, orient = false, network, backend } = options;
  const chosen = options.algorithm ?? (network === undefined && isVideoFile(files[0]!) ? 'vpdq' : undefined);
  if (isClipHash(chosen)) {
    for (const each of ['dihedral', 'fast', 'orient', 'minQuality', 'backend'] as const)
      if (options[each] !== undefined) throw new UserError(`${flagOf(each)} is for pictures, not for ${chosen}`);
    return hashClips(files, options, chosen);
  }
  for (const each of ['rate', 'decoder', 'out', 'listFormat'] as const)
    if (options[each] !== undefined)
      throw new UserError(`${flagOf(each)} is for videos, with --hash ${clipHashes.join(' or ')}`);
  const name = chosen ?? 'pdq';
  if (dihedral) mustHaveDihedral(name);
  const least = options.minQuality === undefined ? undefined : atMost('--min-quality', options.minQuality, 100);
  if (isDetectorFile(name)) {
    if (fast || least !== undefined)
      throw new UserError(`${fast ? '--fast' : '--min-quality'} is for the hashes of presend, not for detectors`);
    return hashWithDetector(files, { json, orient, backend }, name);
  }
  if (fast && name !== 'pdq') throw new UserError(`--fast is measured for pdq only, not for ${name}`);
  const other = await otherHash(name, { network, backend });
  if (other && least !== undefined) throw new UserError(`--min-quality is for hashes with a quality, not for ${name}`);
  if (other) return printOther(files, { json, orient }, other);
  const algorithm = hashByName(name);
  const print = ({ own, dihedral: turned }: Hashes, file: string, notes: readonly string[]): void => {
    const { quality } = own;
    const hex = hashText(name, own.hash);
    const turns = turned.map((each, i) => [dihedralNames[i]!, hashText(name, each.hash)] as const);
    if (json)
      sayJson({
        file,
        algorithm: name,
        bits: algorithm.bits,
        hash: hex,
        quality,
        ...(dihedral ? { dihedral: Object.fromEntries(turns) } : {}),
        ...notesOf(notes),
      });
    else if (dihedral) for (const [turn, digits] of turns) say(csvLine([digits, quality, file, turn]));
    else say(csvLine([hex, quality, file]));
    const doubt = least === undefined ? distrust(own, algorithm.minQuality) : undefined;
    if (doubt) note(`${file}: ${doubt}`);
  };
  const all = tally(files.length, json, print);
  await hashFiles(
    files.map((file) => ({ file, algorithm: name, dihedral, fast, orient })),
    (hashed, { file }) => {
      if (hashed.state === 'refused') return all.take({ ...hashed, file, flat: false });
      const doubt = least === undefined ? undefined : distrust(hashed.own, least);
      all.take(
        doubt === undefined
          ? { state: 'done', file, value: hashed, notes: hashed.notes }
          : { state: 'refused', file, reason: doubt, flat: true },
      );
    },
  );
  all.end();
}
