"""The one error that the pages show as it stands: its message is a sentence for the visitor."""


class UnusableFile(Exception):
    """A file that the app needs is missing or damaged.

    The message is one plain sentence that says which file, what is wrong with it and what to do.
    """
