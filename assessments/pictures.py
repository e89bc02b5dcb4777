"""The pictures of questions, as pages show them."""

from dataclasses import dataclass

from wagtail.images import get_image_model
from wagtail.images.models import Filter, SourceImageIOError

from assessments.texts import get_text

SIZE = "max-1200x900"


@dataclass(frozen=True, slots=True)
class Picture:
    """``number`` from 1, by which options and feedback speak of it; 0 where it is the only one. Without a ``rendition``
    its file has been deleted."""

    rendition: object
    alt: str
    number: int


def load_renditions(items):
    """{primary key of an image: Rendition} of the images of items; two queries, or none where there are no images."""
    keys = {image["image"] for item in items for image in item.get("images", ())}
    if not keys:
        return {}
    images = get_image_model().objects.filter(pk__in=keys).prefetch_renditions(SIZE)
    return {image.pk: rendition for image in images if (rendition := get_rendition(image))}


def get_rendition(image):
    try:
        return image.get_rendition(Filter(spec=SIZE))
    except SourceImageIOError:
        return None


def make_pictures(item, renditions):
    images = item.get("images", ())
    return [Picture(renditions.get(image["image"]), get_text(image["alt"]), number if len(images) > 1 else 0)
            for number, image in enumerate(images, 1)]
