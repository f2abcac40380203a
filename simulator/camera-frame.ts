import { extname } from 'node:path';
import sharp, { type OverlayOptions, type Raw, type Sharp } from 'sharp';
import { between, createRandom, spread } from './random.ts';
import type { Random } from './runtime.ts';

/** What a camera looks down upon. */
export interface Scene {
  pieces: ScenePiece[];
  /** A hand rests on the plate. */
  pressed: boolean;
  /** Seen through a thin bag. */
  bagged?: true;
}

export interface ScenePiece {
  /** Decides this piece's own look (shade, focus); the same for as long as it lies there. */
  pieceId: string;
  sku: string;
  /** Absolute path: a cut-out with transparency, or a photograph (.jpg), shown as it is. */
  picture: string;
  /** Centre, 0…1 across and down the part of the pan that goods are laid on. */
  xRatio: number;
  yRatio: number;
  turnDegrees: number;
  /** 1 is 160 pixels across; held between 110 and 220 pixels. */
  scale: number;
}

export const frameWidth = 640;
export const frameHeight = 480;
const pixelsAtScaleOne = 160;
const smallestPixels = 110;
const largestPixels = 220;
/** Centres keep this far from the edges of the frame. */
const sideMarginPixels = 70;
const endMarginPixels = 50;
const shadowReach = 24;
const jpegQuality = 80;
const noiseDeviation = 4;
const noiseLength = 1 << 20;

const frameRaw: Raw = { width: frameWidth, height: frameHeight, channels: 3 };
/** Pixels of one still, three bytes each, rows from the top: 640 × 480 × 3. */
export type Still = Buffer;

