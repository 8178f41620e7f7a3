"""How the bundled model came about, and comes about again: `python -m model.pretrain`.

It learns from MNIST, from digits that people drew, and from digits composed as strokes in styles that are rare in both.
"""
