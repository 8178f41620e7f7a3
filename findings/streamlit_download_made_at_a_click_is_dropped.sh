#!/bin/sh
# Streamlit: a download that is made at the click can be gone before the browser asks for it.
#
# st.download_button takes a callable, which makes the file when the button is pressed; the browser then fetches it from
# an address. One would expect that file to belong to its session, as the button does. In fact it is stored in nobody's
# name. After every run of anybody's page, and when a session ends, files without an owner are looked for: the first look
# marks this one, and the second drops it. Where others use the app at the same time, two looks take a moment, and the
# browser gets a 404: the download does not begin, nothing says why. The same data handed over at once, not as a
# callable, stays as long as the button does.
#
# Seen in Streamlit 1.67.0; callables came with streamlit/streamlit#12942.

. "$(dirname "$0")/helper"
environment here streamlit==1.67.0
here/bin/python - 2>/dev/null <<'END_OF_PYTHON'
import sys

from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

manager = MediaFileManager(MemoryMediaFileStorage("/media"))
at_once = manager.add(b"made before", "text/plain", "1.1", "before.txt", is_for_static_download=True)
button = manager.add_deferred(lambda: b"made at the click", "text/plain", "1.2", "after.txt")
at_the_click = manager.execute_deferred(button)
seen = []
for run in range(3):
    there = [manager.read_file(url.rpartition("/")[2]) is not None for url in (at_once, at_the_click)]
    print(f"after {run} runs by others: made before {there[0]}, made at the click {there[1]}")
    seen.append(tuple(there))
    manager.remove_orphaned_files()  # what ends every run of a page
sys.exit(seen != [(True, True), (True, True), (True, False)])
END_OF_PYTHON
