"""A finished run and its files: the network, the record of its training, its curves, looks and weights.

What reads and writes weights is left to `model.run.weights` and `model.run.weights_file`: they bring the reader of
LiteRT's files, for which the first canvas need not wait.
"""

from model.run.record import Epoch, Record, Result
from model.run.run import PRETRAINED, RECORDED, Run

__all__ = ["PRETRAINED", "RECORDED", "Epoch", "Record", "Result", "Run"]
