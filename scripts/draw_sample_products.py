"""Draws the three products of the sample shop: our own shapes, no photographs. Run: python scripts/draw_sample_products.py"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import skia

SIDE = 400
FOLDER = Path(__file__).parent.parent / "src/sosie/sample/shop"


def paint(colour: int, *, blur: float = 0, stroke: float = 0) -> skia.Paint:
    """``colour`` as 0xAARRGGBB."""
    made = skia.Paint(AntiAlias=True, Color=colour)
    if blur:
        made.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    if stroke:
        made.setStyle(skia.Paint.kStroke_Style)
        made.setStrokeWidth(stroke)
        made.setStrokeCap(skia.Paint.kRound_Cap)
        made.setStrokeJoin(skia.Paint.kRound_Join)
    return made


def across(left: float, right: float, colours: list[int], stops: list[float]) -> skia.Paint:
    """A left-to-right gradient: the simplest way to make a cylinder round."""
    shader = skia.GradientShader.MakeLinear([(left, 0), (right, 0)], colours, stops)
    return skia.Paint(AntiAlias=True, Shader=shader)


def down(top: float, bottom: float, colours: list[int]) -> skia.Paint:
    return skia.Paint(AntiAlias=True, Shader=skia.GradientShader.MakeLinear([(0, top), (0, bottom)], colours))


def table(canvas: skia.Canvas, wall: int, top: int) -> None:
    canvas.clear(wall)
    canvas.drawRect(skia.Rect(0, 300, SIDE, SIDE), paint(top))


def path(*points: tuple[float, float], close: bool = True) -> skia.Path:
    builder = skia.PathBuilder() if hasattr(skia, "PathBuilder") else skia.Path()
    builder.moveTo(*points[0])
    for point in points[1:]:
        builder.lineTo(*point)
    if close:
        builder.close()
    return builder.detach() if hasattr(builder, "detach") else builder


def curve(
    start: tuple[float, float], *cubics: tuple[float, float, float, float, float, float], close: bool = False
) -> skia.Path:
    builder = skia.PathBuilder() if hasattr(skia, "PathBuilder") else skia.Path()
    builder.moveTo(*start)
    for cubic in cubics:
        builder.cubicTo(*cubic)
    if close:
        builder.close()
    return builder.detach() if hasattr(builder, "detach") else builder


def mug(canvas: skia.Canvas) -> None:
    table(canvas, 0xFFF3EEE6, 0xFFE4DACB)
    canvas.drawOval(skia.Rect(110, 318, 320, 352), paint(0x55503C28, blur=10))
    body = curve(
        (134, 122),
        (134, 122, 146, 300, 150, 322),
        (152, 340, 248, 340, 250, 322),
        (254, 300, 266, 122, 266, 122),
        close=True,
    )
    sage = [0xFF7E9A80, 0xFFA9C2A8, 0xFF93AE93, 0xFF6B886E]
    canvas.drawPath(body, across(134, 266, sage, [0, 0.3, 0.62, 1]))
    canvas.save()
    canvas.clipPath(body, doAntiAlias=True)
    canvas.drawRect(skia.Rect(130, 292, 270, 345), across(134, 266, [0xFFDDD3C2, 0xFFF6EFE3, 0xFFCFC3B0], [0, 0.32, 1]))
    canvas.drawRect(skia.Rect(160, 130, 170, 288), paint(0x55FFFFFF, blur=5))
    canvas.restore()
    canvas.drawOval(skia.Rect(134, 110, 266, 136), across(134, 266, [0xFF6B886E, 0xFF8AA58B, 0xFF5F7A62], [0, 0.4, 1]))
    lid = skia.RRect.MakeRectXY(skia.Rect(128, 88, 272, 124), 14, 14)
    canvas.drawRRect(lid, across(128, 272, [0xFFD8CDBB, 0xFFFBF6EC, 0xFFEADFCE, 0xFFC3B69F], [0, 0.3, 0.6, 1]))
    canvas.drawRRect(skia.RRect.MakeRectXY(skia.Rect(136, 120, 264, 127), 3, 3), paint(0xFF5A6F5D))
    canvas.drawOval(skia.Rect(132, 76, 268, 104), across(132, 268, [0xFFEDE4D5, 0xFFFFFBF3, 0xFFDDD1BE], [0, 0.4, 1]))
    canvas.drawRRect(skia.RRect.MakeRectXY(skia.Rect(222, 84, 250, 93), 5, 5), paint(0xFF7B6A55))
    canvas.drawPath(
        curve((176, 204), (186, 190, 200, 190, 200, 206), (200, 190, 214, 190, 224, 204)), paint(0xCCF6EFE3, stroke=5)
    )
    for x in (184.0, 204.0):
        steam = curve((x, 66), (x - 14, 52, x + 14, 40, x, 24))
        canvas.drawPath(steam, paint(0x66B7A48C, stroke=5, blur=3))


def lamp(canvas: skia.Canvas) -> None:
    table(canvas, 0xFF2F3A46, 0xFF54483C)
    glow = skia.GradientShader.MakeRadial((262, 190), 210, [0xAAFFE2A8, 0x44FFD68A, 0x00FFD68A], [0, 0.45, 1])
    canvas.drawRect(skia.Rect(0, 0, SIDE, SIDE), skia.Paint(AntiAlias=True, Shader=glow))
    beam = path((212, 142), (318, 142), (372, 330), (150, 330))
    canvas.drawPath(beam, down(140, 335, [0x88FFEBC0, 0x18FFEBC0]))
    canvas.drawOval(skia.Rect(150, 312, 374, 350), paint(0x66FFE9B8, blur=8))
    canvas.drawOval(skia.Rect(52, 330, 180, 356), paint(0x77000000, blur=8))
    canvas.drawRRect(
        skia.RRect.MakeRectXY(skia.Rect(60, 318, 172, 342), 11, 11),
        across(60, 172, [0xFFB9BFC6, 0xFFF4F6F8, 0xFF9AA1A9], [0, 0.35, 1]),
    )
    for start, end in (((116, 322), (96, 190)), ((96, 190), (206, 96))):
        canvas.drawPath(path(start, end, close=False), paint(0xFF8D949C, stroke=15))
        canvas.drawPath(path(start, end, close=False), paint(0xFFDDE1E5, stroke=9))
    canvas.drawCircle(96, 190, 13, paint(0xFF6F767E))
    canvas.drawCircle(96, 190, 7, paint(0xFFE9ECEF))
    canvas.drawPath(path((206, 96), (262, 112), close=False), paint(0xFF8D949C, stroke=13))
    head = skia.RRect.MakeRectXY(skia.Rect(200, 108, 330, 142), 15, 15)
    canvas.drawRRect(head, down(108, 142, [0xFFF9FAFB, 0xFFB6BCC3]))
    canvas.drawRRect(skia.RRect.MakeRectXY(skia.Rect(210, 136, 320, 146), 5, 5), paint(0xFFFFF3CF))
    canvas.drawCircle(206, 96, 11, paint(0xFF6F767E))
    for x, lit in ((100, 0xFFFFD98A), (116, 0xFFFFD98A), (132, 0xFF8B929A)):
        canvas.drawCircle(x, 329, 4, paint(lit))
    canvas.drawRRect(skia.RRect.MakeRectXY(skia.Rect(210, 310, 330, 324), 3, 3), paint(0xFF3E6E78))
    canvas.drawRRect(skia.RRect.MakeRectXY(skia.Rect(218, 298, 322, 311), 3, 3), paint(0xFFC9694A))
    canvas.drawRect(skia.Rect(222, 301, 318, 308), paint(0xFFF5EDDC))


def scarf(canvas: skia.Canvas) -> None:
    canvas.clear(0xFFE9EDEC)
    teal = [0xFF1F5A63, 0xFF2F7C86, 0xFF246A74, 0xFF174850]
    around = curve(
        (98, 118), (98, 30, 302, 30, 302, 118), (302, 190, 236, 214, 200, 214), (164, 214, 98, 190, 98, 118), close=True
    )
    canvas.drawPath(around, paint(0x33304040, blur=14))
    # The far side of the loop, seen through it.
    canvas.drawOval(skia.Rect(112, 52, 288, 176), across(112, 288, [0xFF123A41, 0xFF1B4F57, 0xFF123A41], [0, 0.5, 1]))
    back = path((196, 168), (262, 160), (292, 340), (214, 350))
    front = path((140, 166), (214, 166), (198, 366), (112, 358))
    for tail, left, right, bottom in ((back, 214, 292, 346), (front, 112, 198, 362)):
        canvas.drawPath(tail, paint(0x44304040, blur=10))
        fringe(canvas, left, right, bottom, 22)
        canvas.drawPath(
            tail,
            across(
                left,
                right,
                teal if tail is back else [0xFF2F7C86, 0xFF3E929C, 0xFF246A74, 0xFF1F5A63],
                [0, 0.35, 0.7, 1],
            ),
        )
        ribs(canvas, tail, left, right + 10, 9)
        canvas.save()
        canvas.clipPath(tail, doAntiAlias=True)
        for up in (42, 28):
            canvas.drawRect(skia.Rect(left - 20, bottom - up, right + 20, bottom - up + 7), paint(0xFFE7D9BF))
        canvas.restore()
    # The near side: two thick folds that cross below the chin.
    right_fold = curve(
        (302, 112),
        (306, 186, 244, 226, 168, 222),
        (150, 214, 148, 188, 160, 176),
        (222, 168, 256, 130, 258, 84),
        (276, 70, 300, 84, 302, 112),
        close=True,
    )
    left_fold = curve(
        (98, 112),
        (94, 192, 150, 238, 232, 230),
        (252, 222, 252, 190, 236, 178),
        (178, 172, 144, 134, 142, 84),
        (124, 70, 100, 84, 98, 112),
        close=True,
    )
    for fold, left, right in ((right_fold, 150, 302), (left_fold, 98, 250)):
        canvas.drawPath(fold, paint(0x55102A30, blur=6))
        canvas.drawPath(fold, across(left, right, teal, [0, 0.35, 0.7, 1]))
        ribs(canvas, fold, left - 30, right, 10)
    canvas.drawPath(curve((112, 110), (112, 168, 152, 206, 214, 210)), paint(0x44A9DDE2, stroke=8, blur=5))


def ribs(canvas: skia.Canvas, area: skia.Path, left: int, right: int, step: int) -> None:
    """Knitted ribs: light and dark lines along the cloth."""
    canvas.save()
    canvas.clipPath(area, doAntiAlias=True)
    for x in range(left, right, step):
        canvas.drawPath(path((x, 60), (x + 6, 360), close=False), paint(0x33000000, stroke=2))
        canvas.drawPath(path((x + 3, 60), (x + 9, 360), close=False), paint(0x22FFFFFF, stroke=2))
    canvas.restore()


def fringe(canvas: skia.Canvas, left: int, right: int, top: int, length: int) -> None:
    for x in range(left + 3, right, 7):
        canvas.drawPath(path((x, top - 4), (x - 2, top + length), close=False), paint(0xFF246A74, stroke=3))


def draw(name: str, product: Callable[[skia.Canvas], None]) -> None:
    surface = skia.Surface(SIDE, SIDE)
    product(surface.getCanvas())
    picture = surface.makeImageSnapshot()
    (FOLDER / f"{name}.png").write_bytes(bytes(picture.encodeToData()))


if __name__ == "__main__":
    draw("mug", mug)
    draw("lamp", lamp)
    draw("scarf", scarf)
