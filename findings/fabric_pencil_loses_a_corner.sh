#!/bin/sh
# Fabric.js, streamlit-drawable-canvas: when the pen is lifted, the brush drops the last point but one.
#
# PencilBrush thins out a stroke that has been drawn: "decimate", 0.4 by default, drops points that are nearer than that
# to the one before. But its loop ends one too soon, so that the last point but one goes however far away it is. A
# stroke of three points, as a quick hand or a slow page makes them, loses its corner: a V turns into a flat line at
# pen-up, and what was seen while drawing is not what is kept.
#
# Since Fabric.js 4.5.0, by the mending of fabricjs/fabric.js#6951 (pull request #6966); here in 7.4.0, which is what
# streamlit-drawable-canvas 0.13.0 has inside. brush.decimate = 0 turns the thinning off.

. "$(dirname "$0")/helper"
node_modules fabric@7.4.0 before@npm:fabric@6.9.1
cat >strokes.mjs <<'END_OF_JAVASCRIPT'
import * as now from "fabric";
import * as before from "before";

let holds = true;
for (const { PencilBrush, Point, version } of [before, now]) {
  const brush = new PencilBrush({ getZoom: () => 1, contextTop: {} });
  const kept = (stroke) => JSON.stringify(brush.decimatePoints(stroke.map(([x, y]) => new Point(x, y)), brush.decimate)
    .map(({ x, y }) => [x, y]));
  const v = kept([[0, 0], [50, 80], [100, 0]]);
  const line = kept([[0, 0], [10, 0], [20, 0], [30, 0], [40, 0]]);
  console.log(`Fabric.js ${version}: of a V is kept ${v}, of five points in a row ${line}`);
  holds &&= v === "[[0,0],[100,0]]" && line === "[[0,0],[10,0],[20,0],[40,0]]";
}
process.exit(holds ? 0 : 1);
END_OF_JAVASCRIPT
environment here --no-deps streamlit-drawable-canvas==0.13.0
inside=$(grep -o '"7\.4\.0"' here/lib/python*/site-packages/streamlit_drawable_canvas/frontend/build/index-*.js)
echo "The canvas's script has a version inside, $inside"
node strokes.mjs
