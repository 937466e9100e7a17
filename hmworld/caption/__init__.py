"""Captions: sentences about a clip, with where they came from. `template` makes one from ground truth alone."""

from hmworld.caption.template import template_caption

__all__ = ["template_caption"]
