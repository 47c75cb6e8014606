/**
 * Every perceptual hash on decoded pixels, compared with the library that blockhash wraps; PDQ in WebAssembly and in JavaScript; exact and
 * fast decoding; from a file to PDQ and its dihedral hashes, compared with the C++ reference; two workers compared with two processes.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bmvbhash } from 'blockhash-core';
import { photographsFolder } from '../src/dataset/open.ts';
import { projectRoot } from '../src/disk/project.ts';
import { hashFile } from '../src/harness/hash-file.ts';
import { cropResistant } from '../src/hash/crop-resistant.ts';
import { hashes } from '../src/hash/index.ts';
import { plainPdq } from '../src/hash/pdq-plain.ts';
import { imageHashText } from '../src/hash/thumbnail.ts';
import { wasmPdq } from '../src/hash/wasm/pdq.ts';
import { decode } from '../src/image/decode.ts';
import { decodeFast } from '../src/image/decode-fast.ts';
import { encode } from '../src/image/encode.ts';
import type { Raster } from '../src/image/raster.ts';
import { toHex } from '../src/util/hex.ts';
import { driftLines, driftsOf } from './drift.ts';
import { imageHash } from './imagehash.ts';
import { lineProcess } from './line-process.ts';
import type { Group, Task } from './measure.ts';
import { picture } from './picture.ts';
import { twoWorkers } from './two-workers.ts';

/** How to compare with the C++ reference; part of the help text. */
export const pdqCppHelp = `The hash benchmark compares with the C++ reference where PRESEND_PDQ_CPP names a program that reads file paths
on stdin, a line each, and prints hash,quality for each at once: pdq/cpp of facebook/ThreatExchange, built -O3 with libjpeg
(-Dcimg_use_jpeg -ljpeg), and a main of a few lines that calls pdqDihedralHash256esFromFile. PRESEND_VECTORS names a folder
with threatexchange/, PRESEND_PHOTOS one of photographs. Hashes are compared with ImageHash where PRESEND_PYTHON, python3 or
/usr/bin/python3 imports it (pip install ImageHash==4.3.2).`;

