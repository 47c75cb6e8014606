/**
 * A process in which writes fail: it is started with inject.ts, gets one step after the other as a message, and answers with how each ended.
 * A step is a command of presend, or one of the steps of steps.ts.
 */
import { type Failure, setFailure } from './failure.ts';
import { type Ended, runStep, type Step } from './steps.ts';

process.on('message', async ({ step, failure }: { step: Step; failure?: Failure }) => {
  setFailure(failure);
  const ended: Ended = await runStep(step);
  setFailure(undefined);
  process.send!(ended);
});
process.once('disconnect', () => process.exit());
process.send!('ready');
