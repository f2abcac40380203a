/**
 * From a camera's JPEG to what the model sees. The pan is cut out while decoding: nothing outside
 * `area` is in any buffer that leaves this file, so nobody beside the scale is ever looked at.
 */
import sharp, { type Sharp } from 'sharp';
import { type Area, PICTURE_MAX_BYTES, PICTURE_MAX_PIXELS } from './child-protocol.ts';

export interface Prepared {
  /** side × side × 3 bytes, RGB. */
  rgb: Uint8Array;
  /** Variance of the Laplacian of the luminance. */
  sharpness: number;
  /** Mean luminance 0…255. */
  luminance: number;
}

/** Quality at which a picture is kept, where the store keeps any. */
const KEPT_QUALITY = 80;
const WHOLE = 1000;

/** The pan as a picture of its own; an area beyond the picture is cut to it. */
async function panOf(jpeg: Uint8Array, area: Area | undefined): Promise<Sharp> {
  if (jpeg.length > PICTURE_MAX_BYTES)
    throw new Error(`${jpeg.length} bytes, at most ${PICTURE_MAX_BYTES}`);
  const picture = sharp(jpeg, { limitInputPixels: PICTURE_MAX_PIXELS }).rotate();
  if (area === undefined) return picture;
  const { width = 0, height = 0, orientation = 1 } = await sharp(jpeg).metadata();
  // From 5 on, EXIF turns the picture by a quarter.
  const [across, down] = orientation >= 5 ? [height, width] : [width, height];
  const part = (share: number, of: number) => Math.round((share * of) / WHOLE);
  const left = Math.min(part(area.left, across), across - 1);
  const top = Math.min(part(area.top, down), down - 1);
  return picture.extract({
    left,
    top,
    width: Math.max(1, Math.min(part(area.width, across), across - left)),
    height: Math.max(1, Math.min(part(area.height, down), down - top)),
  });
}

/** Centre square of the pan as RGB bytes, as the model was trained to see it. Throws on no JPEG. */
export async function prepare(
  jpeg: Uint8Array,
  area: Area | undefined,
  { shortSide, inputSize }: { shortSide: number; inputSize: number },
): Promise<Prepared> {
  const { data, info } = await (await panOf(jpeg, area))
    .resize(shortSide, shortSide, { fit: 'outside', kernel: 'linear' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rgb = cutCentre(data, info.width, info.height, inputSize);
  return { rgb, ...lookAt(rgb, inputSize) };
}

/** The pan alone as a JPEG, without any metadata, for a store that keeps pictures. */
export async function panJpeg(jpeg: Uint8Array, area: Area | undefined): Promise<Uint8Array> {
  return (await panOf(jpeg, area)).jpeg({ quality: KEPT_QUALITY }).toBuffer();
}

function cutCentre(rgb: Uint8Array, width: number, height: number, side: number): Uint8Array {
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  const centre = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row += 1) {
    const from = ((top + row) * width + left) * 3;
    centre.set(rgb.subarray(from, from + side * 3), row * side * 3);
  }
  return centre;
}

/**
 * Mean luminance, and the variance of its Laplacian (4-neighbour), over the centre square; the
 * Laplacian on every other row, which costs half and says the same.
 */
function lookAt(rgb: Uint8Array, side: number): { sharpness: number; luminance: number } {
  const grey = new Int16Array(side * side);
  let total = 0;
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 3) {
    // ITU-R BT.601 luma, in 1/256.
    const y = (77 * rgb[from]! + 150 * rgb[from + 1]! + 29 * rgb[from + 2]!) >> 8;
    grey[at] = y;
    total += y;
  }
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let row = 1; row < side - 1; row += 2) {
    const end = row * side + side - 1;
    for (let at = row * side + 1; at < end; at += 1) {
      const edge =
        grey[at - 1]! + grey[at + 1]! + grey[at - side]! + grey[at + side]! - 4 * grey[at]!;
      sum += edge;
      squares += edge * edge;
    }
    count += side - 2;
  }
  return { sharpness: squares / count - (sum / count) ** 2, luminance: total / grey.length };
}
