"""Expected results of Pillow's BILINEAR resize. Needs Pillow 9.4.0; prints pillow-bilinear.json."""
import json
import PIL
from PIL import Image
from make_pillow_lanczos import cases, picture

rows = [
    dict(width=width, height=height, channels=channels, toWidth=to_width, toHeight=to_height,
         expected=picture(width, height, channels).resize((to_width, to_height), Image.BILINEAR).tobytes().hex())
    for width, height, channels, to_width, to_height in cases
]
print(json.dumps(dict(reference=f"Pillow {PIL.__version__}", rows=rows), indent=1))
