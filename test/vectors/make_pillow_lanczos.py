"""Expected results of Pillow's convert('L') and LANCZOS resize. Needs Pillow 9.4.0; prints pillow-lanczos.json."""
import json
import PIL
from PIL import Image


def picture(width, height, channels):
    """The byte of pixel (x, y), channel c; test/image/resize.test.ts draws the same."""
    data = bytes(
        ((x * 37 + y * 91 + c * 53) ^ (x * y + (x >> 2) * 7)) & 255
        for y in range(height) for x in range(width) for c in range(channels)
    )
    return Image.frombytes("L" if channels == 1 else "RGB", (width, height), data)


cases = [
    (40, 30, 1, 9, 8), (40, 30, 3, 8, 8), (7, 5, 1, 32, 32), (33, 64, 1, 32, 32), (1, 1, 1, 8, 8), (2, 3, 3, 5, 4),
    (200, 3, 1, 9, 8), (3, 200, 1, 8, 8), (8, 100, 1, 8, 8), (100, 8, 1, 8, 8), (64, 48, 3, 20, 31), (16, 16, 1, 17, 15),
]
rows = []
for width, height, channels, to_width, to_height in cases:
    resized = picture(width, height, channels).resize((to_width, to_height), Image.Resampling.LANCZOS)
    rows.append(dict(width=width, height=height, channels=channels, toWidth=to_width, toHeight=to_height,
                     expected=resized.tobytes().hex()))
luma = dict(width=40, height=30, expected=picture(40, 30, 3).convert("L").tobytes().hex())
if __name__ == "__main__":
    print(json.dumps(dict(reference=f"Pillow {PIL.__version__}", luma=luma, rows=rows), indent=1))
