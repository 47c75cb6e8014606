/**
 * `npm run convert:onnx`: writes the small bundled networks as models/<name>/network.onnx, for onnxruntime, and prints the sha256 and size of
 * each network's file. The same weights give the same bytes; `-- --check` fails if a stored file has others. The large network is converted
 * when it is loaded: its file would be 22 MB.
 */
import { writeFileSync } from 'node:fs';
import { modelBytes, modelPath, onnxFile } from '../src/classify/model-folder.ts';
import { convert, inceptionV3, mobilenetV2, mobilenetV2Mid } from '../src/classify/nsfwjs.ts';
import { equalBytes } from '../src/util/bytes.ts';
import { sha256Hex } from '../src/util/digest.ts';

const check = process.argv.includes('--check');
for (const network of [mobilenetV2, mobilenetV2Mid, inceptionV3]) {
  const file = await convert(network);
  const stored = network !== inceptionV3;
  if (stored && !check) writeFileSync(modelPath(network.name, onnxFile), file);
  const same = !stored || equalBytes(modelBytes(network.name, onnxFile) ?? new Uint8Array(), file);
  process.stdout.write(
    `${network.name} ${sha256Hex(file)} ${file.length} bytes${same ? '' : ': the stored file differs'}\n`,
  );
  if (!same || sha256Hex(file) !== network.onnxSha256) process.exitCode = 1;
}
