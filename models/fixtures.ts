/** What the tests of this room share: pictures, hand-made ONNX files, packs in a folder. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { blockField, numberField, textField } from './protobuf.ts';

const ROOT = join(import.meta.dirname, '..');
const CHILD_SOURCES = ['models/onnx-child.ts', 'models/child-protocol.ts', 'models/picture.ts'];

/** Node 20 runs no TypeScript, so the child is compiled where its sources are newer. */
export function buildChild(): void {
  const built = join(ROOT, 'dist/models/onnx-child.js');
  const newest = Math.max(...CHILD_SOURCES.map((path) => statSync(join(ROOT, path)).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const incremental = ['--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'];
  spawnSync(tsc, ['-p', 'tsconfig.json', ...incremental], { cwd: ROOT });
}

/** A round fruit of one colour on a grey plate; `turn` moves it about and changes the light. */
export async function fruitPicture(
  colour: { r: number; g: number; b: number },
  turn = 0,
): Promise<Uint8Array> {
  const [width, height] = [320, 240];
  const light = 1 + 0.05 * Math.sin(turn);
  const [x0, y0] = [width / 2 + 12 * Math.cos(turn), height / 2 + 9 * Math.sin(2 * turn)];
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const distance = Math.hypot(x - x0, y - y0);
      const shade = Math.max(0.3, 1.1 - distance / 120) * light;
      const inside = distance < 80;
      const grain = ((x * 7 + y * 13) % 11) - 5;
      const at = (y * width + x) * 3;
      rgb[at] = clamp((inside ? colour.r * shade : 170) + grain);
      rgb[at + 1] = clamp((inside ? colour.g * shade : 175) + grain);
      rgb[at + 2] = clamp((inside ? colour.b * shade : 180) + grain);
    }
  }
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

/**
 * An ONNX file that answers every picture with the same numbers. Written byte by byte after
 * onnx.proto: ModelProto { ir_version = 1; graph = 7; opset_import = 8 }.
 */
export function constantModel(values: Float32Array, outputName = 'embedding'): Uint8Array {
  const floats = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  // TensorProto { dims = 1; data_type = 2 (1: float); name = 8; raw_data = 9 }
  const tensor = [
    numberField(1, 1),
    numberField(1, values.length),
    numberField(2, 1),
    textField(8, 'answer'),
    blockField(9, floats),
  ];
  // NodeProto { input = 1; output = 2; op_type = 4 }
  const node = [textField(1, 'answer'), textField(2, outputName), textField(4, 'Identity')];
  const graph = [
    blockField(1, ...node),
    textField(2, 'constant'),
    blockField(5, ...tensor),
    blockField(11, ...typedValue('image', 2, [1, 224, 224, 3])),
    blockField(12, ...typedValue(outputName, 1, [1, values.length])),
  ];
  // OperatorSetIdProto { version = 2 }
  return Buffer.concat([
    numberField(1, 8),
    blockField(7, ...graph),
    blockField(8, numberField(2, 13)),
  ]);
}

/** ValueInfoProto { name = 1; type = 2 { tensor_type = 1 { elem_type = 1; shape = 2 } } } */
function typedValue(name: string, elementType: number, dimensions: number[]): Buffer[] {
  const shape = dimensions.map((size) => blockField(1, numberField(1, size)));
  const tensorType = blockField(1, numberField(1, elementType), blockField(2, ...shape));
  return [textField(1, name), blockField(2, tensorType)];
}

/** A pack folder round a model file; `sha256` where the manifest should lie about it. */
export function packFolder(model: Uint8Array | undefined, sha256?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'yike-pack-'));
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  if (model) writeFileSync(join(folder, 'model.onnx'), model);
  const listed = sha256 ?? digest(model ?? new Uint8Array());
  const manifest = {
    format: 2,
    id: 'for-tests',
    counter: 1,
    licence: 'Apache-2.0',
    files: [{ file: 'model.onnx', sha256: listed, bytes: model?.length ?? 0 }],
    model: 'model.onnx',
    input: { name: 'image', size: 224, shortSide: 256 },
    output: { embedding: 'embedding', dimensions: 256 },
    calibration: { temperature: 0.07, unknown: { offset: 1.6, score: -5.8, margin: 0 } },
  };
  writeFileSync(join(folder, 'pack.json'), JSON.stringify(manifest));
  return folder;
}
