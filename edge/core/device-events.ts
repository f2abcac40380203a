/** What people did to the store's devices. Weights and codes never stand here. */

/** `unlock` is a lock opened by hand, `confirm` a changed device taken for good. */
export type DeviceAct =
  | 'add'
  | 'remove'
  | 'rename'
  | 'enable'
  | 'disable'
  | 'release'
  | 'claim'
  | 'confirm'
  | 'zero'
  | 'tare'
  | 'calibrate'
  | 'unlock'
  | 'print'
  | 'feed'
  | 'locate'
  | 'lights'
  | 'power'
  | 'send'
  | 'configure'
  | 'swap';

export interface DeviceEventBodies {
  DeviceHandled: { deviceId: string; act: DeviceAct; by: string; why?: string; detail?: string };
}

export const DEVICE_EVENT_TYPES = [
  'DeviceHandled',
] as const satisfies readonly (keyof DeviceEventBodies)[];
