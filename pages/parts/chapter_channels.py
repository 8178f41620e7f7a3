from pages.parts.lesson import Convnet, Picture


def show_channels(picture: Picture, convnet: Convnet) -> None: ...
