"""MNIST, and arrays in files that are checked before they are believed."""

from model.data.mnist import Mnist, load_mnist, load_test_digits

__all__ = ["Mnist", "load_mnist", "load_test_digits"]
