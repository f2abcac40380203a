/** What a scale's camera does to a picture, to see how recognition bears it. */
import sharp, { type Sharp } from 'sharp';

export interface Perturbation {
  name: string;
  apply: (picture: Sharp, random: () => number) => Promise<Sharp> | Sharp;
}

export const PERTURBATIONS: readonly Perturbation[] = [
  { name: 'turned-90', apply: (picture) => picture.rotate(90) },
  { name: 'turned-180', apply: (picture) => picture.rotate(180) },
  { name: 'turned-270', apply: (picture) => picture.rotate(270) },
  { name: 'half-detail', apply: halfDetail },
  { name: 'blur-2', apply: (picture) => picture.blur(2) },
  { name: 'blur-4', apply: (picture) => picture.blur(4) },
  // A thin bag over the goods: 35 % white.
  { name: 'veil-35', apply: (picture) => picture.linear(0.65, 255 * 0.35) },
  { name: 'light-0.5', apply: (picture) => picture.linear(0.5, 0) },
  { name: 'light-1.5', apply: (picture) => picture.linear(1.5, 0) },
  { name: 'noise-20', apply: (picture, random) => noisy(picture, 20, random) },
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

/** Half the detail in the same frame. */
async function halfDetail(picture: Sharp): Promise<Sharp> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const small = await sharp(data, { raw })
    .resize(Math.round(info.width / 2), Math.round(info.height / 2))
    .png()
    .toBuffer();
  return sharp(small).resize(info.width, info.height, { fit: 'fill' });
}

async function noisy(picture: Sharp, sigma: number, random: () => number): Promise<Sharp> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  for (let at = 0; at < data.length; at += 1) {
    // The sum of twelve uniform numbers is close to normal, with variance 1.
    let normal = -6;
    for (let n = 0; n < 12; n += 1) normal += random();
    data[at] = Math.min(255, Math.max(0, Math.round(data[at]! + sigma * normal)));
  }
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return sharp(data, { raw });
}
