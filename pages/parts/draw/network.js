// A finished network answers, and says what is no digit: any chain of Conv2D, MaxPooling2D, Flatten and Dense.

import { FRAME } from "./preparation.js";

/**
 * @typedef {object} Layer
 * @property {"Conv2D" | "MaxPooling2D" | "Flatten" | "Dense"} kind
 * @property {number} [filters]
 * @property {number} [kernel_size]
 * @property {"valid" | "same"} [padding]
 * @property {number} [pool_size]
 * @property {number} [units]
 */

/**
 * @typedef {object} Maps a layer's output
 * @property {Float32Array} values row by row, the channels of a pixel beside each other
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 */

/** Takes numbers of several kinds out of bytes, one array after the other. */
class Bytes {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.place = 0;
  }

  /** @param {number} count of bytes */
  take(count) {
    const taken = this.bytes.slice(this.place, this.place + count);
    if (taken.length !== count) throw new RangeError("the network's bytes end too early");
    this.place += count;
    return taken;
  }

  /** @param {number} count */
  floats(count) {
    return new Float32Array(this.take(4 * count).buffer);
  }

  /**
   * IEEE 754's float16: all their low bytes, then all their high ones, since these pack better.
   * @param {number} count
   */
  halves(count) {
    const low = this.take(count);
    const high = this.take(count);
    return Float32Array.from(low, (byte, i) => {
      const exponent = (high[i] >> 2) & 31;
      const fraction = ((high[i] & 3) << 8) | byte;
      const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : (fraction / 1024) * 2 ** -14;
      return high[i] & 128 ? -size : size;
    });
  }

  /** @param {number} count */
  small(count) {
    return new Int8Array(this.take(count).buffer);
  }
}

/** A network, and each layer's maps of what it read last. */
export class Network {
  /**
   * @param {Description} description
   * @param {Bytes} bytes of its weights: for each layer its kernel in Keras's layout, then its biases
   */
  constructor({ layers, inHalves }, bytes) {
    this.input = maps(FRAME, FRAME, 1);
    this.output = this.input;
    /** @type {(() => void)[]} */
    this.steps = [];
    /** @type {Maps[]} */
    this.outputs = [];
    let before = this.input;
    layers.forEach((layer, index) => {
      const { output, step } = built(layer, before, bytes, inHalves, index === layers.length - 1);
      this.outputs.push(output);
      this.steps.push(step);
      before = output;
    });
    this.output = before;
  }

  /**
   * The probabilities of the digits.
   * @param {Uint8Array} frame (28, 28) bytes
   * @returns {Float32Array}
   */
  read(frame) {
    for (let i = 0; i < frame.length; i++) this.input.values[i] = Math.fround(frame[i] / 255);
    for (const step of this.steps) step();
    return this.output.values;
  }
}

/**
 * @param {number} height
 * @param {number} width
 * @param {number} channels
 * @returns {Maps}
 */
const maps = (height, width, channels) => ({
  values: new Float32Array(height * width * channels),
  height,
  width,
  channels,
});

/**
 * @param {Layer} layer
 * @param {Maps} input
 * @param {Bytes} bytes
 * @param {boolean} inHalves
 * @param {boolean} isLast
 * @returns {{ output: Maps, step: () => void }}
 */
function built(layer, input, bytes, inHalves, isLast) {
  const kernel = (/** @type {number} */ count) => (inHalves ? bytes.halves(count) : bytes.floats(count));
  switch (layer.kind) {
    case "Conv2D": {
      const { filters = 0, kernel_size: size = 0, padding } = layer;
      const weights = kernel(size * size * input.channels * filters);
      const biases = bytes.floats(filters);
      const border = padding === "same" ? Math.trunc((size - 1) / 2) : 0;
      const lost = padding === "same" ? 0 : size - 1;
      const output = maps(input.height - lost, input.width - lost, filters);
      const inputs = new Inputs(size * size * input.channels);
      return { output, step: () => convolve(input, output, inputs, weights, biases, size, border) };
    }
    case "MaxPooling2D": {
      const { pool_size: size = 1 } = layer;
      const output = maps(Math.trunc(input.height / size), Math.trunc(input.width / size), input.channels);
      return { output, step: () => pool(input, output, size) };
    }
    case "Flatten":
      return { output: { ...input, height: 1, width: 1, channels: input.values.length }, step: () => {} };
    case "Dense": {
      const { units = 0 } = layer;
      const weights = kernel(input.values.length * units);
      const biases = bytes.floats(units);
      const inputs = new Inputs(input.values.length);
      const output = maps(1, 1, units);
      return {
        output,
        step: () => {
          dense(input.values, inputs, weights, biases, output.values);
          if (isLast) softmax(output.values);
          else rectify(output.values);
        },
      };
    }
    default:
      throw new TypeError(`an unknown kind of layer: ${layer.kind}`);
  }
}

