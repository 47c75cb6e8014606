/** Running commands from tests: inside this process, or as a process of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, vi } from 'vitest';
import { presend as main } from '../../src/cli/program.ts';
import { nodeWords } from '../helpers/program.ts';

export const root = resolve(import.meta.dirname, '..', '..');
export const images = join(root, 'test', 'vectors', 'images');
export const image = (name: string): string => join(images, name);

/** What a command did. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Lines of stdout. */
  readonly lines: readonly string[];
}

const ran = (code: number | null, out: Buffer | string, err: Buffer | string): Ran => ({
  code,
  out: String(out),
  err: String(err),
  lines: String(out).split('\n').slice(0, -1),
});

/** Runs a command in this process. */
export async function presend(...args: string[]): Promise<Ran> {
  const texts = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      texts[name] += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
      return true;
    }),
  );
  try {
    const code = await main(args);
    return ran(code, texts.stdout, texts.stderr);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Starts the command line as a process, its stdout a pipe or an open file. */
export const start = (args: readonly string[], cwd = root, stdout: 'pipe' | number = 'pipe'): ChildProcess =>
  spawn(process.execPath, [...nodeWords(join(root, 'src', 'cli', 'main.ts')), ...args], {
    cwd,
    stdio: ['ignore', stdout, 'pipe'],
  });

/** Waits until a process has ended. */
export function ended(child: ChildProcess): Promise<Ran> {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', (chunk: Buffer) => chunks[name].push(chunk));
  return new Promise((done) =>
    child.on('close', (code) => done(ran(code, Buffer.concat(chunks.stdout), Buffer.concat(chunks.stderr)))),
  );
}

/** A folder that is gone after the tests of the file. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'presend-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
