"""A run as files that leave the app: its history, its curves, its weights, a notebook and a report.

Everything here is made on demand from a run's record and its LiteRT file, without TensorFlow and without Streamlit.
"""
