/** The files of a tfjs model: a model.json and its weight shards. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { io } from '@tensorflow/tfjs';
import { concatBytes, fromUtf8 } from '../util/bytes.ts';
import { UserError } from '../util/errors.ts';
import type { TfjsModel } from './tfjs-model.ts';

/** Reads the shards that a model.json names, all in its own folder or below. A UserError when it is no model.json. */
export async function readShards(path: string, bytes: Uint8Array): Promise<TfjsModel> {
  const modelJson = parse(bytes);
  const folder = dirname(resolve(path));
  const shards = modelJson.weightsManifest.flatMap(({ paths }) =>
    paths.map((name) => {
      const shard = resolve(folder, name);
      if (!shard.startsWith(folder + sep)) throw new UserError(`its shard ${name} is outside the folder of model.json`);
      return readFile(shard).catch(() => {
        throw new UserError(`its shard ${name} cannot be read`);
      });
    }),
  );
  return { modelJson, weights: Uint8Array.from(concatBytes(...(await Promise.all(shards)))) };
}

function parse(bytes: Uint8Array): io.ModelJSON {
  const wrong = new UserError(
    'it is not the model.json of a tfjs model: no JSON with modelTopology and weightsManifest',
  );
  let value: Partial<io.ModelJSON> | null;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    throw wrong;
  }
  const groups = value?.weightsManifest;
  const fits =
    value?.modelTopology instanceof Object &&
    Array.isArray(groups) &&
    groups.every(
      (group) =>
        Array.isArray(group?.weights) &&
        Array.isArray(group.paths) &&
        group.paths.every((at) => typeof at === 'string'),
    );
  if (!fits) throw wrong;
  return value as io.ModelJSON;
}
