"""A recipe as the Keras code of a notebook."""

import ast
from pathlib import Path

from model.plan import Recipe

# Read as text, since importing it would bring TensorFlow into the process that answers visitors.
_TRAINING = Path(__file__).parent.parent / "training"
_OPTIMIZERS = _TRAINING / "optimizers.py"
_AUGMENTATION = _TRAINING / "augmentation.py"


def optimizer_code(recipe: Recipe) -> str:
    """The learning rate's schedule, the optimizer, and the network compiled with it."""
    lines: list[str] = []
    rate = f"{recipe.learning_rate!r}"
    if recipe.schedule == "one-cycle":
        lines += [_definitions("ONE_CYCLE_RISE", "OneCycle"), "", ""]
        rate = f"OneCycle({rate}, steps={recipe.all_batches})"
    lines += [
        f"optimizer = {_optimizer(recipe, rate)}",
        'model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])',
    ]
    return "\n".join(lines)


def _optimizer(recipe: Recipe, rate: str) -> str:
    match recipe.optimizer:
        case "Adam":
            return f"keras.optimizers.Adam({rate}, beta_2=0.99)"
        case "AdamW":
            return f"keras.optimizers.AdamW({rate}, weight_decay=0.004, beta_2=0.99)"
        case "SGD":
            return f"keras.optimizers.SGD({rate}, momentum=0.9)"
        case "RMSprop":
            return f"keras.optimizers.RMSprop({rate})"


def augmentation_code(recipe: Recipe) -> str:
    """The random changes of the images, in the app's own words; empty where a recipe has none."""
    if not recipe.augmentation:
        return ""
    return f"""{_AUGMENTATION.read_text()}

change = RandomAffine(AFFINE, SEED)


def changed(images, digits):
    return change(tf.cast(tf.round(images[..., 0] * 255), tf.uint8)), digits"""


def training_code(recipe: Recipe) -> str:
    """The epochs, each over the images in the order that the run had."""
    if recipe.augmentation:
        shown = f"""\
    batches = tf.data.Dataset.from_tensor_slices((train_images[order], train_labels[order])).batch({recipe.batch_size})
    model.fit(
        batches.map(changed),"""
    else:
        shown = f"""\
    model.fit(
        train_images[order],
        train_labels[order],
        batch_size={recipe.batch_size},"""
    return f"""\
for epoch in range({recipe.epochs}):
    order = random.permutation(len(train_images))
{shown}
        shuffle=False,
        validation_data=(test_images, test_labels),  # watched only: nothing is learned from them
        verbose=2,
    )"""


def _definitions(*names: str) -> str:
    """Constants and classes of the app's optimizers, as they stand there, without the comments for type checkers."""
    source = _OPTIMIZERS.read_text()
    found = {name: node for node in ast.parse(source).body for name in _names(node) if name in names}
    return "\n\n".join(_without_type_comments(ast.get_source_segment(source, found[name]) or "") for name in names)


def _names(node: ast.stmt) -> list[str]:
    match node:
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return [name]
    return []


def _without_type_comments(source: str) -> str:
    return "\n".join(line.partition("  # type:")[0] for line in source.splitlines())
