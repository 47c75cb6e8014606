#!/usr/bin/env bash
# Installs @tensorflow/tfjs-node, the backend tfjs-node, from package registries alone: the npm package without its install script, which would
# download libtensorflow from elsewhere without a checksum; libtensorflow and its C headers from the wheel of tensorflow-cpu, whose sha256 is
# below; and the native module, compiled by the package's own build against the headers of this Node. Nothing is saved in package.json.
#
#   scripts/tfjs-node.sh [folder of the checkout or project; default: the current one]
#
# Needs Linux on x86-64, Node with its headers (include/node beside bin/node), g++, make, Python 3 with pip, and unzip.
set -euo pipefail
cd "${1:-.}"

package=4.22.0
tensorflow=2.15.1
wheel=tensorflow_cpu-$tensorflow-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
sha256=54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26

die() {
  echo "tfjs-node.sh: $1" >&2
  exit 1
}
[ "$(uname -sm)" = 'Linux x86_64' ] || die "the wheel is for Linux on x86-64, not for $(uname -sm)"
for tool in node npm g++ make python3 unzip; do command -v "$tool" >/dev/null || die "$tool is not installed"; done
python3 -m pip --version >/dev/null 2>&1 || die 'python3 has no pip'
prefix=$(dirname "$(dirname "$(node -p 'fs.realpathSync(process.execPath)')")")
[ -f "$prefix/include/node/node_api.h" ] || die "there are no headers of Node in $prefix/include/node"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/presend
mkdir -p "$cache"
matches() { echo "$sha256  $cache/$wheel" | sha256sum --check --status 2>/dev/null; }
if ! matches; then
  rm -f "$cache/$wheel"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 3.11 \
    --platform manylinux2014_x86_64 --dest "$cache" "tensorflow-cpu==$tensorflow"
  matches || die "the wheel $cache/$wheel has another sha256 than $sha256"
fi

# npm removes what is in no package.json, so onnxruntime-node is named again if it was installed before. --save-prod, because npm does not install
# what stands among the optional peers of the project.
packages=("@tensorflow/tfjs-node@$package")
onnx=node_modules/onnxruntime-node/package.json
[ ! -f "$onnx" ] || packages+=("onnxruntime-node@$(node -p "require('./$onnx').version")")
npm install --no-save --save-prod --no-audit --no-fund --ignore-scripts "${packages[@]}"
deps=node_modules/@tensorflow/tfjs-node/deps
rm -rf "$deps"
mkdir -p "$deps/lib"
unzip -q "$cache/$wheel" 'tensorflow/libtensorflow_*' 'tensorflow/include/tensorflow/c/*' \
  'tensorflow/include/tensorflow/core/platform/*' 'tensorflow/include/tsl/*' -d "$deps"
mv "$deps"/tensorflow/libtensorflow_*.so.2 "$deps/lib/"
mv "$deps/tensorflow/include" "$deps/include"
rmdir "$deps/tensorflow"
ln -s libtensorflow_cc.so.2 "$deps/lib/libtensorflow.so"
ln -s libtensorflow_framework.so.2 "$deps/lib/libtensorflow_framework.so"
# By the name of this file the package's install script sees that libtensorflow is there already.
ln -s libtensorflow_cc.so.2 "$deps/lib/libtensorflow.so.2.9.1"

npm_config_nodedir=$prefix npm rebuild @tensorflow/tfjs-node
TF_CPP_MIN_LOG_LEVEL=2 node -e '
  require("node:util").isNullOrUndefined ??= (value) => value == null;
  const tf = require("@tensorflow/tfjs-node");
  const sum = tf.add(tf.tensor1d([1]), 1).dataSync()[0];
  if (sum !== 2) throw new Error(`1 + 1 = ${sum}`);
  console.log(`tfjs-node works: libtensorflow ${tf.backend().binding.TF_Version}`);'