/** Numbers other than 0, and where the weights of each begin: most are 0 after ReLU, and where there is no ink. */
class Inputs {
  /** @param {number} most */
  constructor(most) {
    this.values = new Float64Array(most);
    this.places = new Int32Array(most);
    this.count = 0;
  }

  /**
   * @param {Float32Array} values
   * @param {number} first
   * @param {number} count
   * @param {number} place of the first one's weights
   * @param {number} step from there to the next one's
   */
  add(values, first, count, place, step) {
    let at = this.count;
    for (let i = 0; i < count; i++) {
      const value = values[first + i];
      if (value === 0) continue;
      this.values[at] = value;
      this.places[at++] = place + i * step;
    }
    this.count = at;
  }

  /**
   * Each output's bias and weighted sum: the innermost loop, whose eight sums stay in registers.
   * @param {Float32Array} weights those of an input beside each other, one an output
   * @param {Float32Array} biases
   * @param {Float32Array} sums
   * @param {number} first where the sums begin
   */
  sum(weights, biases, sums, first) {
    const { values, places, count } = this;
    const eights = biases.length & ~7;
    let output = 0;
    for (; output < eights; output += 8) {
      let a = biases[output];
      let b = biases[output + 1];
      let c = biases[output + 2];
      let d = biases[output + 3];
      let e = biases[output + 4];
      let f = biases[output + 5];
      let g = biases[output + 6];
      let h = biases[output + 7];
      for (let i = 0; i < count; i++) {
        const value = values[i];
        const place = places[i] + output;
        a += value * weights[place];
        b += value * weights[place + 1];
        c += value * weights[place + 2];
        d += value * weights[place + 3];
        e += value * weights[place + 4];
        f += value * weights[place + 5];
        g += value * weights[place + 6];
        h += value * weights[place + 7];
      }
      const place = first + output;
      sums[place] = a;
      sums[place + 1] = b;
      sums[place + 2] = c;
      sums[place + 3] = d;
      sums[place + 4] = e;
      sums[place + 5] = f;
      sums[place + 6] = g;
      sums[place + 7] = h;
    }
    for (; output < biases.length; output++) {
      let sum = biases[output];
      for (let i = 0; i < count; i++) sum += values[i] * weights[places[i] + output];
      sums[first + output] = sum;
    }
    this.count = 0;
  }
}

/**
 * @param {Maps} input
 * @param {Maps} output
 * @param {Inputs} inputs as many as a patch has
 * @param {Float32Array} weights (size, size, channels, filters)
 * @param {Float32Array} biases
 * @param {number} size
 * @param {number} border of zeros around the input
 */
function convolve(input, output, inputs, weights, biases, size, border) {
  const { values, height, width, channels } = input;
  const filters = output.channels;
  let place = 0;
  for (let row = 0; row < output.height; row++) {
    for (let column = 0; column < output.width; column++) {
      for (let down = 0; down < size; down++) {
        const y = row + down - border;
        if (y < 0 || y >= height) continue;
        for (let across = 0; across < size; across++) {
          const x = column + across - border;
          if (x < 0 || x >= width) continue;
          const weight = (down * size + across) * channels * filters;
          inputs.add(values, (y * width + x) * channels, channels, weight, filters);
        }
      }
      inputs.sum(weights, biases, output.values, place);
      place += filters;
    }
  }
  rectify(output.values);
}

/**
 * @param {Maps} input
 * @param {Maps} output
 * @param {number} size
 */
