/** Why a picture cannot be used. */
import { UserError } from '../util/errors.ts';

/** A picture that cannot be used. The message is the reason: one sentence, the same on every machine, without paths. */
export class RefusedError extends UserError {
  override readonly name = 'RefusedError';
}