/** FNV-1a over UTF-16 units: a seed from a name. */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Brushed steel: a soft gradient with long horizontal scratches and the pan's raised rim. */
const pan = once(async (): Promise<Buffer> => {
  const random = createRandom(seedOf('pan'));
  const scratches = Buffer.from(
    Uint8ClampedArray.from({ length: 12 * frameHeight }, () => 128 + 14 * spread(random)),
  );
  const brushed = await sharp(scratches, { raw: { width: 12, height: frameHeight, channels: 1 } })
    .resize(frameWidth, frameHeight, { fit: 'fill' })
    .toColourspace('srgb')
    .png()
    .toBuffer();
  const plate = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">
    <defs><linearGradient id="steel" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="#c9cdd0"/><stop offset=".45" stop-color="#b3b8bc"/>
      <stop offset="1" stop-color="#9da3a8"/></linearGradient></defs>
    <rect width="640" height="480" fill="#6d7276"/>
    <rect x="14" y="14" width="612" height="452" rx="26" fill="url(#steel)"/>
    <rect x="22" y="22" width="596" height="436" rx="20" fill="none" stroke="#fff"
      stroke-opacity=".35" stroke-width="3"/></svg>`;
  return pixels(sharp(Buffer.from(plate)).composite([{ input: brushed, blend: 'soft-light' }]));
});

/** Near-normal sensor noise, made once and read from a fresh place for every frame. */
const noise = once((): Int8Array => {
  const random = createRandom(seedOf('noise'));
  return Int8Array.from({ length: noiseLength }, () => Math.round(noiseDeviation * spread(random)));
});

/** Three bytes a pixel, whatever the layers carried. */
const pixels = (image: Sharp): Promise<Buffer> => image.removeAlpha().raw().toBuffer();

const held = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

async function pieceLayers(piece: ScenePiece): Promise<OverlayOptions[]> {
  const random = createRandom(seedOf(piece.pieceId));
  const size = Math.round(held(pixelsAtScaleOne * piece.scale, smallestPixels, largestPixels));
  const sized = await sharp(piece.picture).resize(size, size, { fit: 'inside' }).png().toBuffer();
  const turned = await sharp(sized)
    .ensureAlpha()
    .rotate(piece.turnDegrees, { background: '#0000' })
    .modulate({ brightness: between(random, 0.93, 1.07), saturation: between(random, 0.9, 1.08) })
    .png()
    .toBuffer({ resolveWithObject: true });
  const dark = await sharp(turned.data)
    .linear([0, 0, 0, 0.42], [0, 0, 0, 0])
    .extend({
      top: shadowReach,
      bottom: shadowReach,
      left: shadowReach,
      right: shadowReach,
      background: '#0000',
    })
    .png()
    .toBuffer();
  const shadow = await sharp(dark).blur(9).png().toBuffer();
  const x = sideMarginPixels + held(piece.xRatio, 0, 1) * (frameWidth - 2 * sideMarginPixels);
  const y = endMarginPixels + held(piece.yRatio, 0, 1) * (frameHeight - 2 * endMarginPixels);
  const left = Math.round(x - turned.info.width / 2);
  const top = Math.round(y - turned.info.height / 2);
  return [
    { input: shadow, left: left - shadowReach + 7, top: top - shadowReach + 11 },
    { input: turned.data, left, top },
  ];
}

/** A forearm and a flat hand reaching in from the lower edge. */
const hand = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">
  <g fill="#d9a582" stroke="#b37f5e" stroke-width="2" transform="translate(350 250) rotate(-14)">
    <rect x="-46" y="70" width="92" height="260" rx="40"/>
    <rect x="-70" y="-130" width="34" height="180" rx="17"/>
    <rect x="-32" y="-158" width="34" height="200" rx="17"/>
    <rect x="6" y="-148" width="34" height="190" rx="17"/>
    <rect x="43" y="-112" width="30" height="160" rx="15"/>
    <rect x="-128" y="22" width="130" height="38" rx="19" transform="rotate(24 -60 40)"/>
    <rect x="-72" y="-14" width="146" height="140" rx="52" stroke="none"/></g></svg>`;

/** Thin film over the goods: a third of the light comes from the film, more along its creases. */
function bag(random: Random): string {
  const creases = Array.from({ length: 9 }, () => {
    const [x, y] = [between(random, 120, 520), between(random, 90, 390)];
    const [dx, dy] = [between(random, -150, 150), between(random, -110, 110)];
    const width = between(random, 2, 9).toFixed(1);
    return `<path d="M${x} ${y}q${dx} ${-dy} ${dx} ${dy}" stroke-width="${width}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">
    <rect x="30" y="30" width="580" height="420" rx="90" fill="#f2f4f5" fill-opacity=".34"/>
    <g fill="none" stroke="#fff" stroke-opacity=".45">${creases.join('')}</g></svg>`;
}

function glare(random: Random): string {
  const [x, y] = [between(random, 60, 580), between(random, 50, 430)];
  const [wide, high] = [between(random, 60, 170), between(random, 25, 80)];
  const strength = between(random, 0.04, 0.32).toFixed(2);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><defs>
    <radialGradient id="lamp"><stop offset="0" stop-color="#fff" stop-opacity="${strength}"/>
    <stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs>
    <ellipse cx="${x}" cy="${y}" rx="${wide}" ry="${high}" fill="url(#lamp)"
    transform="rotate(${between(random, -40, 40)} ${x} ${y})"/></svg>`;
}

/** The photograph with its short side as high as the frame, on the pan; a centre crop keeps all. */
async function photograph(path: string): Promise<Buffer> {
  const { width, height } = await sharp(path).metadata();
  const upright = height > width;
  const fitted = await sharp(path)
    .resize(upright ? frameHeight : frameWidth, frameHeight, { fit: 'cover' })
    .png()
    .toBuffer();
  return pixels(sharp(await pan(), { raw: frameRaw }).composite([{ input: fitted }]));
}

/** A photograph as the ground; of two kinds in one bag the middle half of each, side by side. */
async function photographed(pieces: readonly ScenePiece[]): Promise<Buffer> {
  const kinds = new Map(pieces.map(({ sku, picture }) => [sku, picture]));
  const [first, second] = [...kinds.values()].slice(-2);
  const ground = await photograph(first ?? '');
  if (second === undefined) return ground;
  const half = { left: frameWidth / 4, top: 0, width: frameWidth / 2, height: frameHeight };
  const halfOf = (still: Buffer) => sharp(still, { raw: frameRaw }).extract(half).png().toBuffer();
  const halves = [await halfOf(ground), await halfOf(await photograph(second))];
  const layers = halves.map((input, at) => ({ input, left: at * half.width, top: 0 }));
  return pixels(sharp(ground, { raw: frameRaw }).composite(layers));
}

const isPhotograph = (path: string) => /^\.jpe?g$/i.test(extname(path));

/**
 * What the lens sees, before the sensor: decided by the scene alone, so the same pieces look the
 * same from frame to frame. Light ×0.75–1.25, its colour and the glare follow the first piece.
 */
export async function composeStill(scene: Scene): Promise<Still> {
  const first = scene.pieces[0];
  const last = scene.pieces.at(-1);
  const random = createRandom(seedOf(`light ${first?.pieceId ?? ''}`));
  const layers: OverlayOptions[] = [];
  let ground = await pan();
  if (last !== undefined && isPhotograph(last.picture)) {
    ground = await photographed(scene.pieces);
  } else {
    for (const piece of scene.pieces) layers.push(...(await pieceLayers(piece)));
    layers.push({ input: Buffer.from(glare(random)), blend: 'screen' });
  }
  if (scene.bagged) layers.push({ input: Buffer.from(bag(random)) });
  if (scene.pressed) layers.push({ input: Buffer.from(hand) });
  const laid = await pixels(sharp(ground, { raw: frameRaw }).composite(layers));
  if (isPhotograph(last?.picture ?? '')) return laid;
  const light = between(random, 0.75, 1.25);
  const warmth = between(random, -0.04, 0.04);
  const colour = [light * (1 + warmth), light, light * (1 - warmth)];
  const lens = sharp(laid, { raw: frameRaw }).blur(between(random, 0.35, 1));
  return pixels(lens.linear(colour, [0, 0, 0]));
}

/** The sensor's share, new for every frame: noise on every pixel, then JPEG at quality 80. */
export function exposeFrame(still: Still, random: Random): Promise<Buffer> {
  const grain = noise();
  const start = Math.floor(random() * noiseLength);
  const flicker = between(random, -1.5, 1.5);
  const exposed = new Uint8ClampedArray(still.length);
  for (let i = 0; i < still.length; i++) {
    const value = (still[i] ?? 0) + (grain[(start + i) & (noiseLength - 1)] ?? 0);
    exposed[i] = value + flicker;
  }
  return sharp(exposed, { raw: frameRaw }).jpeg({ quality: jpegQuality }).toBuffer();
}

/** One whole frame of a scene as a JPEG (640 × 480, quality 80). Throws where a picture is gone. */
export async function composeFrame(scene: Scene, random: Random): Promise<Buffer> {
  return exposeFrame(await composeStill(scene), random);
}

/** A lens cap: black but for the sensor's noise. */
export const darkStill = (): Still => Buffer.alloc(frameWidth * frameHeight * 3, 3);
