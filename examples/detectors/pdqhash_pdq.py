"""The PDQ of the Python package pdqhash, as a program for presend. Needs: pip install pdqhash numpy pillow"""
import json
import sys

import numpy
import pdqhash
from PIL import Image

for line in sys.stdin:
    picture = json.loads(line)
    with Image.open(picture["path"]) as image:
        bits, quality = pdqhash.compute(numpy.asarray(image.convert("RGB")))
    answer = {"id": picture["id"], "hash": numpy.packbits(bits).tobytes().hex(), "quality": int(quality)}
    print(json.dumps(answer), flush=True)
