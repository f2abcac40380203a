/** Every screen of the produce scale, in every state a shopper can meet. */
import type { CounterView } from '../core/views/counter-views.ts';
import type { TileView } from '../core/views/views.ts';
import { AFTERNOON_WALL_MS, CLOSED, FAILED, HELP } from './views.fixture.ts';
import {
  BLIND,
  BROKEN,
  EMPTY,
  OVERLOADED,
  SILENT,
  STORE,
  THREE,
  TILES,
  UNDERLOADED,
  UNSURE,
  WEIGH,
  WORKING,
} from './weigh-views.fixture.ts';

const COUNTER = { counterId: 'counter-1', storeName: STORE, devices: [], mmPerPx: 0.17, prices: 7 };
const counter = (view: Partial<CounterView> & Pick<CounterView, 'screen'>): CounterView => ({
  ...COUNTER,
  weigh: WEIGH,
  camera: { photoHours: view.screen === 'ready' ? 48 : 0 },
  ...view,
});
const CHOSEN = { ...(TILES[0] as TileView), netGrams: 865, tareGrams: 10 };
const LABEL = {
  labelNumber: '000731',
  ean13: '2041310010353',
  elementString: '01020413100000003103000865392210352100731',
};

/** Every screen of the produce scale. */
export const COUNTER_VIEWS: Record<string, CounterView> = {
  ready: counter({ screen: 'ready', weigh: EMPTY }),
  working: counter({ screen: 'weighing', weigh: WORKING }),
  tiles: counter({ screen: 'weighing' }),
  unsure: counter({ screen: 'weighing', weigh: UNSURE }),
  strange: counter({ screen: 'weighing', weigh: { ...UNSURE, strange: true } }),
  blind: counter({ screen: 'weighing', weigh: BLIND }),
  silent: counter({ screen: 'weighing', weigh: SILENT }),
  three: counter({ screen: 'weighing', weigh: THREE }),
  overload: counter({ screen: 'weighing', weigh: OVERLOADED }),
  confirm: counter({ screen: 'confirm', chosen: CHOSEN }),
  'take-label': counter({
    screen: 'take-label',
    chosen: CHOSEN,
    label: { ...LABEL, printed: true },
  }),
  printing: counter({ screen: 'take-label', chosen: CHOSEN, label: LABEL }),
  'no-paper': counter({
    screen: 'take-label',
    chosen: CHOSEN,
    label: { ...LABEL, printed: false },
  }),
  teaching: counter({
    screen: 'ready',
    weigh: EMPTY,
    teaching: { sku: 'yam', name: { zh: '铁棍山药', en: 'Chinese yam' }, shots: 6, wanted: 10 },
  }),
  underload: counter({ screen: 'weighing', weigh: UNDERLOADED }),
  broken: counter({ screen: 'weighing', weigh: BROKEN }),
  voided: counter({
    screen: 'ready',
    weigh: EMPTY,
    notice: { id: 1, level: 'info', text: { zh: '这张标签已作废', en: 'This label is cancelled' } },
  }),
  refused: counter({
    screen: 'weighing',
    notice: {
      ...{ id: 2, level: 'warn', code: 'WEIGHT_MOVING' },
      text: { zh: '重量还在变', en: 'The weight is moving' },
      next: { zh: '放稳后再点', en: 'Tap again once it is still' },
    },
  }),
  failed: counter({ screen: 'confirm', chosen: CHOSEN, notice: FAILED }),
  'help-queue': counter({
    screen: 'ready',
    weigh: EMPTY,
    help: { ...HELP, sinceWallMs: AFTERNOON_WALL_MS - 20_000, ahead: 2, minutes: 4 },
  }),
  'help-remote': counter({
    screen: 'ready',
    weigh: EMPTY,
    help: { ...HELP, sinceWallMs: AFTERNOON_WALL_MS - 95_000, ahead: 0, remote: true },
  }),
  help: counter({
    screen: 'ready',
    weigh: EMPTY,
    help: { ...HELP, sinceWallMs: AFTERNOON_WALL_MS - 75_000 },
  }),
  closed: counter({ screen: 'out-of-service', outOfService: CLOSED }),
};
