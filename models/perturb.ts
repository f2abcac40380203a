/** What a scale's camera does to a picture, to see how recognition bears it. */
import sharp, { type Sharp } from 'sharp';

export interface Perturbation {
  name: string;
  /** Another picture each time it is taken, so that several can be voted. */
  varies?: true;
  apply: (picture: Sharp, random: () => number) => Promise<Sharp> | Sharp;
}

/** A lamp's colour as factors of red, green and blue. */
const lamp = (red: number, green: number, blue: number) => (picture: Sharp) =>
  picture.linear([red, green, blue], [0, 0, 0]);

export const PERTURBATIONS: readonly Perturbation[] = [
  { name: 'none', apply: (picture) => picture },
  { name: 'turned-90', apply: (picture) => picture.rotate(90) },
  { name: 'turned-180', apply: (picture) => picture.rotate(180) },
  { name: 'turned-270', apply: (picture) => picture.rotate(270) },
  { name: 'half-detail', apply: (picture) => lessDetail(picture, 2) },
  { name: 'third-detail', apply: (picture) => lessDetail(picture, 3) },
  { name: 'blur-2', apply: (picture) => picture.blur(2) },
  { name: 'blur-4', apply: (picture) => picture.blur(4) },
  { name: 'motion-9', apply: motion },
  // A thin bag over the goods: 35 % white.
  { name: 'veil-35', apply: (picture) => picture.linear(0.65, 255 * 0.35) },
  { name: 'light-0.5', apply: (picture) => picture.linear(0.5, 0) },
  { name: 'light-1.5', apply: (picture) => picture.linear(1.5, 0) },
  { name: 'lamp-warm', apply: lamp(1.15, 1, 0.75) },
  { name: 'lamp-cool', apply: lamp(0.8, 1, 1.2) },
  {
    name: 'jpeg-15',
    apply: async (picture) => sharp(await picture.jpeg({ quality: 15 }).toBuffer()),
  },
  { name: 'noise-20', varies: true, apply: (picture, random) => noisy(picture, 20, random) },
  { name: 'bars-28', varies: true, apply: barred },
];

/** The picture so changed, as a JPEG of quality 90. */
export async function perturbed(
  jpeg: Uint8Array,
  { apply }: Perturbation,
  random: () => number,
): Promise<Uint8Array> {
  const picture = await apply(sharp(jpeg).rotate().removeAlpha(), random);
  return picture.jpeg({ quality: 90 }).toBuffer();
}

/** A part of the detail in the same frame. */
async function lessDetail(picture: Sharp, part: number): Promise<Sharp> {
  const { data, raw } = await pixelsOf(picture);
  const small = await sharp(data, { raw })
    .resize(Math.round(raw.width / part), Math.round(raw.height / part))
    .png()
    .toBuffer();
  return sharp(small).resize(raw.width, raw.height, { fit: 'fill' });
}

async function pixelsOf(picture: Sharp) {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { data, raw: { width, height, channels } };
}

/** Nine pixels along a row: goods still rolling. */
async function motion(picture: Sharp): Promise<Sharp> {
  const kernel = Array.from({ length: 81 }, (_, at) => (Math.floor(at / 9) === 4 ? 1 : 0));
  return picture.convolve({ width: 9, height: 9, kernel });
}

async function noisy(picture: Sharp, sigma: number, random: () => number): Promise<Sharp> {
  const { data, raw } = await pixelsOf(picture);
  for (let at = 0; at < data.length; at += 1) {
    // The sum of twelve uniform numbers is close to normal, with variance 1.
    let normal = -6;
    for (let n = 0; n < 12; n += 1) normal += random();
    data[at] = Math.min(255, Math.max(0, Math.round(data[at]! + sigma * normal)));
  }
  return sharp(data, { raw });
}

/** Dark bars over 28 % of the picture, somewhere: fingers, the edge of a bag. */
async function barred(picture: Sharp, random: () => number): Promise<Sharp> {
  const { data, raw } = await pixelsOf(picture);
  const width = Math.round(raw.width * 0.07);
  for (let bar = 0; bar < 4; bar += 1) {
    const from = Math.floor(random() * (raw.width - width));
    for (let row = 0; row < raw.height; row += 1) {
      const at = (row * raw.width + from) * raw.channels;
      data.fill(30, at, at + width * raw.channels);
    }
  }
  return sharp(data, { raw });
}
