from wagtail import blocks
from wagtail.fields import StreamField

from assessments.kinds import get_kinds


class QuestionBlock(blocks.StreamBlock):
    """Exactly one child: its type is the kind of the question."""

    def __init__(self, local_blocks=(), **kwargs):
        super().__init__([*local_blocks, *((name, kind.block()) for name, kind in get_kinds().items())], **kwargs)

    class Meta:
        min_num = 1
        max_num = 1


class QuestionField(StreamField):
    """A StreamField of the kinds of question. Migrations do not repeat its blocks: a kind is added without one."""

    def __init__(self, *args, **kwargs):
        kwargs.pop("block_lookup", None)
        super().__init__(*(args or [QuestionBlock()]), **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs


def freeze(body):
    """The JSON of a question (Kind.freeze) from its ``body``."""
    block = body[0]
    return get_kinds()[block.block_type].freeze(block.value)
