from pages.parts.lesson import Convnet, Picture


def show_shift(picture: Picture, convnet: Convnet) -> None: ...
