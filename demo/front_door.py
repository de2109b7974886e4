"""What the camera at the demo's front door sees: a picture drawn here, so that nobody's door is shown."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 960, 600


def draw(path: Path) -> Path:
    """Write the picture as JPEG and return its path. Blocking."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#2d3540")
    pen = ImageDraw.Draw(picture)
    for course, top in enumerate(range(0, 470, 34)):
        for left in range(-60 if course % 2 else 0, WIDTH, 120):
            pen.rectangle(
                (left + 2, top + 2, left + 118, top + 32), fill="#6f5347" if (left + course) % 3 else "#775a4d"
            )
    pen.rectangle((0, 470, WIDTH, HEIGHT), fill="#5b6067")
    pen.polygon([(300, 470), (660, 470), (720, HEIGHT), (240, HEIGHT)], fill="#747a82")
    pen.rectangle((330, 90, 630, 474), fill="#efe9dd")
    pen.rectangle((348, 108, 612, 474), fill="#1f5d5a")
    for top, bottom in ((128, 270), (300, 452)):
        for left, right in ((370, 468), (492, 590)):
            pen.rectangle((left, top, right, bottom), outline="#17484a", width=5, fill="#246a66")
    pen.ellipse((584, 276, 604, 296), fill="#d9b45b")
    lamp = Image.new("L", picture.size, 0)
    ImageDraw.Draw(lamp).ellipse((560, -120, 960, 380), fill=120)
    picture.paste(Image.new("RGB", picture.size, "#ffd996"), mask=lamp.filter(ImageFilter.GaussianBlur(90)))
    pen.rounded_rectangle((742, 92, 782, 152), 8, fill="#ffe9bd", outline="#3a3a3a", width=4)
    _somebody(pen)
    _darken_corners(picture).save(path, quality=88)
    return path


def _somebody(pen: ImageDraw.ImageDraw) -> None:
    """A visitor with a parcel, from the chest up."""
    pen.ellipse((118, 246, 238, 376), fill="#e2b08c")
    pen.pieslice((106, 222, 250, 366), 180, 360, fill="#2f4d8f")
    pen.rounded_rectangle((190, 286, 272, 304), 8, fill="#2f4d8f")
    pen.rounded_rectangle((60, 384, 300, 680), 60, fill="#3a62b5")
    pen.rounded_rectangle((170, 458, 356, 610), 8, fill="#c69a62", outline="#a87f4b", width=4)
    pen.line((262, 458, 262, 610), fill="#e3cba4", width=14)


def _darken_corners(picture: Image.Image) -> Image.Image:
    """As a wide lens does."""
    light = Image.new("L", picture.size, 90)
    ImageDraw.Draw(light).ellipse((-120, -140, WIDTH + 120, HEIGHT + 140), fill=255)
    dark = Image.new("RGB", picture.size, "#0d1116")
    return Image.composite(picture, Image.blend(picture, dark, 0.55), light.filter(ImageFilter.GaussianBlur(80)))
