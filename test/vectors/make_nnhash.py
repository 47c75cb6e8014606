"""The steps of nnhash.py (AsuharietYgvar/AppleNeuralHash2ONNX) with a network small enough to write down; prints nnhash.json.

The network is the mean of each 40 x 40 block of each channel, then one matrix; test/classify/tiny-network.ts has the same formulas.
Needs Pillow 9.4.0 and NumPy 1.24.2.
"""
import json
import os
import numpy as np
import PIL
from PIL import Image

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "images")
i, j = np.mgrid[0:243, 0:128]
weights = ((i * 37 + j * 101 + i * j) % 199 - 99).astype(np.float32) / 128
i, j = np.mgrid[0:96, 0:128]
seed1 = ((i * 131 + j * 71 + i * j) % 257 - 128).astype(np.float32) / 128

rows = []
for file in sorted(os.listdir(folder)):
    image = Image.open(os.path.join(folder, file)).convert("RGB").resize([360, 360])
    arr = np.array(image).astype(np.float32) / 255.0
    arr = (arr * 2.0 - 1.0).transpose(2, 0, 1)
    out = arr.reshape(3, 9, 40, 9, 40).mean((2, 4)).flatten() @ weights
    hash_output = seed1.dot(out)
    bits = "".join("1" if it >= 0 else "0" for it in hash_output)
    # How near to a hyperplane the nearest bit is: the order of a sum may not decide it.
    margin = float(np.abs(hash_output).min() / np.abs(hash_output).max())
    rows.append(dict(file=file, hash="{:0{}x}".format(int(bits, 2), len(bits) // 4), margin=round(margin, 6)))
print(json.dumps(dict(reference=f"Pillow {PIL.__version__}, NumPy {np.__version__}", rows=rows), indent=1))
