/** Start-up of the command line: the CPU time of a whole process compared with bare Node, with the build that users install. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { quantile } from '../src/metric/quantile.ts';
import type { Group } from './measure.ts';

const root = join(import.meta.dirname, '..');
const built = join(root, 'dist', 'src', 'cli', 'main.js');
/** Makes every process print its CPU time at exit, in microseconds, user and system. */
const tell = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('\\ncpu ' + (user + system)); });",
)}`;

const commands: Readonly<Record<string, readonly string[]>> = {
  'bare node': ['-e', '0'],
  'presend --version': [built, '--version'],
  'presend --help': [built, '--help'],
  'presend ls hashes': [built, 'ls', 'hashes'],
  'presend validate tradeoff': [built, 'validate', 'tradeoff'],
};

/** CPU seconds of one process. */
async function cpuSeconds(args: readonly string[]): Promise<number> {
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', tell, ...args], { cwd: root });
  return Number(/cpu (\d+)$/.exec(stderr)![1]) / 1e6;
}

/** Wall time is measured in rounds like every benchmark. CPU time, which other processes disturb less, is in the notes. */
export async function cli(): Promise<Group[]> {
  const cpu = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  return [
    {
      title: 'start of the command line, a process each',
      baseline: 'bare node',
      tasks: Object.entries(commands).map(([name, args]) => ({
        name,
        run: async () => void cpu.get(name)!.push(await cpuSeconds(args)),
      })),
      notes: () => {
        const bare = quantile(cpu.get('bare node')!, 0.5);
        return [...cpu].map(([name, seconds]) => {
          const middle = quantile(seconds, 0.5);
          return `CPU ${name}: ${middle.toFixed(3)} s, ${(middle - bare).toFixed(3)} s above bare node`;
        });
      },
    },
  ];
}
