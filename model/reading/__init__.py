"""A finished network answers: the digit and how sure it is, whether it is one at all, and what earlier epochs say."""

from model.reading.classifier import Classifier, Reading
from model.reading.refusal import Refusal

__all__ = ["Classifier", "Reading", "Refusal"]