/** One group per picture size, then files. */
export async function* hash(): AsyncIterable<Group> {
  const folder = mkdtempSync(join(tmpdir(), 'presend-bench-'));
  try {
    for (const [width, height] of [
      [512, 512],
      [800, 600],
    ] as const) {
      yield pixels(width, height);
      yield* besidePeers(width, height, folder);
    }
    const generated = join(folder, 'generated.jpg');
    const jpeg = await encode(picture(1600, 1004), { type: 'jpeg', quality: 85 });
    writeFileSync(generated, jpeg);
    const photographs = photographsFolder();
    const drift = existsSync(photographs)
      ? driftLines(await driftsOf(photographs))
      : ['drift of --fast: not measured, set PRESEND_PHOTOS to a folder of photographs'];
    yield {
      title: 'decode, 1600 × 1004 JPEG of quality 85',
      baseline: 'exact',
      tasks: [
        { name: 'exact', run: () => decode(jpeg) },
        { name: 'fast', run: () => decodeFast(jpeg) },
      ],
      notes: () => drift,
    };

    const command = process.env.PRESEND_PDQ_CPP;
    if (!command)
      process.stdout.write('The C++ reference is not compared with: PRESEND_PDQ_CPP is not set (see --help).\n\n');
    const cpp = command ? lineProcess(command) : undefined;
    const fromFiles = (title: string, files: readonly string[]): Group => {
      const ours = (fast: boolean) => async () => {
        for (const file of files) await hashFile({ file, algorithm: 'pdq', dihedral: true, fast });
      };
      const tasks: Task[] = [
        { name: 'exact', run: ours(false) },
        { name: 'fast', run: ours(true) },
      ];
      const reference = async (): Promise<void> => {
        for (const file of files) await cpp!(file);
      };
      if (cpp) tasks.unshift({ name: 'C++ reference', run: reference });
      return {
        title: `file → PDQ and dihedral hashes, ${title}`,
        baseline: tasks[0]!.name,
        tasks: tasks.map((task) => ({ ...task, items: files.length })),
      };
    };
    yield fromFiles('generated JPEG of 1600 × 1004', [generated]);
    const vectors = process.env.PRESEND_VECTORS ?? join(projectRoot, '..', 'shared', 'vectors');
    const bridges = join(vectors, 'threatexchange', 'images', 'reg-test-input', 'dih');
    if (existsSync(bridges)) {
      const [first, ...others] = readdirSync(bridges)
        .filter((name) => name.endsWith('.jpg'))
        .map((name) => join(bridges, name));
      yield fromFiles('ThreatExchange bridge of 1600 × 1004, sequential', [first!]);
      yield fromFiles(`the same turned, ${others.length} progressive files`, others);
    } else process.stdout.write('ThreatExchange photographs are not hashed: set PRESEND_VECTORS.\n\n');

    const copies = Array.from({ length: 32 }, (_, i) => {
      const file = join(folder, `${i}.jpg`);
      writeFileSync(file, jpeg);
      return file;
    });
    const { group, done } = twoWorkers(copies);
    yield group;
    await done();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same pixels, but not the object for which an earlier hash has kept the luma. */
const unseen = (image: Raster): Raster => ({ ...image, data: image.data.subarray() });

async function pixels(width: number, height: number): Promise<Group> {
  const image = picture(width, height);
  const jpeg = await encode(image, { type: 'jpeg', quality: 85 });
  const { pdq: _, ...others } = hashes;
  const wasm = wasmPdq();
  return {
    title: `hash, ${width} × ${height} RGB`,
    baseline: 'pdq and dihedral, JavaScript',
    tasks: [
      { name: 'pdq and dihedral, JavaScript', run: () => plainPdq.dihedral(image) },
      ...(wasm
        ? [
            { name: 'pdq and dihedral, WebAssembly', run: () => wasm.dihedral(image) },
            { name: 'pdq alone, WebAssembly', run: () => wasm.hash(image) },
          ]
        : []),
      ...Object.values(others).map((each) => ({ name: each.name, run: () => each.hash(unseen(image)) })),
      { name: cropResistant.name, run: () => cropResistant.hash(unseen(image)) },
      { name: 'JPEG decode (sharp)', run: () => decode(jpeg) },
    ],
  };
}

/** Times that a picture is hashed in a call, so that a word to another process and back does not count. */
const times = 10;

/** A group a hash: the library whose bits it has, and ours. */
async function* besidePeers(width: number, height: number, folder: string): AsyncIterable<Group> {
  const image = picture(width, height);
  const group = (name: string, peer: Task, ours: () => unknown): Group => ({
    title: `${name}, ${width} × ${height} RGB, ${times} times`,
    baseline: peer.name,
    tasks: [
      { ...peer, items: times },
      {
        name: 'presend',
        items: times,
        run: () => {
          for (let i = 0; i < times; i++) ours();
        },
      },
    ],
  });

  const rgba = { width, height, data: new Uint8ClampedArray(width * height * 4).fill(255) };
  for (let i = 0; i < width * height; i++) rgba.data.set(image.data.subarray(3 * i, 3 * i + 3), 4 * i);
  const core: Task = {
    name: 'blockhash-core, from RGBA',
    run: () => {
      for (let i = 0; i < times; i++) bmvbhash(rgba, 16);
    },
  };
  yield group('blockhash', core, () => hashes.blockhash.hash(unseen(image)));

  const peer = imageHash(image, folder);
  if (!peer) {
    process.stdout.write('ImageHash is not compared with: no Python here imports it (see --help).\n\n');
    return;
  }
  for (const name of peer.names) {
    const ours =
      name === 'crop-resistant'
        ? () => cropResistant.hash(unseen(image)).map(toHex).join()
        : () =>
            imageHashText(hashes[name].hash(unseen(image)).hash, 4 * (hashes[name].digits ?? hashes[name].bits / 4));
    const theirs = await peer.hash(name, 1);
    if (ours() !== theirs) throw new Error(`${name}: ImageHash has ${theirs}, presend ${ours()}`);
    yield group(name, { name: peer.versions, run: () => peer.hash(name, times) }, ours);
  }
}
