/** Goods taught with the camera of a counter, and published with a word in the ledger. */
import type { Camera } from '../../drivers/contract.ts';
import type { Recogniser } from '../../models/contract.ts';
import type { Config } from '../config/config.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Outcome, Refusal } from '../core/ports.ts';
import type { DeviceTable } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Taught } from '../recognition/learning.ts';
import type { Area, Published, Recognition } from '../recognition/recognition.ts';

export interface CameraView {
  jpeg: Uint8Array;
  area?: Area;
}

/** A camera's picture older than this is not what lies there now. */
const FRAME_MAX_AGE_MS = 500;

/** What a counter's camera shows now, with the pan within it. */
export function pictureAt(
  config: Config,
  devices: DeviceTable,
  counterId: string,
): Outcome<CameraView> {
  const counter = config.counters.find((each) => each.id === counterId);
  const camera = devices.find(counter?.camera)?.current<Camera>();
  const frame = camera?.latest(FRAME_MAX_AGE_MS);
  const area = config.recognition?.areas?.[counter?.camera ?? ''];
  if (!frame) return { ok: false, refusal: cameraSilent(counterId) };
  return { ok: true, value: { jpeg: frame.jpeg, ...(area && { area }) } };
}

const cameraSilent = (counterId: string): Refusal => ({
  code: 'CAMERA_SILENT',
  message: {
    zh: `${counterId} 的摄像头没有画面`,
    en: `The camera of ${counterId} shows no picture`,
  },
  next: { zh: '检查摄像头的线和电源', en: 'Check its cable and power' },
});

/** Teaches an item what a counter's camera shows now. */
export async function teachAt(
  config: Config,
  devices: DeviceTable,
  recognition: Recognition,
  counterId: string,
  sku: string,
): Promise<Outcome<Taught>> {
  const seen = pictureAt(config, devices, counterId);
  return seen.ok ? recognition.teach(sku, seen.value.jpeg, seen.value.area) : seen;
}

/** How well new goods are known is for who publishes; the ledger keeps what may have got worse. */
function recordOf({ newcomers: _, ...counts }: Published): Omit<Published, 'newcomers'> {
  return counts;
}

/** Puts what was taught on the disk, and says so in the ledger. */
export async function publishGallery(
  recognition: Recognition,
  { packSha256 }: Recogniser,
  ledger: Ledger,
  person?: string,
): Promise<Outcome<Published>> {
  const published = await recognition.publish();
  const { heldOut = 0, right = 0, rightBefore = 0 } = recognition.metrics();
  const by = person !== undefined && { by: person };
  const event: DomainEvent = published.ok
    ? { type: 'GalleryPublished', body: { ...recordOf(published.value), packSha256, ...by } }
    : {
        type: 'GalleryRefused',
        body: { heldOut, rightBefore, rightAfter: right, packSha256, ...by },
      };
  ledger.append({ source: 'store', events: [event] });
  return published;
}
