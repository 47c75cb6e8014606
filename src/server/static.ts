/** Serves the bundle under /assets/. It is read once, and names come from a list, so that no request can name a path. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { check } from '../schema/check.ts';
import { pageHeaders } from './page-policy.ts';
import { manifestFile, type WebEntry, webEntries } from './web-build.ts';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
};

const Manifest = Type.Record(Type.String(), Type.Object({ file: Type.String() }));

/** A bundle in memory. */
export interface WebFiles {
  /** File name → bytes and type. */
  readonly files: ReadonlyMap<string, { readonly bytes: Buffer; readonly type: string }>;
  /** Address of an entry's script; undefined if there is no bundle. */
  script(entry: WebEntry): string | undefined;
}

/** No bundle: pages still work, and say that their scripts are missing. */
export const noWeb: WebFiles = { files: new Map(), script: () => undefined };

/** Reads the bundle in a folder. */
export async function readWeb(folder: string): Promise<WebFiles> {
  if (!existsSync(join(folder, manifestFile))) return noWeb;
  const manifest = check(Manifest, JSON.parse(await readFile(join(folder, manifestFile), 'utf8')), manifestFile);
  const names = (await readdir(folder)).filter((name) => extname(name) in types);
  const files = await Promise.all(
    names.map(
      async (name) => [name, { bytes: await readFile(join(folder, name)), type: types[extname(name)]! }] as const,
    ),
  );
  return { files: new Map(files), script: (entry) => `/assets/${manifest[webEntries[entry]]!.file}` };
}

/** Serves the bundle. Names contain a digest of the content, so browsers can cache the files. */
export function serveWeb(app: FastifyInstance, { files }: WebFiles): void {
  app.get<{ Params: { name: string } }>(
    '/assets/:name',
    { schema: { params: Type.Object({ name: Type.String() }) } },
    async (request, reply) => {
      const file = files.get(request.params.name);
      if (!file) return reply.callNotFound();
      return reply
        .headers({ ...pageHeaders, 'cache-control': 'private, max-age=31536000, immutable' })
        .type(file.type)
        .send(file.bytes);
    },
  );
}
