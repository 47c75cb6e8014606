"""Expected values of ImageHash's crop_resistant_hash and of its matching; prints crop-resistant.json.

Needs ImageHash 4.3.2, Pillow 9.4.0, SciPy 1.10.1, NumPy 1.24.2. `parts` are rectangles cut out of a picture.
"""
import json
import os
import imagehash
import numpy
import PIL
import scipy
from PIL import Image

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "images")
images = {file: Image.open(os.path.join(folder, file)) for file in sorted(os.listdir(folder))}

# A second run with other options for each: hash function, largest regions only, smaller regions, another threshold, another size.
variants = dict(
    default=dict(),
    average_hash=dict(hash_func=imagehash.average_hash),
    phash=dict(hash_func=imagehash.phash),
    limit_1=dict(limit_segments=1),
    limit_5=dict(limit_segments=5),
    min_100=dict(min_segment_size=100),
    threshold_90=dict(segment_threshold=90),
    size_120=dict(segmentation_image_size=120),
    size_20=dict(segmentation_image_size=20),
)
parts = [
    ("leaves-640x480.png", (32, 24, 608, 456)), ("leaves-640x480.png", (128, 96, 512, 384)),
    ("leaves-512x512.png", (0, 150, 205, 384)), ("leaves-1024x683.png", (102, 0, 1024, 600)),
    ("pink-513x400.png", (60, 40, 453, 360)), ("meme.png", (10, 10, 200, 150)),
]

found = []
find = imagehash._find_all_segments


def remember(*arguments):
    found[:] = find(*arguments)
    return list(found)


imagehash._find_all_segments = remember


def box(segment):
    """Pixels, then top, left, bottom and right, the last two included."""
    rows, columns = zip(*segment)
    return [len(segment), min(rows), min(columns), max(rows), max(columns)]


rows, hashes = [], {}
for file, image in images.items():
    row = dict(file=file)
    for name, options in variants.items():
        value = imagehash.crop_resistant_hash(image, **options)
        row[name] = str(value)
        if name == "default":
            hashes[file] = value
            row["segments"] = [box(segment) for segment in found]
    rows.append(row)

names = list(hashes)
cut = []
for file, rectangle in parts:
    value = imagehash.crop_resistant_hash(images[file].crop(rectangle))
    cut.append(dict(file=file, rectangle=rectangle, expected=str(value),
                    matches=value.matches(hashes[file]), found=value.hash_diff(hashes[file]),
                    difference=value - hashes[file], best=names[[id(each) for each in hashes.values()].index(
                        id(value.best_match(list(hashes.values()))))]))
# Every ordered pair of pictures: regions found and the sum of their distances, at three cutoffs; and the difference.
pairs = dict(
    rate25=[[hashes[a].hash_diff(hashes[b]) for b in names] for a in names],
    rate10=[[hashes[a].hash_diff(hashes[b], bit_error_rate=0.1) for b in names] for a in names],
    bits5=[[hashes[a].hash_diff(hashes[b], hamming_cutoff=5) for b in names] for a in names],
    difference=[[hashes[a] - hashes[b] for b in names] for a in names],
)
reference = (f"ImageHash {imagehash.__version__}, Pillow {PIL.__version__}, SciPy {scipy.__version__}, "
             f"NumPy {numpy.__version__}")
text = json.dumps(dict(reference=reference, rows=rows, parts=cut, pairs=pairs), default=lambda each: each.item())
print(text.replace('{"file"', '\n{"file"').replace('"rate', '\n"rate').replace('"bits5', '\n"bits5')
      .replace('"difference": [', '\n"difference": ['))
