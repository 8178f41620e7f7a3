#!/bin/sh
# Keras: a file that uses nothing new is opened by no older Keras, because of settings that are null.
#
# A plain Dense layer saved by Keras 3.15 is refused by 3.14: its initialiser is written down with "input_axes": null
# and "output_axes": null, settings of 3.15 that nobody made, and 3.14 takes no unknown ones. One would expect what is
# null by default to be left out, or ignored. Without these two the same file opens, and computes the same.
#
# Seen in files of Keras 3.15.1, which 3.15.0 opens and 3.14.1 does not. 3.12.4 refuses "quantization_config": null too.

. "$(dirname "$0")/helper"
export KERAS_BACKEND=jax
environment new keras==3.15.1 jax==0.7.2 jaxlib==0.7.2 numpy==2.4.6
environment old keras==3.14.1 jax==0.7.2 jaxlib==0.7.2 numpy==2.4.6
new/bin/python - <<'END_OF_PYTHON'
import json
import zipfile

import keras

network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
network.save("as_saved.keras")


def without_axes(settings):
    unset = {"input_axes": None, "output_axes": None}.items()
    return {name: value for name, value in settings.items() if (name, value) not in unset}


with zipfile.ZipFile("as_saved.keras") as file, zipfile.ZipFile("without.keras", "w") as copy:
    for name in file.namelist():
        content = file.read(name)
        if name == "config.json":
            content = json.dumps(json.loads(content, object_hook=without_axes))
        copy.writestr(name, content)
END_OF_PYTHON
opens() {
    "$1/bin/python" -c "import keras; keras.models.load_model('$2'); print('opened')" 2>&1 | tail -n 1
}
for file in as_saved without; do
    echo "$file.keras, by 3.15.1: $(opens new $file.keras)"
    echo "$file.keras, by 3.14.1: $(opens old $file.keras)"
done
test "$(opens new as_saved.keras)" = opened && test "$(opens old without.keras)" = opened || exit 1
opens old as_saved.keras | grep -q "unexpected keyword argument 'input_axes'"
