"""Expected results of Pillow's GaussianBlur and MedianFilter. Needs Pillow 9.4.0; prints pillow-filters.json."""
import json
import PIL
from PIL import ImageFilter
from make_pillow_lanczos import picture

sizes = [(40, 30, 1), (24, 17, 3), (1, 1, 1), (2, 3, 3), (5, 1, 1), (1, 7, 1), (3, 3, 1)]
radii = [0, 0.3, 1, 2, 3.7, 9]


def rows():
    for width, height, channels in sizes:
        image = picture(width, height, channels)
        base = dict(width=width, height=height, channels=channels)
        for radius in radii:
            yield dict(**base, filter="gaussian", radius=radius,
                       expected=image.filter(ImageFilter.GaussianBlur(radius)).tobytes().hex())
        yield dict(**base, filter="median", expected=image.filter(ImageFilter.MedianFilter(3)).tobytes().hex())


print(json.dumps(dict(reference=f"Pillow {PIL.__version__}", rows=list(rows())), indent=1))
