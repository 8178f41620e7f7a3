from pages.parts.lesson import Convnet, Picture


def show_hierarchy(picture: Picture, convnet: Convnet) -> None: ...
