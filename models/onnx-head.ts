/**
 * Puts another head on a backbone: everything after its pooled features is cut off and written
 * anew. Field numbers after onnx.proto: ModelProto { graph = 7 }, GraphProto { node = 1, name = 2,
 * initializer = 5, input = 11, output = 12 }.
 */
import { blockField, type Field, fieldsOf, numberField, textField } from './protobuf.ts';

/** Name of the pooled features, one number a channel, none below zero. */
export const FEATURES = 'flat';

/** `features → √ → length 1 → × matrix + bias → length 1`; logits are scaled class cosines. */
export interface Head {
  features: number;
  dimensions: number;
  /** features × dimensions, row-major. */
  matrix: Float32Array;
  bias: Float32Array;
  /** dimensions × classes, row-major, already divided by the temperature. */
  classes: Float32Array;
}

const nameOf = (field: Field, number: number): string[] =>
  fieldsOf(field.content)
    .filter((each) => each.number === number)
    .map(({ content }) => content.toString());

/** The same backbone whose only output is its pooled features. */
export function featuresOnly(model: Uint8Array, features: number): Buffer {
  return rewritten(model, (kept) => [...kept, blockField(12, ...valueInfo(FEATURES, features))]);
}

/** The same backbone under a new head. Throws RangeError where it is no model of this family. */
export function withHead(model: Uint8Array, head: Head): Buffer {
  const count = head.classes.length / head.dimensions;
  return rewritten(model, (kept) => [
    ...kept,
    node('Sqrt', [FEATURES], 'roots'),
    unitLength('roots', 'even'),
    node('Gemm', ['even', 'head_w', 'head_b'], 'turned'),
    unitLength('turned', 'embedding'),
    node('MatMul', ['embedding', 'class_w'], 'logits'),
    tensor('head_w', [head.features, head.dimensions], head.matrix),
    tensor('head_b', [head.dimensions], head.bias),
    tensor('class_w', [head.dimensions, count], head.classes),
    blockField(12, ...valueInfo('embedding', head.dimensions)),
    blockField(12, ...valueInfo('logits', count)),
  ]);
}

/** Keeps the graph up to the features; `finish` adds nodes, weights and outputs. */
function rewritten(model: Uint8Array, finish: (kept: Buffer[]) => Buffer[]): Buffer {
  const outer = fieldsOf(Buffer.from(model));
  const graph = outer.find(({ number }) => number === 7);
  if (!graph) throw new RangeError('an ONNX model without a graph');
  const inner = fieldsOf(graph.content);
  const nodes = inner.filter(({ number }) => number === 1);
  const last = nodes.findIndex((each) => nameOf(each, 2).includes(FEATURES));
  if (last < 0) throw new RangeError(`no tensor named ${FEATURES}`);
  const keptNodes = nodes.slice(0, last + 1);
  const used = new Set(keptNodes.flatMap((each) => nameOf(each, 1)));
  const kept = inner.filter((field) => {
    if (field.number === 1) return keptNodes.includes(field);
    // TensorProto { name = 8 }
    if (field.number === 5) return nameOf(field, 8).some((name) => used.has(name));
    return field.number !== 12;
  });
  const changed = finish(kept.map(({ raw }) => raw));
  return Buffer.concat(
    outer.map((field) => (field === graph ? blockField(7, ...changed) : field.raw)),
  );
}

/** NodeProto { input = 1, output = 2, op_type = 4, attribute = 5 } */
function node(kind: string, inputs: string[], output: string, ...attributes: Buffer[]): Buffer {
  const parts = inputs.map((input) => textField(1, input));
  return blockField(1, ...parts, textField(2, output), textField(4, kind), ...attributes);
}

/** AttributeProto { name = 1, i = 3, type = 20 (2: int) } */
const whole = (name: string, value: number): Buffer =>
  blockField(5, textField(1, name), numberField(3, value), numberField(20, 2));

const unitLength = (input: string, output: string): Buffer =>
  node('LpNormalization', [input], output, whole('axis', 1), whole('p', 2));

/** TensorProto { dims = 1, data_type = 2 (1: float), name = 8, raw_data = 9 } */
function tensor(name: string, dimensions: number[], values: Float32Array): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const sizes = dimensions.map((size) => numberField(1, size));
  return blockField(5, ...sizes, numberField(2, 1), textField(8, name), blockField(9, bytes));
}

/** ValueInfoProto { name = 1, type = 2 { tensor_type = 1 { elem_type = 1, shape = 2 } } } */
function valueInfo(name: string, size: number): Buffer[] {
  const batch = blockField(1, textField(2, 'n'));
  const shape = blockField(2, batch, blockField(1, numberField(1, size)));
  return [textField(1, name), blockField(2, blockField(1, numberField(1, 1), shape))];
}
