/** Stub. */
import { UserError } from '../../util/errors.ts';
import type { Dataset } from '../dataset.ts';

export interface GenerateOptions {
  readonly seed: number;
  readonly pictures: number;
  readonly directory: string;
  readonly onProgress?: (done: number, total: number) => void;
}

export async function generate(_options: GenerateOptions): Promise<Dataset> {
  throw new UserError('The generated corpus is not ready yet.');
}
