/** UnifiedPOS words for what a supervisor knows: result codes, life of a device, statistics. */
import type { DeviceKind, DeviceStatus } from './contract.ts';
import type { ReasonCode } from './reason-codes.ts';

/** Result codes of UnifiedPOS 1.16, by name. */
export const UPOS = {
  CLOSED: 101,
  CLAIMED: 102,
  NOTCLAIMED: 103,
  NOSERVICE: 104,
  DISABLED: 105,
  ILLEGAL: 106,
  NOHARDWARE: 107,
  OFFLINE: 108,
  NOEXIST: 109,
  EXISTS: 110,
  FAILURE: 111,
  TIMEOUT: 112,
  BUSY: 113,
  EXTENDED: 114,
  DEPRECATED: 115,
} as const;

const OF_REASON: Record<ReasonCode, number> = {
  PORT_MISSING: UPOS.NOHARDWARE,
  PORT_BUSY: UPOS.CLAIMED,
  PORT_DENIED: UPOS.NOSERVICE,
  PROGRAM_MISSING: UPOS.NOSERVICE,
  NO_REPLY: UPOS.OFFLINE,
  BAD_FRAMES: UPOS.FAILURE,
  WRONG_DEVICE: UPOS.ILLEGAL,
  DEVICE_CHANGED: UPOS.ILLEGAL,
  UNREACHABLE: UPOS.OFFLINE,
  AUTH_REFUSED: UPOS.NOSERVICE,
  PAPER_OUT: UPOS.EXTENDED,
  PAPER_LOW: UPOS.EXTENDED,
  COVER_OPEN: UPOS.EXTENDED,
  PRINTER_ERROR: UPOS.FAILURE,
  STATUS_UNKNOWN: UPOS.FAILURE,
  SCALE_NOT_ZERO: UPOS.EXTENDED,
  SCALE_UNDER_ZERO: UPOS.EXTENDED,
  SCALE_OVER: UPOS.EXTENDED,
  SCALE_FAULT: UPOS.FAILURE,
  SCALE_UNSTABLE: UPOS.TIMEOUT,
  SCALE_CAL_DUE: UPOS.EXTENDED,
  DOOR_AJAR: UPOS.EXTENDED,
  DOOR_FORCED: UPOS.EXTENDED,
  LOCK_STUCK: UPOS.FAILURE,
  TEMP_HIGH: UPOS.EXTENDED,
  AUDIT_BROKEN: UPOS.FAILURE,
  CAM_DARK: UPOS.EXTENDED,
  CAM_BLOCKED: UPOS.EXTENDED,
  CAM_LOST: UPOS.OFFLINE,
  MQTT_BROKER_DOWN: UPOS.OFFLINE,
  MQTT_AUTH: UPOS.NOSERVICE,
  MQTT_LWT: UPOS.OFFLINE,
  MQTT_STALE: UPOS.TIMEOUT,
  DISABLED_BY: UPOS.DISABLED,
  RELEASED: UPOS.NOTCLAIMED,
};

/** 0 where all is well, otherwise 101–115. */
export function resultCodeOf({ state, reason }: Pick<DeviceStatus, 'state' | 'reason'>): number {
  if (state === 'ok') return 0;
  if (reason !== undefined) return OF_REASON[reason];
  return (
    { starting: UPOS.BUSY, disabled: UPOS.CLOSED, offline: UPOS.OFFLINE }[state as string] ??
    UPOS.FAILURE
  );
}

/** How far a device has come: opened, its port claimed, enabled. */
export function lifecycleOf({ state, reason }: Pick<DeviceStatus, 'state' | 'reason'>) {
  if (state === 'disabled') return reason === undefined ? ('closed' as const) : ('opened' as const);
  if (state === 'ok' || state === 'warn') return 'enabled' as const;
  const held = reason === 'NO_REPLY' || reason === 'BAD_FRAMES' || reason === 'DEVICE_CHANGED';
  return held ? ('claimed' as const) : ('opened' as const);
}

/** DeviceCategory of the UnifiedPOS statistics. */
const CATEGORY: Record<DeviceKind, string> = {
  scale: 'Scale',
  scanner: 'Scanner',
  printer: 'POSPrinter',
  payment: 'ElectronicValueRW',
  camera: 'VideoCapture',
  lock: 'Lights',
  shelf: 'Scale',
  cooler: 'Sensor',
  cabinet: 'Gate',
  vending: 'ItemDispenser',
};

/** RetrieveStatistics: the common names first, then the device's own counts. */
export function statisticsOf(
  kind: DeviceKind,
  driver: string,
  status: DeviceStatus,
): Record<string, string | number> {
  const { identity = {}, statistics } = status;
  return {
    UnifiedPOSVersion: '1.16',
    DeviceCategory: CATEGORY[kind],
    ManufacturerName: identity.manufacturer ?? '',
    ModelName: identity.model ?? driver,
    SerialNumber: identity.serialNumber ?? '',
    FirmwareRevision: identity.firmware ?? '',
    Interface: identity.usb === undefined ? 'RS232' : 'USB',
    CommunicationErrorCount: 0,
    ...statistics,
  };
}
