"""Training in Keras, and the process in which it happens: `python -m model.training.worker`.

Nothing outside this wing and `model.pretrain` imports Keras or TensorFlow. Nothing is handed on here: the worker must
have claimed its standard output before either is imported.
"""