function pool(input, output, size) {
  const { values, width, channels } = input;
  let place = 0;
  for (let row = 0; row < output.height; row++) {
    for (let column = 0; column < output.width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        let largest = -Infinity;
        for (let down = 0; down < size; down++) {
          let pixel = ((row * size + down) * width + column * size) * channels + channel;
          for (let across = 0; across < size; across++) {
            if (values[pixel] > largest) largest = values[pixel];
            pixel += channels;
          }
        }
        output.values[place++] = largest;
      }
    }
  }
}

/**
 * @param {Float32Array} input
 * @param {Inputs} inputs as many
 * @param {Float32Array} weights (inputs, units)
 * @param {Float32Array} biases
 * @param {Float32Array} output
 */
function dense(input, inputs, weights, biases, output) {
  inputs.add(input, 0, input.length, 0, biases.length);
  inputs.sum(weights, biases, output, 0);
}

/** @param {Float32Array} values */
function rectify(values) {
  for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] = 0;
}

/** @param {Float32Array} values */
function softmax(values) {
  let largest = -Infinity;
  for (const value of values) if (value > largest) largest = value;
  let sum = 0;
  const powers = Array.from(values, (value) => Math.exp(value - largest));
  for (const power of powers) sum += power;
  for (let i = 0; i < values.length; i++) values[i] = powers[i] / sum;
}

/** The head that says how strange a drawing looks, on the flattened activations of its network. */
export class Head {
  /**
   * @param {number} inputs
   * @param {number} units
   * @param {Bytes} bytes hidden weights as small whole numbers, then each unit's scale, its bias, its weight; last the
   *   bias and the threshold
   */
  constructor(inputs, units, bytes) {
    const steps = bytes.small(inputs * units);
    const scales = bytes.floats(units);
    this.hiddenWeights = Float32Array.from(steps, (step, i) => step * scales[i % units]);
    this.hiddenBiases = bytes.floats(units);
    this.weights = bytes.floats(units);
    const [bias, threshold] = bytes.floats(2);
    this.bias = bias;
    this.threshold = threshold;
    this.inputs = new Inputs(inputs);
    this.hidden = new Float32Array(units);
  }

  /**
   * How strange: the logit of being no digit.
   * @param {Float32Array} activations
   */
  score(activations) {
    dense(activations, this.inputs, this.hiddenWeights, this.hiddenBiases, this.hidden);
    let sum = this.bias;
    for (let unit = 0; unit < this.hidden.length; unit++) {
      if (this.hidden[unit] > 0) sum += this.hidden[unit] * this.weights[unit];
    }
    return sum;
  }
}

/**
 * @typedef {object} Description of a network
 * @property {Layer[]} layers
 * @property {boolean} inHalves its kernels are float16
 */

/**
 * @typedef {object} Model as model/reading/portable.py packs it
 * @property {Description} network the one that reads
 * @property {Description | null} judge the one that the head belongs to, where it is another one
 * @property {number[]} head inputs and units
 */

/** Reads a picture, and says whether it is of a digit. */
export class Reader {
  /**
   * @param {Model} model
   * @param {Uint8Array} weights
   */
  constructor(model, weights) {
    const bytes = new Bytes(weights);
    this.network = new Network(model.network, bytes);
    this.another = () => new Network(model.network, new Bytes(weights));
    /** @type {Network | null} */
    this.second = null;
    this.judge = model.judge ? new Network(model.judge, bytes) : this.network;
    this.head = new Head(model.head[0], model.head[1], bytes);
    if (bytes.place !== weights.length) throw new RangeError("the network's bytes are too many");
  }

  /**
   * @param {Uint8Array} frame (28, 28) bytes
   * @returns {{ probabilities: Float32Array, digit: number, score: number, isDigit: boolean }}
   */
  read(frame) {
    const probabilities = this.network.read(frame);
    if (this.judge !== this.network) this.judge.read(frame);
    const { outputs } = this.judge;
    const [flattened] = outputs.slice(-2);
    const score = this.head.score(flattened.values);
    let digit = 0;
    for (let i = 1; i < probabilities.length; i++) if (probabilities[i] > probabilities[digit]) digit = i;
    return { probabilities, digit, score, isDigit: score <= this.head.threshold };
  }

  /**
   * The probabilities for another picture, while the layers' maps stay those of the one that was read.
   * @param {Uint8Array} frame (28, 28) bytes
   */
  ask(frame) {
    this.second ??= this.another();
    return this.second.read(frame);
  }
}
