/** Where everything stands. Plates carry the ids of the scale and the camera over them. */
export const LAYOUT = {
  plates: [
    {
      plateId: 'plate-1',
      kind: 'counter',
      at: 'counter-1',
      label: { zh: '称重台 1', en: 'Counter 1' },
      scale: 'scale-1',
      camera: 'camera-1',
    },
    {
      plateId: 'plate-2',
      kind: 'lane',
      at: 'lane-1',
      label: { zh: '自助收银 1', en: 'Lane 1' },
      scale: 'scale-2',
      camera: 'camera-2',
    },
  ],
  /** Where lane 1 has a bagging area: a plate with a scale and no camera. */
  bagging: {
    plateId: 'plate-3',
    kind: 'bagging',
    at: 'lane-1',
    label: { zh: '装袋区 1', en: 'Bagging area 1' },
    scale: 'scale-3',
  },
  printers: [
    { id: 'printer-1', at: 'lane-1', columns: 48, label: { zh: '小票机', en: 'Receipt printer' } },
    { id: 'printer-2', at: 'counter-1', columns: 32, label: { zh: '标签机', en: 'Label printer' } },
  ],
  scanner: { id: 'scanner-1', at: 'lane-1', label: { zh: '扫码器', en: 'Scanner' } },
  terminal: { id: 'terminal-1', at: 'lane-1', label: { zh: '刷卡机', en: 'Card terminal' } },
  payment: { id: 'payment-1', at: 'lane-1', label: { zh: '支付平台', en: 'Acquirer' } },
} as const;

type CameraPlate = (typeof LAYOUT.plates)[number];

/** Every plate that stands in the store; the bagging area only where the store has one. */
export const platesOf = (bagging = false): (CameraPlate | typeof LAYOUT.bagging)[] => [
  ...LAYOUT.plates,
  ...(bagging ? [LAYOUT.bagging] : []),
];
