#!/bin/sh
# Fabric.js: a drawing that Fabric 6 wrote without default values is moved when Fabric 7 reads it.
#
# includeDefaultValues = false keeps a drawing's JSON short, by leaving out what is as it always is. Until Fabric 6 that
# includes that left and top mean an object's left upper corner; from 7.0.0 on, unless it is said, they mean its centre.
# Each object of such a file then lies half its size further up and left, a path as well, whose points are all in the
# file and are right. The JSON names the version that wrote it, but nobody looks. Only what was written in full stays in
# place.
#
# The same meets who writes a drawing by hand for streamlit-drawable-canvas, which has Fabric 7.4.0 inside in 0.13.0:
# such a drawing now has to say originX and originY. Seen from Fabric.js 6.9.1 to 7.0.0 and 7.4.0.

. "$(dirname "$0")/helper"
node_modules fabric@7.4.0 before@npm:fabric@6.9.1
cat >drawings.mjs <<'END_OF_JAVASCRIPT'
import * as now from "fabric";
import * as before from "before";

const place = (object) => {
  object.setCoords();
  const { left, top } = object.getBoundingRect();
  return `${left},${top}`;
};

let holds = true;
const check = async (kind, made, includeDefaultValues, expected) => {
  made.includeDefaultValues = includeDefaultValues;
  const json = JSON.parse(JSON.stringify(made));
  const places = [place(made), place(await before[kind].fromObject(json)), place(await now[kind].fromObject(json))];
  console.log(`${kind}, ${includeDefaultValues ? "in full" : "in short"}: made at ${places[0]},`,
    `read by ${before.version} at ${places[1]}, by ${now.version} at ${places[2]}`);
  holds &&= places.join(" ") === expected;
};
const box = () => new before.Rect({ left: 100, top: 50, width: 80, height: 40, strokeWidth: 0 });
const stroke = () => new before.Path("M 100 100 L 200 150", { strokeWidth: 0, fill: null, stroke: "black" });
await check("Rect", box(), true, "100,50 100,50 100,50");
await check("Rect", box(), false, "100,50 100,50 60,30");
await check("Path", stroke(), true, "100,100 100,100 100,100");
await check("Path", stroke(), false, "100,100 100,100 50,75");
process.exit(holds ? 0 : 1);
END_OF_JAVASCRIPT
node drawings.mjs
