/** One lane and one counter, laid out as the simulated store is; also a model for a real one. */
import { type Config, checkConfig } from '../../config/config.ts';

/** The scale of lane 1's bagging area, where there is one. */
const BAGGING = 'scale-3';

/** The demonstration store's lay-out, as its configuration says it. */
export function storeConfig(parts: {
  devices: { id: string; driver: string; address: string; options?: Record<string, unknown> }[];
  storeId: string;
  storeName: { zh: string; en: string };
  listen?: Partial<Config['listen']>;
  cabinets?: Record<string, unknown>[];
  mqtt?: { root: string };
  headOffice?: { url: string; token: string };
  recognition?: Config['recognition'];
  files?: { catalogueFile?: string; picturesFolder?: string };
}): Config {
  const plate = { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 };
  const checked = checkConfig(
    {
      store: { id: parts.storeId, name: parts.storeName, phone: '400-000-0000' },
      devices: parts.devices.map(({ id, driver, address, options }) => ({
        id,
        driver,
        address,
        ...(options && { options }),
        ...(driver === 'enq-dc1' && { plate }),
      })),
      lanes: [
        {
          id: 'lane-1',
          scanner: 'scanner-1',
          scale: 'scale-2',
          ...(parts.devices.some(({ id }) => id === BAGGING) && { bagging: BAGGING }),
          camera: 'camera-2',
          printer: 'printer-1',
          payment: 'payment-1',
          card: 'terminal-1',
          panel: { diagonalInches: 21.5, widthPx: 1080, heightPx: 1920 },
        },
      ],
      counters: [
        {
          id: 'counter-1',
          scale: 'scale-1',
          camera: 'camera-1',
          printer: 'printer-2',
          panel: { diagonalInches: 10.1, widthPx: 1280, heightPx: 800 },
        },
      ],
      ...(parts.cabinets && { cabinets: parts.cabinets }),
      ...(parts.mqtt && { mqtt: parts.mqtt }),
      ...(parts.listen && { listen: parts.listen }),
      ...(parts.headOffice && { headOffice: parts.headOffice }),
      ...(parts.recognition && { recognition: parts.recognition }),
      ...parts.files,
    },
    'demo',
  );
  if (!checked.ok) throw new Error(checked.refusal.message.en);
  return checked.value;
}
