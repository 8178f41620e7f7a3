"""A lesson link: an address of the Draw page that carries what is to be read, so that a whole class sees the same."""

# Query parameters of the Draw page, besides those of the session. Other pages may link to them:
# st.page_link("app.py", query_params=session.link() | {DIGIT: "1234"}).
DIGIT = "digit"  # a test digit, by its place among MNIST's 10,000 test images
DRAWING = "drawing"  # pen strokes on the canvas, as model.ink.stroke_text writes them
CELLS = "cells"  # the cells of the keyboard's grid, as pages.parts.draw.keyboard_grid writes them
