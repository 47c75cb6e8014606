/** A worker whose tasks throw, and a picture task that fails where its environment says so. */
import * as worker from '../../src/experiment/tradeoff/tasks.ts';
import { InterruptedError, MissingError, RefusedError, UserError } from '../../src/util/errors.ts';

export * from '../../src/experiment/tradeoff/tasks.ts';

/** Throws what it is asked for. */
export function fail(what: string): never {
  const errors: Readonly<Record<string, () => unknown>> = {
    user: () => new UserError('a mistake of the reader'),
    missing: () => new MissingError('nothing is there', { cause: new RangeError('the cause') }),
    refused: () => new RefusedError('damaged'),
    interrupted: () => new InterruptedError('interrupted'),
    system: () =>
      Object.assign(new Error("ENOSPC: no space left on device, write '/x'"), {
        ...{ code: 'ENOSPC', errno: -28, syscall: 'write', path: '/x' },
      }),
    bug: () => new TypeError('our bug'),
    several: () => new AggregateError([new UserError('one'), new Error('two')], ''),
    text: () => 'no error',
  };
  throw errors[what]!();
}

/** What `PRESEND_FAILING_PICTURE` (the number of a picture and a code) makes of a task. */
function failing(index: number): void {
  const [at, code] = (process.env.PRESEND_FAILING_PICTURE ?? '').split(' ');
  if (at === undefined || at === '' || Number(at) !== index) return;
  if (code === 'bug') throw new TypeError('made up: a bug');
  throw Object.assign(new Error(`${code}: made up`), { code, syscall: 'write', path: '/made/up' });
}

export const workOnPicture: typeof worker.workOnPicture = async (task) => {
  failing(task.index);
  return worker.workOnPicture(task);
};
