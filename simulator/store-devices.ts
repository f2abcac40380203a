/** The devices of the simulated store, as a store's configuration names them. */
import type { DeviceKind } from './faults.ts';
import { LAYOUT, platesOf } from './layout.ts';
import { DEMO_ACCOUNT } from './twins/acquirer.ts';

/** A device as a store's configuration names it. */
export interface StoreDevice {
  id: string;
  kind: DeviceKind;
  driver: string;
  address: string;
  options: Record<string, string | number>;
}

const PAYMENT_OPTIONS = {
  appId: DEMO_ACCOUNT.appId,
  merchantId: DEMO_ACCOUNT.mchId,
  alipayAppId: DEMO_ACCOUNT.alipayAppId,
  key: DEMO_ACCOUNT.key,
};

/** The configuration's list, given where each device is found. */
export function deviceList(addressOf: (id: string) => string, bagging = false): StoreDevice[] {
  const device = (
    id: string,
    kind: DeviceKind,
    driver: string,
    options: StoreDevice['options'] = {},
  ): StoreDevice => ({ id, kind, driver, address: addressOf(id), options });
  return [
    ...platesOf(bagging).map(({ scale }) => device(scale, 'scale', 'enq-dc1', { dialect: 'cas' })),
    ...LAYOUT.plates.map(({ camera }) => device(camera, 'camera', 'mjpeg')),
    device(LAYOUT.scanner.id, 'scanner', 'serial-scanner', { aimId: 'on', suffix: 'CR' }),
    ...LAYOUT.printers.map(({ id, columns }) => device(id, 'printer', 'escpos', { columns })),
    device(LAYOUT.payment.id, 'payment', 'code-pay', PAYMENT_OPTIONS),
    device(LAYOUT.terminal.id, 'terminal', 'zvt', { framing: 'serial', currency: 156 }),
  ];
}
