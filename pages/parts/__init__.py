"""What several pages share: the frame, the session, the model in use, the canvas, charts and pictures.

Each page has a wing of its own below, which no other page's wing imports.
"""
