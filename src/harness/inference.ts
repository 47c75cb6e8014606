/** Where a run's networks are computed, as its record says: another backend, version or processor may give other last bits. */
import { type BackendName, backendVariable, type Inference } from '../classify/backend.ts';
import { cpuFeatures } from '../classify/cpu-features.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { canonicalJson } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';

/** What a record says of it. */
export type RunInference = NonNullable<RunRecord['inference']>;

/** The backend by its name, and the software that each of the networks was loaded with. */
export async function inferenceOf(backend: BackendName, loaded: readonly Inference[]): Promise<RunInference> {
  const runtimes = loaded.map(({ runtime, kernels }) => `${runtime}, ${kernels}`);
  return { backend, runtimes: [...new Set(runtimes)].sort(), cpuFeatures: await cpuFeatures() };
}

/** The environment of a worker thread whose networks run on a backend. */
export const workerEnvironment = (backend: BackendName): NodeJS.ProcessEnv => ({
  ...process.env,
  [backendVariable]: backend,
});

/** Throws a UserError where a run would go on with networks that may give other bytes than those that it began with. */
export function mustInferAlike(before: RunInference | undefined, now: RunInference | undefined, out: string): void {
  if (before === undefined || now === undefined) return;
  mustHaveBackend(before, now.backend, out);
  const native = before.runtimes.some((runtime) => runtime.endsWith(', native'));
  const facts = ({ runtimes, cpuFeatures: features }: RunInference) => ({ runtimes, ...(native ? { features } : {}) });
  if (canonicalJson(facts(before)) === canonicalJson(facts(now))) return;
  throw new UserError(
    `The run in ${out} was started with ${shown(before, native)}, and this is ${shown(now, native)}: its networks could give other bytes; resume it where it was started, or start it again in another folder`,
  );
}

/** Throws a UserError where a run would go on with another backend. */
export function mustHaveBackend(before: RunInference | undefined, now: string, out: string): void {
  if (before !== undefined && before.backend !== now)
    throw new UserError(
      `The run in ${out} was started with --backend ${before.backend}, and this is --backend ${now}; resume it with the same backend`,
    );
}

const shown = ({ runtimes, cpuFeatures: features }: RunInference, native: boolean): string =>
  `${runtimes.join(' and ')}${native ? ` on a processor with ${features.join(' ')}` : ''}`;
