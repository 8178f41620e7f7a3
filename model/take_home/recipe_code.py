"""A recipe as the Keras code of a notebook."""

import ast
from pathlib import Path

from model.recipe import Recipe

# Read as text, since importing it would bring TensorFlow into the process that answers visitors.
_TRAINING = Path(__file__).parent.parent / "training.py"


def optimizer_code(recipe: Recipe) -> str:
    """The learning rate's schedule, the optimizer, and the network compiled with it."""
    lines = []
    rate = f"{recipe.learning_rate!r}"
    if recipe.schedule == "one-cycle":
        lines += [_definitions("ONE_CYCLE_RISE", "_OneCycle"), "", ""]
        rate = f"_OneCycle({rate}, steps={recipe.epochs * recipe.batches})"
    lines += [
        f"optimizer = {_optimizer(recipe, rate)}",
        'model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])',
    ]
    return "\n".join(lines)


def _optimizer(recipe: Recipe, rate: str) -> str:
    if recipe.optimizer == "Adam":
        return f"keras.optimizers.Adam({rate}, beta_2=0.99)"
    return f"keras.optimizers.RMSprop({rate})"


def training_code(recipe: Recipe) -> str:
    """The epochs, each over the images in the order that the run had."""
    return f"""\
for epoch in range({recipe.epochs}):
    order = random.permutation(len(train_images))
    model.fit(
        train_images[order],
        train_labels[order],
        batch_size={recipe.batch_size},
        shuffle=False,
        validation_data=(test_images, test_labels),  # watched only: nothing is learned from them
        verbose=2,
    )"""


def _definitions(*names: str) -> str:
    """Constants and classes of the app's training, as they stand there, without the comments for type checkers."""
    source = _TRAINING.read_text()
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
