"""The history of a run as CSV files, for a spreadsheet: a line an epoch, or a line a batch."""

import csv
import io
from collections.abc import Iterable, Sequence

from model.run import Record


def history_csv(record: Record) -> bytes:
    """A line an epoch: loss and accuracy, in training and on the test images, and the seconds spent training."""
    header = ("epoch", "loss", "accuracy", "test_loss", "test_accuracy", "seconds")
    return _csv(
        header,
        (
            (
                number,
                *_values(epoch.training.loss, epoch.training.accuracy, epoch.test.loss, epoch.test.accuracy),
                f"{epoch.seconds:.3f}",
            )
            for number, epoch in enumerate(record.epochs, start=1)
        ),
    )


def batches_csv(record: Record) -> bytes:
    """A line a batch: its number in the run, the epoch that it belongs to, its loss and its accuracy."""
    batches = zip(record.batch_losses, record.batch_accuracies, strict=True)
    per_epoch = batches_per_epoch(record)
    return _csv(
        ("batch", "epoch", "loss", "accuracy"),
        (
            (number + 1, number // per_epoch + 1, *_values(loss, accuracy))
            for number, (loss, accuracy) in enumerate(batches)
        ),
    )


def batches_per_epoch(record: Record) -> int:
    """How many of a record's batches make an epoch: the recipe's, but where a long run kept the means of several."""
    if record.epochs and not record.stopped:
        return max(1, len(record.batch_losses) // len(record.epochs))
    return record.recipe.batches


def _values(*numbers: float) -> tuple[str, ...]:
    """With as many decimals as the record keeps of a batch."""
    return tuple(f"{number:.5f}" for number in numbers)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
