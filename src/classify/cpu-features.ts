/** What the processor can compute with: software that was compiled for it picks its kernels, and with them the last bits, by this. */
import { cpus } from 'node:os';
import { readIfThere } from '../disk/read.ts';

/** Extensions for vectors and matrices, of x86 and of ARM, as Linux names them. */
const ofVectors = /^(?:sse4_[12]|avx\w*|fma|f16c|amx_\w+|asimd\w*|sve\w*|sme(?!p$)\w*|bf16|i8mm|neon)$/;

/**
 * The extensions, sorted, where Linux lists them; elsewhere the name of the processor, which implies them.
 */
export async function cpuFeatures(list = '/proc/cpuinfo'): Promise<string[]> {
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec((await readIfThere(list)) ?? '')?.[1];
  if (flags === undefined) return [cpus()[0]?.model ?? 'unknown processor'];
  return [...new Set(flags.split(/\s+/).filter((flag) => ofVectors.test(flag)))].sort();
}
