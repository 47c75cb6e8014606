"""The pHash of the Python package imagehash, as a program for presend. Needs: pip install imagehash"""
import json
import sys

import imagehash
from PIL import Image

for line in sys.stdin:
    picture = json.loads(line)
    with Image.open(picture["path"]) as image:
        answer = {"id": picture["id"], "hash": str(imagehash.phash(image))}
    print(json.dumps(answer), flush=True)
