"""What several pages share: the frame, the session, the canvas, charts and pictures."""
