"""The Convolution page: four chapters, and the network whose filters they show."""

from pages.parts.convolution.chapters import choose_chapter
from pages.parts.convolution.lesson import convnet

__all__ = ["choose_chapter", "convnet"]
