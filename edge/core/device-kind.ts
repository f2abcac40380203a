/** What kinds of device a store has, as its pages and commands name them. */
export type DeviceKind =
  | 'scale'
  | 'scanner'
  | 'printer'
  | 'payment'
  | 'camera'
  | 'lock'
  | 'shelf'
  | 'cooler'
  | 'cabinet'
  | 'vending';
