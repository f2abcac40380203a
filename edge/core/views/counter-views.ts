/** What the produce scale's page shows, and what it may ask. */

import type { Text } from '../ports.ts';
import type { Comfort, Comforts } from './comfort.ts';
import type { HelpView } from './help-calls.ts';
import type {
  CameraNotice,
  DeviceState,
  DeviceView,
  NoticeView,
  OutOfServiceView,
  TileView,
  WeighView,
} from './views.ts';

export type CounterScreen = 'ready' | 'weighing' | 'confirm' | 'take-label' | 'out-of-service';

export interface CounterView extends Comforts {
  counterId: string;
  storeName: Text;
  /** Edition of the prices, as for a lane. */
  prices?: number;
  screen: CounterScreen;
  weigh: WeighView;
  /** Chosen item on `confirm`, and the printed label on `take-label`. */
  chosen?: TileView & { netGrams: number; tareGrams: number };
  label?: {
    labelNumber: string;
    ean13: string;
    elementString: string;
    /** Absent while the printer is at it. */
    printed?: boolean;
  };
  /** True while the operator teaches; `shots` of `wanted` taken. */
  teaching?: { sku: string; name: Text; shots: number; wanted: number };
  help?: HelpView;
  outOfService?: OutOfServiceView;
  /** Where it has a camera. */
  camera?: CameraNotice;
  notice?: NoticeView;
  devices: { id: string; kind: DeviceView['kind']; state: DeviceState; why?: Text }[];
  mmPerPx: number;
}

/** POST /api/counters/:counterId/commands, with an `Idempotency-Key` header. */
export type CounterCommand =
  | { kind: 'choose'; sku: string; by: 'tile' | 'list' | 'plu' }
  | { kind: 'back' }
  | { kind: 'set-tare'; tareGrams: number }
  | { kind: 'zero' }
  | { kind: 'print' }
  | { kind: 'void-label' }
  | { kind: 'finish' }
  | { kind: 'help' }
  | { kind: 'cancel-help' }
  | { kind: Comfort; on: boolean };
